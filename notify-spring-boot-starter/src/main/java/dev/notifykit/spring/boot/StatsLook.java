package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.Stats;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the queues at most once a second, so that the two dozen gauges of one scrape cost the
 * store one query. Thread-safe.
 */
final class StatsLook {
  private static final long FRESH_NANOS = 1_000_000_000;

  private final NotificationClient client;
  private @Nullable Stats last;
  private long lookedAt;

  StatsLook(NotificationClient client) {
    this.client = client;
  }

  /**
   * Returns a look that is at most a second old.
   *
   * @throws dev.notifykit.StoreException if the store does not answer
   */
  synchronized Stats stats() {
    Stats known = last;
    if (known == null || System.nanoTime() - lookedAt > FRESH_NANOS) {
      known = client.stats();
      last = known;
      lookedAt = System.nanoTime();
    }
    return known;
  }
}
