package dev.notifykit.store.codec;

import org.jspecify.annotations.Nullable;

/** Thrown when stored text is no longer, or not yet, what this version understands. */
public final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, without anything of what was read
   * @param cause the cause, or null; it must not quote what was read either
   */
  public UnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
