package dev.notifykit;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when the store could not do what was asked; nothing was half-done unless the message says
 * so.
 */
public class StoreException extends NotificationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   */
  public StoreException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  public StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
