package dev.notifykit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|PT0S",
        "120|PT2M",
        "' 7 '|PT7S",
        "0000000000000000000120|PT720H", // longer than a number is: as long as there is
        "2592001|PT720H",
        "99999999999999999999999|PT720H",
        "Sat, 28 Nov 2026 12:01:30 GMT|PT1M30S",
        "Sat, 28 Nov 2026 11:00:00 GMT|PT0S",
        "Fri, 31 Dec 9999 23:59:59 GMT|PT720H",
      })
  void understood(String header, Duration wait) {
    assertThat(RetryAfter.parse(header, NOW)).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-1", "1.5", "soon", "+5", "٣", "2026-11-28T12:01:30Z"})
  void notUnderstood(String header) {
    assertThat(RetryAfter.parse(header, NOW)).isNull();
  }

  @Test
  void notThere() {
    assertThat(RetryAfter.parse(null, NOW)).isNull();
  }
}
