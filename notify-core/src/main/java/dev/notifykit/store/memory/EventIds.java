package dev.notifykit.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Remembers event ids for their dedupe windows. Thread-safe. */
final class EventIds {
  /** Nobody needs a longer memory, and the cache counts in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private record TenantEvent(String tenant, String eventId) {}

  /** What is remembered of an id. */
  static final class Known {
    final UUID notificationId;
    final long fingerprint;

    /** The append that stores it, until that is done; repeats wait for it. */
    volatile @Nullable CompletableFuture<Boolean> pending;

    Known(UUID notificationId, long fingerprint, CompletableFuture<Boolean> pending) {
      this.notificationId = notificationId;
      this.fingerprint = fingerprint;
      this.pending = pending;
    }
  }

  private final Cache<Object, Known> cache;

  /** What the cache is told the time is: read once a batch, not several times an id. */
  private volatile long now;

  private final Policy.VarExpiration<Object, Known> windows;

  EventIds() {
    this.cache =
        Caffeine.newBuilder()
            .ticker(() -> now)
            .executor(Runnable::run)
            .expireAfter(Expiry.<Object, Known>creating((key, known) -> LONGEST))
            .build();
    this.windows = cache.policy().expireVariably().orElseThrow();
  }

  /**
   * Sets the time, in nanoseconds. Called before every use; several threads may set it in any
   * order, as their times differ by no more than they race.
   */
  EventIds at(long nanos) {
    now = nanos;
    return this;
  }

  /** Remembers an id, or returns what is remembered already. */
  @Nullable Known putIfAbsent(String tenant, String eventId, Known known, Duration window) {
    Duration bounded = window.compareTo(LONGEST) < 0 ? window : LONGEST;
    return windows.putIfAbsent(key(tenant, eventId), known, bounded);
  }

  @Nullable Known find(String tenant, String eventId) {
    return cache.getIfPresent(key(tenant, eventId));
  }

  void forget(String tenant, String eventId, Known known) {
    cache.asMap().remove(key(tenant, eventId), known);
  }

  /** The default tenant's ids, of which there may be millions, are keys without a wrapper. */
  private static Object key(String tenant, String eventId) {
    return tenant.isEmpty() ? eventId : new TenantEvent(tenant, eventId);
  }
}
