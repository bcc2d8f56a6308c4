package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A notification on its way into the tables, with what was decided about it so far. */
final class Entry {
  final NewNotification source;
  final String content;
  final List<Item> items = new ArrayList<>();
  final List<Limited> limited = new ArrayList<>();
  private Verdict verdict = Verdict.NEW;
  private UUID id;
  private long knownFingerprint;

  Entry(NewNotification source, String content, List<String> addresses) {
    this.source = source;
    this.content = content;
    this.id = source.notification().id();
    this.knownFingerprint = source.notification().fingerprint();
    for (int i = 0; i < addresses.size(); i++) {
      items.add(new Item(i, source.deliveries().get(i), addresses.get(i)));
    }
  }

  StoredNotification notification() {
    return source.notification();
  }

  boolean isDeduplicated() {
    return source.dedupeWindow() != null;
  }

  /** Whether any delivery of it needs a token. */
  boolean isLimited() {
    return items.stream().anyMatch(i -> !i.isSettled() && !i.source.charges().isEmpty());
  }

  LateChecks.Key event() {
    return new LateChecks.Key(notification().tenant(), notification().eventId());
  }

  boolean isNew() {
    return verdict == Verdict.NEW;
  }

  /** Whether nothing is left to insert, given who has the event id, if anyone. */
  boolean isStoredOrMeets(@Nullable KnownEvent known) {
    if (known == null) {
      return false;
    }
    if (!known.notificationId().equals(notification().id())) {
      meets(known);
    }
    return true;
  }

  /** The event id is taken: a repeat if it stands for the same, otherwise a conflict. */
  void meets(KnownEvent known) {
    id = known.notificationId();
    knownFingerprint = known.fingerprint();
    verdict =
        known.fingerprint() == notification().fingerprint() ? Verdict.DUPLICATE : Verdict.CONFLICT;
  }

  /** What a later use of the same event id meets. */
  KnownEvent known() {
    return new KnownEvent(id, knownFingerprint);
  }

  Appended appended() {
    return new Appended(id, verdict, List.copyOf(limited));
  }

  /** One delivery of it. */
  final class Item {
    final int index;
    final NewDelivery source;
    final String address;
    DeliveryState state;
    @Nullable String reason;
    @Nullable Long dueAt;
    boolean handedOff;

    Item(int index, NewDelivery source, String address) {
      this.index = index;
      this.source = source;
      this.address = address;
      this.state = source.state();
      this.reason = source.reason() == null ? null : source.reason().name();
      this.dueAt = Micros.ofNullable(source.notBefore());
    }

    QueuedDelivery delivery() {
      return source.delivery();
    }

    StoredNotification notification() {
      return Entry.this.notification();
    }

    boolean isNew() {
      return Entry.this.isNew();
    }

    boolean isSettled() {
      return state == DeliveryState.SUPPRESSED;
    }

    void suppress(SuppressionReason why) {
      state = DeliveryState.SUPPRESSED;
      reason = why.name();
      dueAt = null;
      limited.add(new Limited(index, null));
    }

    void defer(long until) {
      state = DeliveryState.SCHEDULED;
      dueAt = dueAt == null ? until : Math.max(dueAt, until);
      limited.add(new Limited(index, Micros.instant(dueAt)));
    }

    ClaimedDelivery claimed(LateChecks checks) {
      QueuedDelivery d = delivery();
      String tenant = notification().tenant();
      return new ClaimedDelivery(
          d,
          1,
          1,
          checks.preferences(tenant, d.recipientId()),
          checks.isSuppressed(tenant, d.target().key()));
    }
  }
}
