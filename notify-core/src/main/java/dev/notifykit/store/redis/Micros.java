package dev.notifykit.store.redis;

import java.time.Duration;
import java.time.Instant;

/** Times as Redis keeps them here: whole microseconds since 1970, exact in a double until 2255. */
final class Micros {
  private static final long FAR = Long.MAX_VALUE / 4;

  private Micros() {}

  /** Rounds up, so that nothing is due before its time. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the part below a microsecond is what is asked
  static long of(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (Math.abs(seconds) >= FAR / 1_000_000L) {
      return seconds > 0 ? FAR : -FAR;
    }
    return seconds * 1_000_000L + (instant.getNano() + 999) / 1_000;
  }

  static long of(Duration duration) {
    return duration.getSeconds() >= FAR / 1_000_000L
        ? FAR
        : duration.getSeconds() * 1_000_000L + (duration.getNano() + 999) / 1_000;
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  static Duration duration(long micros) {
    return Duration.ofSeconds(micros / 1_000_000L, micros % 1_000_000L * 1_000L);
  }
}
