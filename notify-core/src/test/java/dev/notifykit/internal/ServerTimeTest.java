package dev.notifykit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerTimeTest {
  private static final long HOUR = Duration.ofHours(1).toNanos() / 1_000;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos() / 1_000;

  @Test
  void aMeasurementCountsForTheMiddleOfTheTimeItTook() {
    long now = System.nanoTime();
    ServerTime time = new ServerTime(0, now);
    long tookNanos = Duration.ofMillis(600).toNanos();
    assertThat(time.measured(HOUR, now - tookNanos, now)).isTrue();
    assertThat(time.micros()).isGreaterThanOrEqualTo(HOUR + 300_000);
  }

  /** A server that was stopped for two minutes may have looked at its clock at the end of them. */
  @Test
  void aMeasurementThroughAStallDoesNotPutTheClockForward() {
    long now = System.nanoTime();
    ServerTime time = new ServerTime(HOUR, now);
    assertThat(time.measured(HOUR, now - Duration.ofMinutes(2).toNanos(), now)).isFalse();
    assertThat(time.micros()).isBetween(HOUR, HOUR + MINUTE - 1);
  }
}
