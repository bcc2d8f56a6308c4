package dev.notifykit.sms;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** A provider's answer: status, how long to wait if it said so, and the start of the body. */
record HttpReply(int status, @Nullable Duration retryAfter, String body) {
  boolean isSuccess() {
    return status / 100 == 2;
  }

  /**
   * Reads Retry-After, in seconds or as a date (RFC 9110, 10.2.3); null if there is no sense in it.
   */
  static @Nullable Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null) {
      return null;
    }
    try {
      Duration wait =
          header.chars().allMatch(c -> c >= '0' && c <= '9')
              ? Duration.ofSeconds(Long.parseLong(header))
              : Duration.between(now, date(header));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (NumberFormatException | DateTimeException e) {
      return null;
    }
  }

  private static Instant date(String header) {
    return ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
  }

  /** Returns the status only. */
  @Override
  public String toString() {
    return "HttpReply[" + status + "]";
  }
}
