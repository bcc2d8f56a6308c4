package dev.notifykit.internal;

import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Generates UUIDs of version 7 (RFC 9562): time-ordered, so that the indexes they land in grow at
 * one end. Ids of one generator strictly increase, even within a millisecond or when the clock
 * steps back.
 */
public final class TimeOrderedUuids {
  /** The sub-millisecond counter has 12 bits, the {@code rand_a} field of version 7. */
  private static final int COUNTER_BITS = 12;

  private final InstantSource clock;
  private final AtomicLong last = new AtomicLong();

  /**
   * Creates a generator.
   *
   * @param clock gives the time part
   */
  public TimeOrderedUuids(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns the next id. */
  public UUID next() {
    long now = clock.millis() << COUNTER_BITS;
    // Milliseconds and counter are one number, so a full counter simply borrows from the future.
    long tick = last.updateAndGet(previous -> Math.max(previous + 1, now));
    long high = tick >>> COUNTER_BITS << 16 | 0x7000 | (tick & 0xFFF);
    long low = ThreadLocalRandom.current().nextLong() >>> 2 | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
