package dev.notifykit.engine;

import dev.notifykit.dispatch.Events;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Tells the listeners of each tracking event, once it is recorded and if it is new. What an erased
 * person does with an old message, or a provider reports of it late, is not recorded.
 */
final class ToldTracking implements TrackingStore {
  private final NotificationStore whole;
  private final TrackingStore store;
  private final Events events;

  ToldTracking(NotificationStore whole, Events events) {
    this.whole = whole;
    this.store = whole.tracking();
    this.events = events;
  }

  @Override
  public boolean record(TrackingEvent event) {
    boolean isNew = !isOfErasedPerson(event) && store.record(event);
    if (isNew) {
      events.publish(new NotificationEvent.Tracked(event));
    }
    return isNew;
  }

  private boolean isOfErasedPerson(TrackingEvent event) {
    return whole
        .log()
        .find(event.tenant(), event.deliveryId())
        .filter(d -> whole.preferences().find(event.tenant(), d.recipientId()).erased())
        .isPresent();
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    return store.events(tenant, deliveryId);
  }

  @Override
  public void forget(String tenant, Collection<UUID> deliveryIds) {
    store.forget(tenant, deliveryIds);
  }
}
