package dev.notifykit.email;

import dev.notifykit.provider.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A service's reply.
 *
 * @param status the HTTP status
 * @param headers looked up in any case
 * @param body as text, cut at the client's limit
 */
record ApiReply(int status, Headers headers, String body) {
  boolean isRedirectOrMissing() {
    return status / 100 == 3 || status == 404 || status == 405;
  }

  /** Reads Retry-After; null if it is absent or malformed. */
  @Nullable Duration retryAfter(Instant now) {
    return RetryAfter.parse(headers.get("Retry-After"), now);
  }

  /** Reads a header of seconds since 1970 as a wait from now; null if absent or malformed. */
  @Nullable Duration untilEpochSecond(String header, Instant now) {
    String value = headers.get(header);
    return value != null && value.matches("\\d{1,11}")
        ? RetryAfter.limit(Duration.between(now, Instant.ofEpochSecond(Long.parseLong(value))))
        : null;
  }

  /** Shows the status only. */
  @Override
  public String toString() {
    return "ApiReply[" + status + "]";
  }
}
