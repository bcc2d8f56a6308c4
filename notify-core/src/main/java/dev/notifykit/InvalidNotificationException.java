package dev.notifykit;

/**
 * Thrown when a caller passes something the library refuses: null where a value is needed, blank or
 * oversized text, control characters, an unknown key, a time in the past. Nothing was stored or
 * sent.
 */
public final class InvalidNotificationException extends NotificationException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Creates the exception.
   *
   * @param field the name of the offending field, such as {@code eventId}
   * @param problem what is wrong with it, its shape and the limit, never its value
   */
  public InvalidNotificationException(String field, String problem) {
    super(field + " " + problem, null);
    this.field = field;
  }

  /**
   * Creates the exception for one of several notifications.
   *
   * @param cause what is wrong with it
   * @param position its place among them, from 0
   */
  public InvalidNotificationException(InvalidNotificationException cause, int position) {
    super(cause, position);
    this.field = cause.field;
  }

  /** Returns the name of the offending field. */
  public String field() {
    return field;
  }
}
