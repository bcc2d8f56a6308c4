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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One delivery and everything that changes about it. There may be millions, so it is one object
 * without boxes; lists and heaps thread through it instead of wrapping it. What it says goes when
 * it is settled: its history is this object, its ids and the provider's.
 *
 * <p>Every field that is not final is guarded by the lock of {@link #lane}.
 */
final class Row implements Members {
  private static final Content NO_CONTENT = new Content(Map.of(), Map.of(), List.of());
  private static final DeliveryState[] STATES = DeliveryState.values();

  final Lane lane;

  /** Its id and its notification's, as numbers: an object each would outlive what is sent. */
  private final long idHigh;

  private final long idLow;
  private final long notificationHigh;
  private final long notificationLow;
  private final String tenant;
  final String recipientId;
  private final String template;
  private final String category;
  private final long created;

  /** Where it goes; nowhere once it is erased. */
  Target target;

  /** What is sent; null once nothing can be sent any more. */
  private @Nullable QueuedDelivery delivery;

  private @Nullable String reason;
  private @Nullable String provider;
  private @Nullable String providerMessageId;
  private @Nullable List<Attempt> attemptLog;
  private byte state;

  /** Its neighbours in the list that its state and {@link #discarded} name. */
  @Nullable Row previous;

  @Nullable Row next;
  boolean linked;

  /** Where it stands among all rows of its lane; nowhere before it came and once forgotten. */
  Arrivals.@Nullable Sheet sheet;

  byte line;

  /** All rows of its notification; itself if it is the only one. Set before it is shared. */
  Members members = this;

  /** Its places in the heaps, -1 when it is in none. */
  int timerSlot = -1;

  int expirySlot = -1;

  /** Its place among the notification's deliveries. */
  final int position;

  short attempts;
  byte recoveries;
  int token;
  boolean erased;

  /** A dead letter that is not listed any more. */
  boolean discarded;

  /** Not before this time, in microseconds. */
  long due;

  /** When the lease of a claim, or the wait of an unknown outcome, ends. */
  long deadline;

  long updated;

  Row(Lane lane, QueuedDelivery delivery, int position, DeliveryState state, long due, long now) {
    StoredNotification notification = delivery.notification();
    this.lane = lane;
    this.delivery = delivery;
    this.idHigh = delivery.id().getMostSignificantBits();
    this.idLow = delivery.id().getLeastSignificantBits();
    this.notificationHigh = notification.id().getMostSignificantBits();
    this.notificationLow = notification.id().getLeastSignificantBits();
    this.tenant = notification.tenant();
    this.recipientId = delivery.recipientId();
    this.template = notification.template();
    this.category = notification.category();
    this.created = StoreTime.micros(notification.createdAt());
    this.target = delivery.target();
    this.position = position;
    this.state = (byte) state.ordinal();
    this.due = due;
    this.updated = now;
  }

  UUID id() {
    return new UUID(idHigh, idLow);
  }

  boolean hasId(UUID id) {
    return idLow == id.getLeastSignificantBits() && idHigh == id.getMostSignificantBits();
  }

  @Override
  public UUID notificationId() {
    return new UUID(notificationHigh, notificationLow);
  }

  /** Returns what is sent. Only for what is not settled. */
  QueuedDelivery delivery() {
    if (delivery == null) {
      throw new IllegalStateException("a delivery that is " + state() + " has nothing to send");
    }
    return delivery;
  }

  DeliveryState state() {
    return STATES[state];
  }

  @Nullable String provider() {
    return provider;
  }

  @Nullable String providerMessageId() {
    return providerMessageId;
  }

  List<Attempt> attemptLog() {
    return attemptLog == null ? List.of() : List.copyOf(attemptLog);
  }

  void reason(@Nullable String value) {
    reason = value;
  }

  void asked(String newProvider, @Nullable String messageId) {
    provider = newProvider;
    providerMessageId = messageId;
  }

  String tenant() {
    return tenant;
  }

  Priority priority() {
    return delivery().notification().priority();
  }

  /** Returns when it must not wait any longer, in microseconds. */
  long expiry() {
    Instant expiresAt = delivery().notification().expiresAt();
    return expiresAt == null ? Long.MAX_VALUE : StoreTime.micros(expiresAt);
  }

  boolean belongsTo(String other) {
    return tenant.equals(other);
  }

  boolean isFor(String otherTenant, String otherRecipientId) {
    return recipientId.equals(otherRecipientId) && tenant.equals(otherTenant);
  }

  /** Returns whether it waits in the queue; false for the moment before it is put there. */
  boolean isParked() {
    return state().isWaiting() && (linked || timerSlot >= 0);
  }

  /** Returns whether it is a fallback that no provider made wait. */
  boolean waitsForItsTimeOnly() {
    return delivery().isStandIn() && (state() == DeliveryState.SCHEDULED || reason == null);
  }

  boolean isListedDead() {
    return state() == DeliveryState.DEAD && !discarded;
  }

  /** The one place that changes the state. */
  void become(DeliveryState to, long now) {
    if (!state().canBecome(to)) {
      throw new IllegalStateException("a delivery cannot go from " + state() + " to " + to);
    }
    state = (byte) to.ordinal();
    updated = now;
  }

  void log(Attempt attempt) {
    if (attemptLog == null) {
      attemptLog = new ArrayList<>(2);
    }
    attemptLog.add(attempt);
  }

  /** Drops what it says: nobody can send it again. */
  void dropContent() {
    delivery = null;
  }

  /** Drops what it says and where it goes; the history stays. */
  void eraseContent() {
    target = Target.missing(target.channel());
    erased = true;
    if (delivery != null) {
      delivery = empty(delivery.notification());
    }
  }

  private QueuedDelivery empty(StoredNotification n) {
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
    return new QueuedDelivery(id(), empty, recipientId, null, target, null, null);
  }

  boolean isSuppressedAsErased() {
    return state() == DeliveryState.SUPPRESSED && SuppressionReason.ERASED.name().equals(reason);
  }

  Delivery toDelivery() {
    return new Delivery(
        id(),
        notificationId(),
        tenant,
        recipientId,
        target.channel(),
        lane.route(),
        target.key(),
        template,
        category,
        state(),
        reason,
        attempts,
        provider,
        providerMessageId,
        state().isTerminal() ? null : StoreTime.instant(due),
        StoreTime.instant(created),
        StoreTime.instant(updated));
  }

  @Override
  public List<Row> rows() {
    return List.of(this);
  }

  @Override
  public boolean forget(Row row) {
    return row == this;
  }
}
