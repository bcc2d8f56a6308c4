package dev.notifykit.store.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** The tracking events, kept as long as the log keeps settled deliveries. */
final class MemoryTracking implements TrackingStore {
  private record EventKey(String tenant, String id) {}

  private record DeliveryKey(String tenant, UUID id) {}

  private final Cache<EventKey, Boolean> known;
  private final Cache<DeliveryKey, List<TrackingEvent>> events;

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
        .merge(
            new DeliveryKey(event.tenant(), event.deliveryId()),
            List.of(event),
            MemoryTracking::append);
    return true;
  }

  private static List<TrackingEvent> append(List<TrackingEvent> old, List<TrackingEvent> added) {
    List<TrackingEvent> all = new ArrayList<>(old);
    all.addAll(added);
    all.sort(Comparator.comparing(TrackingEvent::at));
    return List.copyOf(all);
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    List<TrackingEvent> found = events.getIfPresent(new DeliveryKey(tenant, deliveryId));
    return found == null ? List.of() : found;
  }
}
