package dev.notifykit.email;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
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
  private static final Duration LONGEST_WAIT = Duration.ofDays(30);

  boolean isRedirectOrMissing() {
    return status / 100 == 3 || status == 404 || status == 405;
  }

  /** Reads Retry-After (RFC 9110, section 10.2.3); null if it is absent or malformed. */
  @Nullable Duration retryAfter(Instant now) {
    String value = headers.get("Retry-After");
    if (value == null) {
      return null;
    }
    try {
      return value.matches("\\d{1,18}")
          ? wait(Duration.ofSeconds(Long.parseLong(value)))
          : wait(Duration.between(now, httpDate(value)));
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  private static Instant httpDate(String value) {
    return ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  /** Reads a header of seconds since 1970 as a wait from now; null if absent or malformed. */
  @Nullable Duration untilEpochSecond(String header, Instant now) {
    String value = headers.get(header);
    return value != null && value.matches("\\d{1,11}")
        ? wait(Duration.between(now, Instant.ofEpochSecond(Long.parseLong(value))))
        : null;
  }

  /** Keeps a wait that a service asks for within what can be reckoned with. */
  private static Duration wait(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
  }

  /** Shows the status only. */
  @Override
  public String toString() {
    return "ApiReply[" + status + "]";
  }
}
