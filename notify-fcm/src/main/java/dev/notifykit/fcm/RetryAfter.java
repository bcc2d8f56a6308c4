package dev.notifykit.fcm;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@code Retry-After} header (RFC 9110, section 10.2.3). */
final class RetryAfter {
  private static final Duration MAX = Duration.ofDays(1);
  private static final Pattern SECONDS = Pattern.compile("[0-9]+");
  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /**
   * Returns how long to wait, at most a day.
   *
   * @param header the value, or null without the header
   * @param unsaid the wait without the header
   * @param clock what a date is compared with
   * @return the wait, or null for a malformed value, which says nothing
   */
  static @Nullable Duration parse(@Nullable String header, @Nullable Duration unsaid, Clock clock) {
    if (header == null) {
      return unsaid;
    }
    String value = header.strip();
    if (SECONDS.matcher(value).matches()) {
      return value.length() > MAX_DIGITS ? MAX : capped(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
      return capped(Duration.between(clock.instant(), until));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static Duration capped(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }
}
