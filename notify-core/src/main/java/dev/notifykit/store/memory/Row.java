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
  private static final DeliveryState[] STATES = DeliveryState.values();

  /** What most rows that wait do not have yet. */
  private static final class Past {
    @Nullable String reason;
    @Nullable String provider;
    @Nullable String providerMessageId;
    @Nullable List<Attempt> attempts;
  }

  final Lane lane;
  QueuedDelivery delivery;
  private @Nullable Past past;
  private byte state;

  /** Its neighbours in the list that its state and {@link #discarded} name. */
  @Nullable Row previous;

  @Nullable Row next;
  boolean linked;

  /** The next of its chains in the index; each guarded there, not by the lane. */
  @Nullable Row nextById;

  private @Nullable Members nextNotification;
  final int idHash;
  private final int notificationHash;

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
    this.lane = lane;
    this.delivery = delivery;
    this.position = position;
    this.idHash = IdTable.hash(delivery.id());
    this.notificationHash = IdTable.hash(delivery.notification().id());
    this.state = (byte) state.ordinal();
    this.due = due;
    this.updated = now;
  }

  UUID id() {
    return delivery.id();
  }

  @Override
  public UUID notificationId() {
    return delivery.notification().id();
  }

  @Override
  public int notificationHash() {
    return notificationHash;
  }

  DeliveryState state() {
    return STATES[state];
  }

  @Nullable String provider() {
    return past == null ? null : past.provider;
  }

  @Nullable String providerMessageId() {
    return past == null ? null : past.providerMessageId;
  }

  List<Attempt> attemptLog() {
    return past == null || past.attempts == null ? List.of() : List.copyOf(past.attempts);
  }

  void reason(@Nullable String reason) {
    if (reason != null || past != null) {
      past().reason = reason;
    }
  }

  void asked(String provider, @Nullable String messageId) {
    past().provider = provider;
    past().providerMessageId = messageId;
  }

  private Past past() {
    Past p = past;
    if (p == null) {
      p = new Past();
      past = p;
    }
    return p;
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
    return state().isWaiting() && (linked || timerSlot >= 0);
  }

  /** Returns whether it is a fallback that no provider made wait. */
  boolean waitsForItsTimeOnly() {
    return delivery.isStandIn()
        && (state() == DeliveryState.SCHEDULED || past == null || past.reason == null);
  }

  boolean isListedDead() {
    return state() == DeliveryState.DEAD && linked && !discarded;
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
    List<Attempt> log = past().attempts;
    if (log == null) {
      log = new ArrayList<>(2);
      past().attempts = log;
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
    return state() == DeliveryState.SUPPRESSED
        && past != null
        && SuppressionReason.ERASED.name().equals(past.reason);
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
        state(),
        past == null ? null : past.reason,
        attempts,
        provider(),
        providerMessageId(),
        state().isTerminal() ? null : StoreTime.instant(due),
        n.createdAt(),
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

  @Override
  public @Nullable Members nextNotification() {
    return nextNotification;
  }

  @Override
  public void nextNotification(@Nullable Members value) {
    nextNotification = value;
  }
}
