package dev.notifykit.store;

import dev.notifykit.store.DeliveryQueue.KnownEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Remembers event ids in front of another store, which alone decides whether one is new; see {@link
 * CompositeStore}. Thread-safe.
 */
public interface EventFilter {
  /**
   * Returns what is remembered of the event ids of notifications, in their order, in one round
   * trip.
   *
   * @param notifications the notifications
   */
  List<Optional<KnownEvent>> known(List<StoredNotification> notifications);

  /**
   * Remembers the event ids of notifications that are stored, each for what is left of its window;
   * what is remembered already stays as it is.
   *
   * @param stored notifications, those without a window aside
   * @param age how long their windows have been running
   */
  void remember(List<NewNotification> stored, Duration age);
}
