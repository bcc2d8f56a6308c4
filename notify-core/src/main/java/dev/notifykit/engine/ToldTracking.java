package dev.notifykit.engine;

import dev.notifykit.dispatch.Events;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.util.List;
import java.util.UUID;

/** Tells the listeners of each tracking event, once it is recorded and if it is new. */
final class ToldTracking implements TrackingStore {
  private final TrackingStore store;
  private final Events events;

  ToldTracking(TrackingStore store, Events events) {
    this.store = store;
    this.events = events;
  }

  @Override
  public boolean record(TrackingEvent event) {
    boolean isNew = store.record(event);
    if (isNew) {
      events.publish(new NotificationEvent.Tracked(event));
    }
    return isNew;
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    return store.events(tenant, deliveryId);
  }
}
