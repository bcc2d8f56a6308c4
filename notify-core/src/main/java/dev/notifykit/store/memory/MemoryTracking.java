package dev.notifykit.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The tracking events, kept as long as the log keeps settled deliveries. */
final class MemoryTracking implements TrackingStore {
  private record EventKey(String tenant, String id) {}

  private record DeliveryKey(String tenant, UUID id) {}

  private final Cache<EventKey, Boolean> known;
  private final Cache<DeliveryKey, Queue<TrackingEvent>> events;

  MemoryTracking(StoreTime time, Duration age) {
    this.known = expiring(time, age).build();
    this.events = expiring(time, age).build();
  }

  private static Caffeine<Object, Object> expiring(StoreTime time, Duration age) {
    return Caffeine.newBuilder().ticker(time::nanos).executor(Runnable::run).expireAfterWrite(age);
  }

  @Override
  public boolean record(TrackingEvent event) {
    EventKey key = new EventKey(event.tenant(), event.id());
    if (known.asMap().putIfAbsent(key, Boolean.TRUE) != null) {
      return false;
    }
    events
        .asMap()
        .compute(
            new DeliveryKey(event.tenant(), event.deliveryId()),
            (k, earlier) -> add(earlier, event));
    return true;
  }

  /** Not into a copy: whoever follows a link as often as they like must not make that dear. */
  private static Queue<TrackingEvent> add(
      @Nullable Queue<TrackingEvent> earlier, TrackingEvent event) {
    Queue<TrackingEvent> all = earlier == null ? new ConcurrentLinkedQueue<>() : earlier;
    all.add(event);
    return all;
  }

  @Override
  public void forget(String tenant, Collection<UUID> deliveryIds) {
    for (UUID id : deliveryIds) {
      Queue<TrackingEvent> gone = events.asMap().remove(new DeliveryKey(tenant, id));
      if (gone != null) {
        gone.forEach(event -> known.invalidate(new EventKey(tenant, event.id())));
      }
    }
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    Queue<TrackingEvent> found = events.getIfPresent(new DeliveryKey(tenant, deliveryId));
    return found == null
        ? List.of()
        : found.stream().sorted(Comparator.comparing(TrackingEvent::at)).toList();
  }
}
