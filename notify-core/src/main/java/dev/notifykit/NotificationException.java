package dev.notifykit;

import org.jspecify.annotations.Nullable;

/**
 * The root of every exception this library throws on purpose. Messages name fields, shapes and
 * limits, never an address, a token, a body or a secret.
 */
public abstract class NotificationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * For subclasses.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  protected NotificationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
