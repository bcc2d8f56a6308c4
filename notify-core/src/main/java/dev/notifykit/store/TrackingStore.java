package dev.notifykit.store;

import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** Tracking events. Thread-safe. */
public interface TrackingStore {
  /**
   * Records an event; the same event id again changes nothing.
   *
   * @param event the event
   * @return whether it is new
   */
  boolean record(TrackingEvent event);

  /**
   * Returns a delivery's events, oldest first.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   */
  List<TrackingEvent> events(String tenant, UUID deliveryId);

  /**
   * Deletes every event of some deliveries, whether or not the deliveries are still known. What is
   * recorded of them later is new.
   *
   * @param tenant the tenant
   * @param deliveryIds the deliveries, a thousand or so at most
   */
  void forget(String tenant, Collection<UUID> deliveryIds);
}
