package dev.notifykit.tracking;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.internal.Checks;
import dev.notifykit.policy.Preference;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes what providers report into the store. Thread-safe.
 *
 * <p>Any order, number and time of the same reports ends in the same state:
 *
 * <ul>
 *   <li>A delivery only goes forward, by the store's own conditional write, so that a late {@code
 *       ACCEPTED} does not undo a {@code DELIVERED} and of two ends the first counts.
 *   <li>What is recorded or chosen is written first and its event id last, so that a crash between
 *       the two repeats a write that changes nothing. An old opt-out that is reported again does
 *       not undo a later opt-in.
 *   <li>A report can come before the library has written that the provider took the message, for
 *       the provider answers and reports on two connections. Such a report waits here, bounded in
 *       number and time, until {@link #applyWaiting} finds its delivery settled.
 *   <li>That one attempt failed says nothing about a later one: an {@code UNDELIVERED} for another
 *       message id than the delivery's is left out.
 * </ul>
 */
public final class Receipts {
  private static final int MAX_WAITING = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final NotificationStore store;
  private final TrackingStore tracking;
  private final TargetKeys targetKeys;
  private final AddressBook addressBook;
  private final Consumer<StateChange> publish;
  private final Deque<Waiting> waiting = new ArrayDeque<>(); // guarded by itself

  /** A report that came early; looked at again after half as long as it has waited. */
  private record Waiting(WebhookEvent.DeliveryReport report, Instant since, Instant next) {}

  /**
   * Creates an applier.
   *
   * @param store where to write; not closed
   * @param tracking where to write what was done with a delivery
   * @param targetKeys makes the keys of addresses
   * @param addressBook whose an address is
   * @param publish told of each change of a delivery's state, once it is stored
   */
  public Receipts(
      NotificationStore store,
      TrackingStore tracking,
      TargetKeys targetKeys,
      AddressBook addressBook,
      Consumer<StateChange> publish) {
    this.store = store;
    this.tracking = tracking;
    this.targetKeys = targetKeys;
    this.addressBook = addressBook;
    this.publish = publish;
  }

  /**
   * Applies events, durably when it returns.
   *
   * @param events the events, in any order
   * @throws dev.notifykit.StoreException if the store cannot be written; apply them all again then
   */
  public void apply(Collection<? extends WebhookEvent> events) {
    events.forEach(this::apply);
  }

  private void apply(WebhookEvent event) {
    // A chain and not a switch over patterns, which Java 17 has as a preview only.
    if (event instanceof WebhookEvent.DeliveryReport report) {
      Instant now = store.clock().instant();
      applyOrWait(report, now, now);
    } else if (event instanceof WebhookEvent.TargetInvalid invalid) {
      suppress(invalid.origin(), invalid.target(), invalid.code());
    } else if (event instanceof WebhookEvent.OptedOut out) {
      optOut(out);
    } else if (event instanceof WebhookEvent.OptedIn in) {
      optIn(in);
    } else if (event instanceof WebhookEvent.Complained complaint) {
      complain(complaint);
    } else if (event instanceof WebhookEvent.Opened opened) {
      record(opened.origin(), TrackingEvent.Kind.OPENED, null);
    } else if (event instanceof WebhookEvent.Clicked clicked) {
      record(clicked.origin(), TrackingEvent.Kind.CLICKED, clicked.link());
    }
  }

  // ---- what became of a delivery

  /** Applies the reports that came early and whose deliveries are settled by now. */
  public void applyWaiting() {
    Deque<Waiting> again;
    synchronized (waiting) {
      again = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    Instant now = store.clock().instant();
    try {
      for (Waiting w = again.poll(); w != null; w = again.poll()) {
        applyOrWait(w, now);
      }
    } finally {
      again.forEach(this::await); // what a failure kept us from
    }
  }

  /** Returns how many reports came early and wait for their delivery. */
  public int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void applyOrWait(Waiting early, Instant now) {
    if (now.isBefore(early.next())) {
      await(early);
    } else {
      applyOrWait(early.report(), early.since(), now);
    }
  }

  /**
   * Most that are found late are found soon. Those of messages that are not ours, as of another
   * application with the same account, would ask the store again and again. The last look is when
   * patience ends.
   */
  private void applyOrWait(WebhookEvent.DeliveryReport report, Instant since, Instant now) {
    boolean done = false;
    try {
      done = applied(report);
    } finally {
      Instant end = since.plus(PATIENCE);
      if (!done && now.isBefore(end)) {
        Instant next = now.plus(Duration.between(since, now).dividedBy(2));
        await(new Waiting(report, since, next.isBefore(end) ? next : end));
      }
    }
  }

  private void await(Waiting early) {
    synchronized (waiting) {
      if (waiting.size() == MAX_WAITING) {
        waiting.removeFirst();
      }
      waiting.addLast(early);
    }
  }

  /** Returns whether the report has had its effect, or can never have one. */
  private boolean applied(WebhookEvent.DeliveryReport report) {
    Delivery delivery = find(report.origin()).orElse(null);
    if (delivery == null || isBeforeAnswer(delivery.state())) {
      return advanceUnseen(report);
    }
    if (report.state() == DeliveryState.UNDELIVERED && isOfAnotherAttempt(report, delivery)) {
      return true;
    }
    advance(delivery.id(), report);
    recordReport(delivery.tenant(), delivery.id(), report);
    return true;
  }

  /** The delivery cannot be read yet, or not under this tenant; the store may know better. */
  private boolean advanceUnseen(WebhookEvent.DeliveryReport report) {
    UUID id = report.origin().deliveryId();
    Delivery after = id == null ? null : advance(id, report);
    if (after != null) {
      recordReport(after.tenant(), after.id(), report);
    }
    return after != null;
  }

  private @Nullable Delivery advance(UUID deliveryId, WebhookEvent.DeliveryReport report) {
    Optional<StateChange> change =
        store
            .queue()
            .advance(deliveryId, report.state(), report.code(), report.origin().messageId());
    change.ifPresent(publish);
    return change.map(StateChange::delivery).orElse(null);
  }

  private static boolean isBeforeAnswer(DeliveryState state) {
    return state.isWaiting() || state == DeliveryState.CLAIMED;
  }

  private static boolean isOfAnotherAttempt(WebhookEvent.DeliveryReport report, Delivery delivery) {
    String reported = report.origin().messageId();
    String known = delivery.providerMessageId();
    return reported != null && known != null && !reported.equals(known);
  }

  private void recordReport(String tenant, UUID deliveryId, WebhookEvent.DeliveryReport report) {
    TrackingEvent.Kind kind =
        switch (report.state()) {
          case DELIVERED -> TrackingEvent.Kind.DELIVERED;
          case UNDELIVERED -> TrackingEvent.Kind.BOUNCED;
          default -> null;
        };
    if (kind != null) {
      record(report.origin(), tenant, deliveryId, kind, report.code());
    }
  }

  // ---- what recipients want

  private void optOut(WebhookEvent.OptedOut out) {
    Target target = out.target();
    boolean whole = out.scope() == WebhookEvent.Scope.CHANNEL;
    Delivery delivery = find(out.origin()).orElse(null);
    if (delivery == null) {
      if (whole && isFirst(out.origin())) {
        preferByAddress(out.origin(), target, Choice.OUT);
        suppress(out.origin(), target, out.word());
        answered(out.origin(), TrackingEvent.Kind.UNSUBSCRIBED, out.word());
      }
      return;
    }
    if (isRecorded(delivery, out.origin(), TrackingEvent.Kind.UNSUBSCRIBED)) {
      return;
    }
    refuse(delivery, whole ? null : delivery.category());
    if (target.channel() == Channel.SMS && whole) {
      suppress(out.origin(), target, out.word());
    }
    record(out.origin(), TrackingEvent.Kind.UNSUBSCRIBED, out.word());
  }

  private void complain(WebhookEvent.Complained complaint) {
    Delivery delivery = find(complaint.origin()).orElse(null);
    if (delivery == null) {
      if (isFirst(complaint.origin())) {
        preferByAddress(complaint.origin(), complaint.target(), Choice.OUT);
        suppress(complaint.origin(), complaint.target(), "complaint");
        answered(complaint.origin(), TrackingEvent.Kind.COMPLAINED, "complaint");
      }
    } else if (!isRecorded(delivery, complaint.origin(), TrackingEvent.Kind.COMPLAINED)) {
      refuse(delivery, null);
      record(complaint.origin(), TrackingEvent.Kind.COMPLAINED, null);
    }
  }

  private void optIn(WebhookEvent.OptedIn in) {
    if (isFirst(in.origin())) {
      preferByAddress(in.origin(), in.target(), Choice.IN);
      for (String key : targetKeys.all(in.target())) {
        store.preferences().suppressTarget(tenant(in.origin()), key, null);
      }
      answered(in.origin(), TrackingEvent.Kind.UNSUBSCRIBED, in.word());
    }
  }

  private void refuse(Delivery delivery, @Nullable String category) {
    store
        .preferences()
        .put(
            delivery.tenant(),
            delivery.recipientId(),
            new Preference(delivery.channel(), category, null, false));
  }

  private enum Choice {
    IN,
    OUT
  }

  private void preferByAddress(Origin origin, Target target, Choice choice) {
    Preference preference = new Preference(target.channel(), null, null, choice == Choice.IN);
    for (String recipientId : addressBook.recipients(tenant(origin), target)) {
      store.preferences().put(tenant(origin), recipientId, preference);
    }
  }

  private boolean isFirst(Origin origin) {
    UUID id = answerId(origin);
    return store.tracking().events(tenant(origin), id).isEmpty();
  }

  /** Where every node finds it: providers repeat for a day, and not to the same one. */
  private void answered(Origin origin, TrackingEvent.Kind kind, String word) {
    String event = trackingId(origin, kind);
    store
        .tracking()
        .record(
            new TrackingEvent(event, tenant(origin), answerId(origin), kind, word, origin.at()));
  }

  /** An answer has no delivery to be recorded with; it has an id of its own. */
  private static UUID answerId(Origin origin) {
    return UUID.nameUUIDFromBytes(("answer:" + origin.eventId()).getBytes(StandardCharsets.UTF_8));
  }

  private boolean isRecorded(Delivery delivery, Origin origin, TrackingEvent.Kind kind) {
    String id = trackingId(origin, kind);
    return tracking.events(delivery.tenant(), delivery.id()).stream()
        .anyMatch(e -> e.id().equals(id));
  }

  /**
   * One report may say several things, such as that the message did not arrive and that the
   * recipient wants no more: each counts once.
   */
  private static String trackingId(Origin origin, TrackingEvent.Kind kind) {
    return origin.eventId() + ":" + kind.name().toLowerCase(Locale.ROOT);
  }

  // ---- steps

  private void suppress(Origin origin, Target target, String reason) {
    String tenant = find(origin).map(Delivery::tenant).orElseGet(() -> tenant(origin));
    store.preferences().suppressTarget(tenant, targetKeys.key(target), reason);
  }

  private void record(Origin origin, TrackingEvent.Kind kind, @Nullable String detail) {
    Delivery delivery = find(origin).orElse(null);
    UUID id = delivery != null ? delivery.id() : origin.deliveryId();
    if (id != null) {
      String tenant = delivery != null ? delivery.tenant() : tenant(origin);
      record(origin, tenant, id, kind, detail);
    }
  }

  private void record(
      Origin origin,
      String tenant,
      UUID deliveryId,
      TrackingEvent.Kind kind,
      @Nullable String detail) {
    tracking.record(
        new TrackingEvent(trackingId(origin, kind), tenant, deliveryId, kind, detail, origin.at()));
  }

  private Optional<Delivery> find(Origin origin) {
    if (origin.deliveryId() != null) {
      Optional<Delivery> found = store.log().find(tenant(origin), origin.deliveryId());
      if (found.isPresent()) {
        return found;
      }
    }
    return origin.messageId() == null
        ? Optional.empty()
        : store.queue().findByProviderId(origin.provider(), origin.messageId());
  }

  /** A name that no tenant can have is another application's that sends by the same account. */
  private static String tenant(Origin origin) {
    String tenant = origin.tenant();
    return tenant == null || !Checks.isName(tenant) ? "" : tenant;
  }
}
