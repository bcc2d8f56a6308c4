package dev.notifykit.store;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.Target;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One target of a notification, with all that is needed to send to it. Never changes; what changes
 * (state, token, attempts, due time) is the store's.
 *
 * @param id a time-ordered id
 * @param notification the notification
 * @param recipientId whom it is for
 * @param recipientName how to greet them, or null
 * @param target where it goes; {@link Target#isMissing missing} only if it is suppressed
 * @param locale the language, or null for the template's default
 * @param zone the recipient's zone, or null for the client's default
 * @param fallback how it is tied to deliveries of another channel, or null if it is not
 */
public record QueuedDelivery(
    UUID id,
    StoredNotification notification,
    String recipientId,
    @Nullable String recipientName,
    Target target,
    @Nullable Locale locale,
    @Nullable ZoneId zone,
    @Nullable FallbackLink fallback) {

  /** Creates a delivery that is tied to no other. */
  public QueuedDelivery(
      UUID id,
      StoredNotification notification,
      String recipientId,
      @Nullable String recipientName,
      Target target,
      @Nullable Locale locale,
      @Nullable ZoneId zone) {
    this(id, notification, recipientId, recipientName, target, locale, zone, null);
  }

  /** Returns whether it is the fallback of another. */
  public boolean isStandIn() {
    return fallback != null && fallback.isStandIn();
  }

  /** Returns whether another is its fallback. */
  public boolean hasStandIn() {
    return fallback != null && fallback.hasStandIn();
  }

  /** Returns this delivery, tied to others. */
  public QueuedDelivery with(FallbackLink link) {
    return new QueuedDelivery(
        id, notification, recipientId, recipientName, target, locale, zone, link);
  }

  /** Returns the channel. */
  public Channel channel() {
    return target.channel();
  }

  /** Returns the queue it takes. */
  public Route route() {
    return target.route();
  }

  /**
   * Returns how this delivery stands, as the log shows it.
   *
   * @param state its state
   * @param reason why, or null
   * @param attempts how many attempts were spent
   * @param provider the provider that was last asked, or null
   * @param providerMessageId the provider's id, or null
   * @param dueAt when it is due, or null once settled
   * @param updatedAt when its state last changed
   */
  public Delivery at(
      DeliveryState state,
      @Nullable String reason,
      int attempts,
      @Nullable String provider,
      @Nullable String providerMessageId,
      @Nullable Instant dueAt,
      Instant updatedAt) {
    return new Delivery(
        id,
        notification.id(),
        notification.tenant(),
        recipientId,
        channel(),
        route(),
        target.key(),
        notification.template(),
        notification.category(),
        state,
        reason,
        attempts,
        provider,
        providerMessageId,
        dueAt,
        notification.createdAt(),
        updatedAt);
  }
}
