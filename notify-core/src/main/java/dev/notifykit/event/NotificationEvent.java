package dev.notifykit.event;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.store.TrackingEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Something that happened inside the library. The set is closed but may gain members. */
public sealed interface NotificationEvent {

  /**
   * A delivery went from one state to another, in one step of {@link DeliveryState#canBecome} or in
   * several.
   *
   * @param delivery the delivery after the change
   * @param from the state before, or null if it was just admitted
   * @param took how long the provider took, or null if it accepted at once or none was asked
   */
  record DeliveryChanged(Delivery delivery, @Nullable DeliveryState from, @Nullable Duration took)
      implements NotificationEvent {}

  /**
   * A push service refuses a device's token for good, and it was disabled.
   *
   * @param tenant the tenant
   * @param recipientId whose device it is
   * @param deviceId the device's {@link dev.notifykit.Device#id}
   * @param code the provider's code
   */
  record DeviceDisabled(String tenant, String recipientId, String deviceId, String code)
      implements NotificationEvent {}

  /**
   * A recipient or a provider did something with a delivery: opened it, followed a link,
   * unsubscribed, complained; it arrived or bounced. Told once, by the process that recorded it;
   * one that ends in that moment tells nobody, and {@link
   * dev.notifykit.NotificationClient#tracking} still has it.
   *
   * @param event what happened
   */
  record Tracked(TrackingEvent event) implements NotificationEvent {}

  /**
   * Something needs an operator. Told once until it is over or an hour has passed.
   *
   * @param kind what is wrong
   * @param route where, or null if everywhere
   * @param subject the provider's name or other subject, never an address
   * @param detail what to know and do
   */
  record AlertRaised(AlertKind kind, @Nullable Route route, String subject, String detail)
      implements NotificationEvent {}

  /**
   * What an alert told of is over.
   *
   * @param kind what was wrong
   * @param route where, or null if everywhere
   * @param subject as in the alert
   */
  record AlertCleared(AlertKind kind, @Nullable Route route, String subject)
      implements NotificationEvent {}

  /** What an alert is about. */
  enum AlertKind {
    /** A provider's credentials or settings are wrong; it is left alone and probed. */
    PROVIDER_MISCONFIGURED,
    /** A provider's breaker opened; its work waits or goes to the next provider. */
    PROVIDER_DOWN,
    /** Deliveries are being given up. */
    DEAD_LETTERS,
    /** Deliveries kill their workers. */
    POISON,
    /** Rows of the store cannot be read. */
    UNREADABLE_ROWS,
    /** So many tokens are refused at once that a wrong topic or environment is likelier. */
    MASS_INVALIDATION,
    /** The store does not answer. */
    STORE_DOWN
  }
}
