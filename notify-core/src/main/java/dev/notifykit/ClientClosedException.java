package dev.notifykit;

import org.jspecify.annotations.Nullable;

/** Thrown when a closed client is used. */
public final class ClientClosedException extends NotificationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   */
  public ClientClosedException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  public ClientClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
