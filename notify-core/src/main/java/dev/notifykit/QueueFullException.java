package dev.notifykit;

import org.jspecify.annotations.Nullable;

/** Thrown by send when a bounded store is full and its back-pressure policy is to reject. */
public final class QueueFullException extends StoreException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   */
  public QueueFullException(String message) {
    super(message);
  }

  /**
   * Creates the exception.
   *
   * @param message what is wrong and what to do
   * @param cause the cause, or null
   */
  public QueueFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
