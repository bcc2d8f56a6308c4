package dev.notifykit.test.store;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.Content;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A notification in the making, with the ids its deliveries will have. The first has the
 * notification's, as in what a client sends, unless {@link #withIdsApart} was called before.
 */
final class Draft {
  private final Supplier<UUID> ids;
  private final UUID id;
  private final Instant createdAt;
  private final List<Planned> planned = new ArrayList<>();
  private String tenant = StoreFixture.TENANT;
  private String eventId;
  private long fingerprint = 1;
  private String category = "orders";
  private @Nullable String topic;
  private Priority priority = Priority.NORMAL;
  private UnknownOutcome unknownOutcome = UnknownOutcome.PREFER_DUPLICATE;
  private @Nullable Instant expiresAt;
  private @Nullable Duration dedupeWindow = Duration.ofDays(1);
  private Content content = new Content(Map.of("orderNo", "A-1001"), Map.of(), List.of());
  private @Nullable Locale locale;
  private @Nullable ZoneId zone;

  private boolean hasIdsApart;

  private final Map<UUID, FallbackLink> links = new HashMap<>();

  private record Planned(
      UUID id,
      String recipientId,
      @Nullable String recipientName,
      Target target,
      DeliveryState state,
      @Nullable SuppressionReason reason,
      @Nullable Instant notBefore,
      List<BucketCharge> charges) {}

  Draft(Supplier<UUID> ids, Instant createdAt) {
    this.ids = ids;
    this.id = ids.get();
    this.eventId = "event-" + id;
    this.createdAt = createdAt;
  }

  Draft tenant(String value) {
    tenant = value;
    return this;
  }

  Draft eventId(String value) {
    eventId = value;
    return this;
  }

  Draft fingerprint(long value) {
    fingerprint = value;
    return this;
  }

  Draft category(String value, @Nullable String topicValue) {
    category = value;
    topic = topicValue;
    return this;
  }

  Draft priority(Priority value) {
    priority = value;
    return this;
  }

  Draft preferSilence() {
    unknownOutcome = UnknownOutcome.PREFER_SILENCE;
    return this;
  }

  Draft expiresAt(@Nullable Instant value) {
    expiresAt = value;
    return this;
  }

  Draft dedupe(@Nullable Duration value) {
    dedupeWindow = value;
    return this;
  }

  Draft content(Content value) {
    content = value;
    return this;
  }

  Draft locale(Locale localeValue, ZoneId zoneValue) {
    locale = localeValue;
    zone = zoneValue;
    return this;
  }

  /** Adds a mail that is due. */
  Draft mail(String recipientId, BucketCharge... charges) {
    return to(recipientId, null, address(recipientId), charges);
  }

  Draft withIdsApart() {
    hasIdsApart = true;
    return this;
  }

  /** Adds a mail that is due later. */
  Draft mailAt(String recipientId, Instant notBefore) {
    return plan(
        recipientId,
        null,
        address(recipientId),
        DeliveryState.SCHEDULED,
        null,
        notBefore,
        List.of());
  }

  /** Adds a delivery that is due. */
  Draft to(
      String recipientId, @Nullable String recipientName, Target target, BucketCharge... charges) {
    return plan(
        recipientId, recipientName, target, DeliveryState.READY, null, null, List.of(charges));
  }

  /** Adds a delivery that is not to be sent. */
  Draft suppressed(String recipientId, SuppressionReason reason) {
    Target target = Target.missing(Channel.EMAIL);
    return plan(recipientId, null, target, DeliveryState.SUPPRESSED, reason, null, List.of());
  }

  /** Ties the delivery that was added last to others. */
  Draft tied(FallbackLink link) {
    links.put(planned.get(planned.size() - 1).id, link);
    return this;
  }

  private Draft plan(
      String recipientId,
      @Nullable String recipientName,
      Target target,
      DeliveryState state,
      @Nullable SuppressionReason reason,
      @Nullable Instant notBefore,
      List<BucketCharge> charges) {
    UUID its = planned.isEmpty() && !hasIdsApart ? id : ids.get();
    planned.add(
        new Planned(its, recipientId, recipientName, target, state, reason, notBefore, charges));
    return this;
  }

  static Target address(String recipientId) {
    return Target.email(recipientId + "@example.com");
  }

  UUID id() {
    return id;
  }

  String eventId() {
    return eventId;
  }

  List<UUID> deliveryIds() {
    return planned.stream().map(Planned::id).toList();
  }

  StoredNotification notification() {
    return new StoredNotification(
        id,
        tenant,
        eventId,
        fingerprint,
        "order-shipped",
        category,
        topic,
        priority,
        unknownOutcome,
        createdAt,
        expiresAt,
        content);
  }

  NewNotification build() {
    StoredNotification notification = notification();
    return new NewNotification(
        notification, dedupeWindow, planned.stream().map(p -> build(p, notification)).toList());
  }

  private NewDelivery build(Planned p, StoredNotification notification) {
    QueuedDelivery delivery =
        new QueuedDelivery(
            p.id,
            notification,
            p.recipientId,
            p.recipientName,
            p.target,
            locale,
            zone,
            links.get(p.id));
    return new NewDelivery(delivery, p.state, p.reason, p.notBefore, p.charges);
  }
}
