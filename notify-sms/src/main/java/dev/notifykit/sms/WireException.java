package dev.notifykit.sms;

import dev.notifykit.provider.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;

/**
 * The exchange broke before a whole answer came. Carries no address and no message of the cause.
 */
final class WireException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean written;
  private final String code;

  /**
   * Creates the exception.
   *
   * @param cause what broke
   * @param written whether any byte of the request may have left
   */
  WireException(IOException cause, boolean written) {
    super("the exchange broke " + (written ? "after" : "before") + " the request was written");
    this.code = code(cause);
    // The only way a server can say after the fact that it did not look at a request (RFC 9113,
    // 8.7).
    this.written = written && !"stream was reset: REFUSED_STREAM".equals(cause.getMessage());
  }

  private static String code(IOException cause) {
    return cause instanceof InterruptedIOException ? "timeout" : "connection_failed";
  }

  /** Returns what follows: nothing was sent, or nobody knows. */
  Outcome outcome() {
    return written ? new Outcome.Unknown(code) : new Outcome.Retryable(code);
  }
}
