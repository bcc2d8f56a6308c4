package dev.notifykit.fcm;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An answer other than success. Thrown by the transport in place of returning it, because the SDK
 * would sleep and repeat a 503 up to four times, and refresh the token and repeat a 401; it hands
 * an exception of the transport on as the cause of its own.
 */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1L;

  final int status;
  final String body;
  final @Nullable String retryAfter;

  Refusal(int status, String body, @Nullable String retryAfter) {
    super("HTTP " + status);
    this.status = status;
    this.body = body;
    this.retryAfter = retryAfter;
  }
}
