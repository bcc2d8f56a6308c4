package dev.notifykit.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The store's clock in the two units it counts in. Rows keep microseconds since 1970, which reach
 * 290,000 years far; token buckets and the cache of event ids count nanoseconds since the store was
 * made. Both saturate instead of overflowing.
 */
final class StoreTime {
  /** "Never", in either unit, with room to add to it. */
  private static final long FAR = Long.MAX_VALUE / 2;

  private static final long FAR_SECONDS = FAR / 1_000_000_000L - 1;

  private final InstantSource clock;
  private final Instant base;

  StoreTime(InstantSource clock) {
    this.clock = clock;
    this.base = clock.instant();
  }

  InstantSource clock() {
    return clock;
  }

  /** Returns the time in microseconds since 1970. */
  long micros() {
    return micros(clock.instant());
  }

  /** Returns the time in nanoseconds since the store was made. */
  long nanos() {
    return nanos(clock.instant());
  }

  /** Returns a time in nanoseconds since the store was made. */
  long nanos(Instant now) {
    long seconds = now.getEpochSecond() - base.getEpochSecond();
    long bounded = Math.max(-FAR_SECONDS, Math.min(FAR_SECONDS, seconds));
    return bounded * 1_000_000_000L + now.getNano() - base.getNano();
  }

  static long micros(Instant instant) {
    long seconds = instant.getEpochSecond();
    if (Math.abs(seconds) >= FAR / 1_000_000L) {
      return seconds > 0 ? FAR : -FAR;
    }
    return seconds * 1_000_000L + instant.getNano() / 1_000;
  }

  /** Rounds up, so that nothing is due before its time. */
  @SuppressWarnings("JavaInstantGetSecondsGetNano") // the part below a microsecond is what is asked
  static long microsNotBefore(Instant instant) {
    long micros = micros(instant);
    return instant.getNano() % 1_000 == 0 ? micros : micros + 1;
  }

  static long micros(Duration duration) {
    return duration.getSeconds() >= FAR / 1_000_000L
        ? FAR
        : duration.getSeconds() * 1_000_000L + (duration.getNano() + 999) / 1_000;
  }

  /** Adds a wait to a time without leaving the range. */
  static long later(long micros, Duration wait) {
    return Math.min(FAR, micros + micros(wait));
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  static Duration duration(long micros) {
    return Duration.ofSeconds(micros / 1_000_000L, micros % 1_000_000L * 1_000L);
  }
}
