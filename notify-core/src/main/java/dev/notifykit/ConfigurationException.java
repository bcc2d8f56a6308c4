package dev.notifykit;

import org.jspecify.annotations.Nullable;

/** Thrown by builders when an option is missing, malformed or contradicts another. */
public final class ConfigurationException extends NotificationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   */
  public ConfigurationException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  public ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
