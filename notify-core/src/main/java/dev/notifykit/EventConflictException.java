package dev.notifykit;

/**
 * Thrown when an event id that was already used inside the dedupe window comes back with other
 * content. Nothing was stored or sent.
 */
public final class EventConflictException extends NotificationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param eventId the event id used twice
   */
  public EventConflictException(String eventId) {
    super(
        "event id '"
            + eventId
            + "' was already used for a notification with other content; use a new id for new"
            + " content",
        null);
  }
}
