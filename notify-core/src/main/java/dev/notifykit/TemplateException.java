package dev.notifykit;

import org.jspecify.annotations.Nullable;

/** Thrown when a template is missing, malformed, lacks a parameter or renders too much. */
public final class TemplateException extends NotificationException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   */
  public TemplateException(String message) {
    super(message, null);
  }

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  public TemplateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Creates the exception for one of several notifications.
   *
   * @param cause what is wrong with it
   * @param position its place among them, from 0
   */
  public TemplateException(TemplateException cause, int position) {
    super(cause, position);
  }
}
