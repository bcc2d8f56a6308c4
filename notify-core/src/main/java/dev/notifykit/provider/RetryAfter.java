package dev.notifykit.provider;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Retry-After} header of HTTP (RFC 9110, section 10.2.3), for {@link Provider}s.
 */
public final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final int MOST_DIGITS = 18;

  private RetryAfter() {}

  /**
   * Returns how long a service asks to be left alone.
   *
   * @param header the header's value, seconds or a date; null if there is none
   * @param now what a date is compared with
   * @return from zero to 30 days, whatever was asked; null if nothing was, or nothing
   *     understandable
   */
  public static @Nullable Duration parse(@Nullable String header, Instant now) {
    if (header == null || header.isBlank()) {
      return null;
    }
    String value = header.strip();
    return value.chars().allMatch(c -> c >= '0' && c <= '9') ? seconds(value) : until(value, now);
  }

  private static Duration seconds(String digits) {
    return digits.length() > MOST_DIGITS
        ? LONGEST
        : limit(Duration.ofSeconds(Long.parseLong(digits)));
  }

  private static @Nullable Duration until(String date, Instant now) {
    try {
      Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      return limit(Duration.between(now, at));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Keeps a wait that a service asks for within what can be reckoned with.
   *
   * @return from zero to 30 days
   */
  public static Duration limit(Duration asked) {
    if (asked.isNegative()) {
      return Duration.ZERO;
    }
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }
}
