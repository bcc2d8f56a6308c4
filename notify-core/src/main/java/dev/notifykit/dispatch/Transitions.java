package dev.notifykit.dispatch;

import dev.notifykit.Attempt;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of every change of state: listeners, those who wait for completion, the log. */
public final class Transitions {
  private static final Logger log = LoggerFactory.getLogger("dev.notifykit.deliveries");

  private final Events events;
  private final Alerts alerts;
  private final Completions completions;
  private final InstantSource clock;

  Transitions(Events events, Alerts alerts, Completions completions, InstantSource clock) {
    this.events = events;
    this.alerts = alerts;
    this.completions = completions;
    this.clock = clock;
  }

  /**
   * Tells of an answer after which another provider is asked at once. Of several such answers the
   * attempt log keeps the last one only.
   */
  void diverted(Settlement before) {
    Attempt attempt = before.attempt();
    if (attempt != null) {
      debug(before.claimed().delivery(), "goes on", attempt);
    }
  }

  private static void debug(QueuedDelivery delivery, String what, Attempt attempt) {
    log.debug(
        "delivery {} on {} {} after attempt {}: {} by {} ({})",
        delivery.id(),
        delivery.route(),
        what,
        attempt.number(),
        attempt.outcome(),
        attempt.provider(),
        attempt.code());
  }

  void settled(Settlement settlement) {
    QueuedDelivery delivery = settlement.claimed().delivery();
    DeliveryState to = settlement.to();
    if (to == DeliveryState.DEAD) {
      died(delivery, String.valueOf(settlement.reason()), settlement.attempt());
    }
    Attempt attempt = settlement.attempt();
    if (to == DeliveryState.RETRY_WAIT && attempt != null) {
      debug(delivery, "waits", attempt);
    }
    if (events.hasListeners()) {
      events.publish(
          new DeliveryChanged(
              delivery(settlement),
              DeliveryState.CLAIMED,
              attempt == null ? null : attempt.took()));
    }
    if (to.isTerminal()) {
      completions.ended(delivery.notification().id(), delivery.id());
    }
  }

  private void died(QueuedDelivery delivery, String reason, @Nullable Attempt attempt) {
    String code = attempt == null ? null : attempt.code();
    // Every row at debug, the trouble itself once: a provider that refuses a campaign must not
    // drown the log.
    log.debug("delivery {} on {} is dead: {} ({})", delivery.id(), delivery.route(), reason, code);
    alerts.raise(
        AlertKind.DEAD_LETTERS,
        delivery.route(),
        reason,
        "deliveries are being given up, the first with code "
            + code
            + "; see deadLetters() to replay or discard them");
  }

  private Delivery delivery(Settlement settlement) {
    ClaimedDelivery claimed = settlement.claimed();
    Instant now = clock.instant();
    return claimed
        .delivery()
        .at(
            settlement.to(),
            settlement.reason(),
            settlement.spendsAttempt() ? claimed.attempt() : claimed.attempt() - 1,
            settlement.provider(),
            settlement.providerMessageId(),
            settlement.delay() == null ? null : now.plus(settlement.delay()),
            now);
  }

  /**
   * Tells of a change that the store made on its own or on request.
   *
   * @param change the change
   */
  public void changed(StateChange change) {
    Delivery delivery = change.delivery();
    if (DeadReason.POISON.name().equals(delivery.reason())) {
      alerts.raise(
          AlertKind.POISON,
          delivery.route(),
          "deliveries",
          "a delivery lost its worker again and again and is a dead letter: " + delivery.id());
    }
    if (events.hasListeners()) {
      events.publish(new DeliveryChanged(delivery, change.from(), null));
    }
    if (delivery.state().isTerminal()) {
      completions.ended(delivery.notificationId(), delivery.id());
    }
  }
}
