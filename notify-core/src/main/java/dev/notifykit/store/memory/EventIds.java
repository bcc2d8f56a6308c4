package dev.notifykit.store.memory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers event ids for their dedupe windows. Thread-safe.
 *
 * <p>Ids lie on shelves, by their {@link EventKey}. Whoever adds one holds its shelf's lock until
 * all that belongs to it is stored, so that a repeat, which takes the same lock, finds either
 * nothing or everything.
 */
final class EventIds {
  /** Nobody needs a longer memory, and times are nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final int SHELVES = 64;

  /** What is remembered of an id. */
  record Known(UUID notificationId, long fingerprint) {}

  private final EventKey.Maker keys = new EventKey.Maker(new SecureRandom());
  private final List<Shelf> shelves = new ArrayList<>(SHELVES);

  EventIds() {
    for (int i = 0; i < SHELVES; i++) {
      shelves.add(new Shelf());
    }
  }

  EventKey key(String tenant, String eventId) {
    return keys.make(tenant, eventId);
  }

  Shelf shelf(EventKey key) {
    return shelves.get((int) key.low() & (SHELVES - 1));
  }

  /** Returns what is remembered of an id; waits for an append of it that is on its way. */
  Optional<Known> find(String tenant, String eventId, long now) {
    EventKey key = key(tenant, eventId);
    Shelf shelf = shelf(key);
    shelf.lock.lock();
    try {
      return Optional.ofNullable(shelf.find(key, now));
    } finally {
      shelf.lock.unlock();
    }
  }

  /** The ids of one shelf, whose lock guards them: those of each window on their own. */
  static final class Shelf {
    final ReentrantLock lock = new ReentrantLock();

    /** Mostly one: the window is a client's, and a store mostly has one client. */
    private final List<EventRing> rings = new ArrayList<>(1);

    @Nullable Known find(EventKey key, long now) {
      for (int i = 0; i < rings.size(); i++) {
        Known known = rings.get(i).find(key, now);
        if (known != null) {
          return known;
        }
      }
      return null;
    }

    void add(EventKey key, Duration window, Known known, long now) {
      ring(window.compareTo(LONGEST) < 0 ? window : LONGEST).add(key, known, now);
    }

    private EventRing ring(Duration window) {
      for (int i = 0; i < rings.size(); i++) {
        if (rings.get(i).window() == window.toNanos()) {
          return rings.get(i);
        }
      }
      EventRing ring = new EventRing(window.toNanos());
      rings.add(ring);
      return ring;
    }
  }
}
