package dev.notifykit;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The root of every exception this library throws on purpose. Messages name fields, shapes and
 * limits, never an address, a token, a body or a secret.
 */
public abstract class NotificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Integer position;

  /**
   * For subclasses.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  protected NotificationException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.position = null;
  }

  /**
   * For subclasses: what is wrong with one of several notifications.
   *
   * @param cause what is wrong with it
   * @param position its place among them, from 0
   */
  protected NotificationException(NotificationException cause, int position) {
    super("notifications[" + position + "]: " + cause.getMessage(), cause);
    this.position = position;
  }

  /**
   * Returns which of several notifications was refused, such as of {@link
   * NotificationClient#sendAll}: its place among them, from 0, with which the message begins then.
   * Empty if it was the only one, or if the trouble is not with one of them.
   */
  public final OptionalInt position() {
    return position == null ? OptionalInt.empty() : OptionalInt.of(position);
  }
}
