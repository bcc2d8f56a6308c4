package dev.notifykit.dispatch;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.Device;
import dev.notifykit.Route;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.DeviceDisabled;
import dev.notifykit.policy.Preference;
import dev.notifykit.provider.Outcome;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an outcome changes beside its delivery: devices, addresses, preferences, alerts. */
final class OutcomeEffects {
  private static final Logger log = LoggerFactory.getLogger(OutcomeEffects.class);

  private final NotificationStore store;
  private final Events events;
  private final Alerts alerts;

  OutcomeEffects(NotificationStore store, Events events, Alerts alerts) {
    this.store = store;
    this.events = events;
    this.alerts = alerts;
  }

  /**
   * Applies an outcome and returns what it means for the delivery, which differs from what the
   * provider said when that is not believed. Runs before the delivery is settled, so that a crash
   * in between repeats it; each effect may be repeated.
   */
  Outcome apply(Flight flight, Outcome outcome) {
    boolean invalid = outcome instanceof Outcome.InvalidTarget;
    boolean believed = flight.gate.invalidations().allows(invalid);
    try {
      if (outcome instanceof Outcome.InvalidTarget target) {
        return invalidTarget(flight, target, believed);
      }
      if (outcome instanceof Outcome.OptedOut) {
        optOut(flight.claimed.delivery());
      }
    } catch (Throwable e) { // whatever it is: this delivery has to end
      log.warn("{} could not be recorded, and is tried again", outcome.getClass().getSimpleName());
      return new Outcome.Retryable("store-down");
    }
    return outcome;
  }

  private Outcome invalidTarget(Flight flight, Outcome.InvalidTarget outcome, boolean believed) {
    QueuedDelivery delivery = flight.claimed.delivery();
    Device device = delivery.target().device().orElse(null);
    if (device != null && isOlderThanRegistration(device, outcome.since())) {
      return new Outcome.Retryable(outcome.code());
    }
    if (!believed) {
      alerts.raise(
          AlertKind.MASS_INVALIDATION,
          delivery.route(),
          flight.gate.name(),
          "it calls most targets invalid ("
              + outcome.code()
              + "); a wrong topic, key or"
              + " environment is likelier. No target is disabled meanwhile");
      return new Outcome.Rejected(outcome.code());
    }
    String tenant = delivery.notification().tenant();
    if (device == null) {
      store.preferences().suppressTarget(tenant, delivery.target().key(), outcome.code());
    } else if (store
        .recipients()
        .disableDevice(tenant, device.id(), Optional.ofNullable(outcome.since()))) {
      events.publish(
          new DeviceDisabled(tenant, delivery.recipientId(), device.id(), outcome.code()));
    }
    return outcome;
  }

  /** A token registered again after the service dropped it is alive. */
  private static boolean isOlderThanRegistration(Device device, @Nullable Instant since) {
    return since != null && device.registeredAt().filter(since::isBefore).isPresent();
  }

  private void optOut(QueuedDelivery delivery) {
    Channel channel = delivery.channel();
    store
        .preferences()
        .put(
            delivery.notification().tenant(),
            delivery.recipientId(),
            new Preference(channel, null, null, false));
  }

  void quarantined(Route route, List<Delivery> rows) {
    if (!rows.isEmpty()) {
      alerts.raise(
          AlertKind.UNREADABLE_ROWS,
          route,
          "store",
          rows.size()
              + " deliveries could not be read and are dead letters; a newer release may"
              + " have written them");
    }
  }
}
