package dev.notifykit.spring.boot;

import dev.notifykit.Stats;
import dev.notifykit.StoreException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the queues at most once a second, so that the two dozen gauges of one scrape cost the
 * store one query, and so that one that does not answer is waited for once. Thread-safe.
 */
final class StatsLook {
  private static final long FRESH_NANOS = 1_000_000_000;

  private final Supplier<Stats> queues;
  private final LongSupplier nanoTime;
  private @Nullable Stats last;
  private @Nullable RuntimeException failure;
  private long lookedAt;

  /**
   * Creates a look.
   *
   * @param queues asked for what is there
   * @param nanoTime a clock that only goes forward
   */
  StatsLook(Supplier<Stats> queues, LongSupplier nanoTime) {
    this.queues = queues;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns a look that is at most a second old.
   *
   * @throws StoreException if the store did not answer it
   */
  synchronized Stats stats() {
    boolean isFresh = nanoTime.getAsLong() - lookedAt <= FRESH_NANOS;
    if (failure != null && isFresh) {
      throw notKnown(failure);
    }
    Stats known = last;
    if (known == null || !isFresh) {
      known = look();
    }
    return known;
  }

  private Stats look() {
    try {
      failure = null;
      Stats seen = queues.get();
      last = seen;
      return seen;
    } catch (RuntimeException e) { // whatever it is: what was seen before is not what is there
      failure = e;
      throw notKnown(e);
    } finally {
      lookedAt = nanoTime.getAsLong();
    }
  }

  private static StoreException notKnown(RuntimeException e) {
    return new StoreException("the queues could not be looked at", e);
  }
}
