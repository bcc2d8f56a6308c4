package dev.notifykit.store.memory;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.SuppressionReason;
import dev.notifykit.Target;
import dev.notifykit.store.Content;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One delivery and everything that changes about it. There may be millions, so it is one object
 * without boxes; lists and heaps thread through it instead of wrapping it.
 *
 * <p>Every field that is not final is guarded by the lock of {@link #lane}. What never changes
 * about {@link #delivery} (ids, tenant, recipient) may be read without it: erasing replaces a
 * frozen value by another.
 */
final class Row implements Members {
  private static final Content NO_CONTENT = new Content(Map.of(), Map.of(), List.of());

  final Lane lane;
  QueuedDelivery delivery;
  DeliveryState state;

  /** The list that links it, or null while a heap or nothing holds it. */
  @Nullable RowList home;

  @Nullable Row previous;
  @Nullable Row next;

  /** Its places in the heaps, -1 when it is in none. */
  int timerSlot = -1;

  int expirySlot = -1;

  /** Its place among the notification's deliveries. */
  final int position;

  int attempts;
  int recoveries;
  boolean erased;

  /** Not before this time, in microseconds. */
  long due;

  /** When the lease of a claim, or the wait of an unknown outcome, ends. */
  long deadline;

  long updated;
  long token;
  @Nullable String reason;
  @Nullable String provider;
  @Nullable String providerMessageId;
  @Nullable List<Attempt> attemptLog;

  Row(Lane lane, QueuedDelivery delivery, int position, DeliveryState state, long due, long now) {
    this.lane = lane;
    this.delivery = delivery;
    this.position = position;
    this.state = state;
    this.due = due;
    this.updated = now;
  }

  UUID id() {
    return delivery.id();
  }

  UUID notificationId() {
    return delivery.notification().id();
  }

  String tenant() {
    return delivery.notification().tenant();
  }

  Priority priority() {
    return delivery.notification().priority();
  }

  boolean belongsTo(String tenant) {
    return tenant().equals(tenant);
  }

  /** Safe without the lock: neither part ever changes. */
  boolean isFor(String tenant, String recipientId) {
    QueuedDelivery d = delivery;
    return d.recipientId().equals(recipientId) && d.notification().tenant().equals(tenant);
  }

  /** Returns whether it waits in the queue; false for the moment before it is put there. */
  boolean isParked() {
    return state.isWaiting() && (home != null || timerSlot >= 0);
  }

  /** The one place that changes the state. */
  void become(DeliveryState to, long now) {
    if (!state.canBecome(to)) {
      throw new IllegalStateException("a delivery cannot go from " + state + " to " + to);
    }
    state = to;
    updated = now;
  }

  void log(Attempt attempt) {
    List<Attempt> log = attemptLog;
    if (log == null) {
      log = new ArrayList<>(2);
      attemptLog = log;
    }
    log.add(attempt);
  }

  /** Drops what it says and where it goes; the history stays. */
  void eraseContent() {
    StoredNotification n = delivery.notification();
    StoredNotification empty =
        new StoredNotification(
            n.id(),
            n.tenant(),
            n.eventId(),
            n.fingerprint(),
            n.template(),
            n.category(),
            n.topic(),
            n.priority(),
            n.unknownOutcome(),
            n.createdAt(),
            n.expiresAt(),
            NO_CONTENT);
    Target nowhere = Target.missing(delivery.channel());
    delivery =
        new QueuedDelivery(delivery.id(), empty, delivery.recipientId(), null, nowhere, null, null);
    erased = true;
  }

  boolean isSuppressedAsErased() {
    return state == DeliveryState.SUPPRESSED && SuppressionReason.ERASED.name().equals(reason);
  }

  Delivery toDelivery() {
    StoredNotification n = delivery.notification();
    return new Delivery(
        delivery.id(),
        n.id(),
        n.tenant(),
        delivery.recipientId(),
        delivery.channel(),
        lane.route(),
        delivery.target().key(),
        n.template(),
        n.category(),
        state,
        reason,
        attempts,
        provider,
        providerMessageId,
        state.isTerminal() ? null : StoreTime.instant(due),
        n.createdAt(),
        StoreTime.instant(updated));
  }

  @Override
  public List<Row> rows() {
    return List.of(this);
  }

  @Override
  public @Nullable Members without(Row row) {
    return row == this ? null : this;
  }
}
