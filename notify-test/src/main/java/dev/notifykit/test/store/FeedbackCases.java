package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.InboxStore;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.Subscription;
import dev.notifykit.store.TemplateStore;
import dev.notifykit.store.TrackingEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Receipts, inboxes, tracking events and templates. */
abstract class FeedbackCases extends LogCases {
  FeedbackCases() {}

  // ---- receipts

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void receiptMovesADeliveryForwardOnly(DeliveryState state) {
    for (DeliveryState to :
        List.of(DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED)) {
      UUID id = deliveryIn(state);
      boolean moves =
          state == DeliveryState.UNKNOWN
              || (state == DeliveryState.ACCEPTED && to != DeliveryState.ACCEPTED);
      Optional<StateChange> change = store().queue().advance(id, to, "code", null);
      assertThat(change.isPresent()).as("%s to %s", state, to).isEqualTo(moves);
      assertThat(stateOf(id)).isEqualTo(moves ? to : state);
      change.ifPresent(c -> assertThat(c.from()).isEqualTo(state));
      store().queue().cancel(TENANT, delivery(id).notificationId());
    }
  }

  @Test
  void receiptTellsReasonAndMessageId() {
    UUID id = deliveryIn(DeliveryState.ACCEPTED);
    String known = delivery(id).providerMessageId();
    store().queue().advance(id, DeliveryState.UNDELIVERED, "30003", null);
    assertThat(delivery(id).reason()).isEqualTo("30003");
    assertThat(delivery(id).providerMessageId()).as("message id that is known").isEqualTo(known);

    UUID unknown = deliveryIn(DeliveryState.UNKNOWN);
    store().queue().advance(unknown, DeliveryState.DELIVERED, null, "late-id");
    assertThat(delivery(unknown).providerMessageId()).isEqualTo("late-id");
  }

  @Test
  void receiptsInAnyOrderAndNumberEndTheSame() {
    List<DeliveryState> receipts =
        new ArrayList<>(
            List.of(
                DeliveryState.ACCEPTED,
                DeliveryState.DELIVERED,
                DeliveryState.ACCEPTED,
                DeliveryState.DELIVERED,
                DeliveryState.DELIVERED));
    for (int round = 0; round < 30; round++) {
      UUID id = deliveryIn(round % 2 == 0 ? DeliveryState.ACCEPTED : DeliveryState.UNKNOWN);
      Collections.shuffle(receipts, random);
      receipts.forEach(to -> store().queue().advance(id, to, null, null));
      assertThat(stateOf(id)).as("after %s", receipts).isEqualTo(DeliveryState.DELIVERED);
    }
  }

  @Test
  void receiptBeforeTheSettlementDoesNotDisturbTheClaim() {
    UUID id = appendOne();
    var claimed = claimOne();
    assertThat(store().queue().advance(id, DeliveryState.DELIVERED, null, "m")).isEmpty();
    settle(claimed, DeliveryState.ACCEPTED);
    assertThat(store().queue().advance(id, DeliveryState.DELIVERED, null, "m")).isPresent();
  }

  @Test
  void racingReceiptsChangeADeliveryOnce() throws Exception {
    UUID id = deliveryIn(DeliveryState.ACCEPTED);
    List<Optional<StateChange>> changes =
        together(
            8,
            i ->
                store()
                    .queue()
                    .advance(
                        id,
                        i % 2 == 0 ? DeliveryState.DELIVERED : DeliveryState.UNDELIVERED,
                        null,
                        null));
    assertThat(changes.stream().filter(Optional::isPresent)).hasSize(1);
  }

  @Test
  void deliveryIsFoundByItsProvidersId() {
    UUID id = deliveryIn(DeliveryState.ACCEPTED);
    String messageId = String.valueOf(delivery(id).providerMessageId());
    assertThat(store().queue().findByProviderId("fake", messageId)).map(Delivery::id).contains(id);
    assertThat(store().queue().findByProviderId("other", messageId)).isEmpty();
    assertThat(store().queue().findByProviderId("fake", messageId + "x")).isEmpty();
  }

  // ---- inboxes

  private InboxStore inbox() {
    return store().inbox();
  }

  private InboxEntry entry(@Nullable String body) {
    return new InboxEntry(newId(), "t " + TEXT, body, null, Map.of(), "orders", now(), null);
  }

  @Test
  void inboxEntryComesBackAsItWasAdded() {
    InboxEntry entry =
        new InboxEntry(
            newId(),
            "title " + TEXT,
            "body\n" + TEXT,
            "app://orders/1?a=b",
            Map.of("k " + TEXT, TEXT, "empty", ""),
            "cat " + TEXT,
            now(),
            null);
    assertThat(inbox().add(TENANT, "user " + TEXT, entry)).isTrue();
    assertThat(inbox().list(TENANT, "user " + TEXT, null, 10)).containsExactly(entry);
  }

  @Test
  void inboxTellsOfEachNewEntryOnce() {
    Queue<InboxEntry> told = new ConcurrentLinkedQueue<>();
    Queue<InboxEntry> others = new ConcurrentLinkedQueue<>();
    InboxEntry before = entry("before");
    Queue<InboxEntry> early = new ConcurrentLinkedQueue<>();
    try (Subscription soon = inbox().subscribe(TENANT, "user-1", early::add)) {
      inbox().add(TENANT, "user-1", before);
      awaitSize(early, 1); // between the nodes of a cluster it may still be on its way
    }
    try (Subscription mine = inbox().subscribe(TENANT, "user-1", told::add);
        Subscription another = inbox().subscribe(TENANT, "user-2", others::add);
        Subscription foreign = inbox().subscribe(OTHER_TENANT, "user-1", others::add)) {
      InboxEntry first = entry(TEXT);
      inbox().add(TENANT, "user-1", first);
      inbox().add(TENANT, "user-1", first);
      inbox().add(TENANT, "user-1", before);
      InboxEntry second = entry("second");
      inbox().add(TENANT, "user-1", second);
      awaitSize(told, 2);
      assertThat(told).containsExactlyInAnyOrder(first, second);
    }
    assertThat(others).isEmpty();
  }

  @Test
  void closedInboxSubscriptionIsToldNothing() {
    Queue<InboxEntry> closed = new ConcurrentLinkedQueue<>();
    Queue<InboxEntry> open = new ConcurrentLinkedQueue<>();
    Subscription first = inbox().subscribe(TENANT, "user-1", closed::add);
    try (Subscription second = inbox().subscribe(TENANT, "user-1", open::add)) {
      first.close();
      first.close();
      inbox().add(TENANT, "user-1", entry("after"));
      awaitSize(open, 1);
    }
    assertThat(closed).isEmpty();
  }

  @Test
  void throwingInboxListenerKeepsNobodyFromBeingTold() {
    Queue<InboxEntry> told = new ConcurrentLinkedQueue<>();
    try (Subscription broken =
            inbox()
                .subscribe(
                    TENANT,
                    "user-1",
                    e -> {
                      throw new IllegalStateException("a listener's own");
                    });
        Subscription whole = inbox().subscribe(TENANT, "user-1", told::add)) {
      assertThat(inbox().add(TENANT, "user-1", entry("one"))).isTrue();
      awaitSize(told, 1);
    }
  }

  @Test
  void inboxTellsOfWhatAnotherNodeAdds() throws Exception {
    requires(StoreCapability.SPREADS_INBOX);
    NotificationStore other = openNode();
    Queue<InboxEntry> told = new ConcurrentLinkedQueue<>();
    try (Subscription mine = inbox().subscribe(TENANT, "user-1", told::add)) {
      InboxEntry entry = entry(TEXT);
      other.inbox().add(TENANT, "user-1", entry);
      awaitSize(told, 1);
      assertThat(told).containsExactly(entry);
    }
  }

  @Test
  void inboxEntryIsAddedOnce() throws Exception {
    InboxEntry entry = entry("first");
    List<Boolean> added = together(16, i -> inbox().add(TENANT, "user-1", entry));
    assertThat(added.stream().filter(Boolean::booleanValue)).hasSize(1);
    InboxEntry sameId =
        new InboxEntry(entry.id(), "other", null, null, Map.of(), "orders", now(), null);
    assertThat(inbox().add(TENANT, "user-1", sameId)).isFalse();
    assertThat(inbox().list(TENANT, "user-1", null, 10)).containsExactly(entry);
    assertThat(inbox().unread(TENANT, "user-1")).isEqualTo(1);
  }

  @Test
  void inboxIsReadInPagesNewestFirst() {
    List<InboxEntry> entries = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      InboxEntry entry = entry(null);
      entries.add(0, entry);
      inbox().add(TENANT, "user-1", entry);
      inbox().add(TENANT, "user-2", entry(null));
    }
    assertThat(inbox().list(TENANT, "user-1", null, 3))
        .containsExactlyElementsOf(entries.subList(0, 3));
    assertThat(inbox().list(TENANT, "user-1", entries.get(2).id(), 3))
        .containsExactlyElementsOf(entries.subList(3, 6));
    assertThat(inbox().list(TENANT, "user-1", entries.get(5).id(), 3))
        .containsExactlyElementsOf(entries.subList(6, 7));
    assertThat(inbox().list(TENANT, "user-1", entries.get(6).id(), 3)).isEmpty();
  }

  @Test
  void firstReadingOfAnInboxEntryCounts() {
    InboxEntry entry = entry(null);
    inbox().add(TENANT, "user-1", entry);
    inbox().add(TENANT, "user-1", entry(null));
    Instant before = now();
    assertThat(inbox().markRead(TENANT, "user-1", entry.id())).isTrue();
    Instant read = inbox().list(TENANT, "user-1", null, 10).get(1).readAt();
    assertThat(read).isBetween(before.minus(clockError()), now().plus(clockError()));
    advance(units(2));
    assertThat(inbox().markRead(TENANT, "user-1", entry.id())).isFalse();
    assertThat(inbox().list(TENANT, "user-1", null, 10).get(1).readAt()).isEqualTo(read);
    assertThat(inbox().unread(TENANT, "user-1")).isEqualTo(1);
  }

  @Test
  void inboxEntryIsRemoved() {
    InboxEntry entry = entry(null);
    inbox().add(TENANT, "user-1", entry);
    assertThat(inbox().remove(TENANT, "user-2", entry.id())).isFalse();
    assertThat(inbox().remove(TENANT, "user-1", entry.id())).isTrue();
    assertThat(inbox().remove(TENANT, "user-1", entry.id())).isFalse();
    assertThat(inbox().list(TENANT, "user-1", null, 10)).isEmpty();
    assertThat(inbox().unread(TENANT, "user-1")).isZero();
  }

  /** The worker that added it may have died before it could say so. */
  @Test
  void inboxEntryThatWasRemovedDoesNotComeBackWithARepeat() {
    InboxEntry entry = entry(null);
    inbox().add(TENANT, "user-1", entry);
    inbox().remove(TENANT, "user-1", entry.id());
    assertThat(inbox().add(TENANT, "user-1", entry)).isFalse();
    assertThat(inbox().list(TENANT, "user-1", null, 10)).isEmpty();
    assertThat(inbox().unread(TENANT, "user-1")).isZero();
    assertThat(inbox().markRead(TENANT, "user-1", entry.id())).isFalse();
    assertThat(inbox().remove(TENANT, "user-1", entry.id())).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "\uD83D"})
  void whateverIsSaidIsKeptSomehow(String said) {
    InboxEntry entry =
        new InboxEntry(newId(), said, said, said, Map.of("k", said), "orders", now(), null);
    assertThat(inbox().add(TENANT, "user-1", entry)).isTrue();
    assertThat(inbox().list(TENANT, "user-1", null, 10)).extracting(InboxEntry::id).hasSize(1);
    UUID id = appendOne();
    TrackingEvent event =
        new TrackingEvent(said, TENANT, id, TrackingEvent.Kind.BOUNCED, said, now());
    assertThat(store().tracking().record(event)).isTrue();
    assertThat(store().tracking().record(event)).isFalse();
    assertThat(store().tracking().events(TENANT, id)).hasSize(1);
    store().preferences().suppressTarget(TENANT, "key", said);
    assertThat(store().preferences().suppressedTargets(TENANT, List.of("key"))).hasSize(1);
  }

  @Test
  void inboxOfAnotherTenantIsAnother() {
    InboxEntry entry = entry(null);
    inbox().add(TENANT, "user-1", entry);
    assertThat(inbox().list(OTHER_TENANT, "user-1", null, 10)).isEmpty();
    assertThat(inbox().unread(OTHER_TENANT, "user-1")).isZero();
    assertThat(inbox().markRead(OTHER_TENANT, "user-1", entry.id())).isFalse();
    assertThat(inbox().remove(OTHER_TENANT, "user-1", entry.id())).isFalse();
    assertThat(inbox().unread(TENANT, "user-1")).isEqualTo(1);
  }

  // ---- tracking

  private TrackingEvent event(String id, UUID delivery, TrackingEvent.Kind kind, long second) {
    Instant at = Instant.parse("2026-03-01T00:00:00Z").plusSeconds(second);
    return new TrackingEvent(id, TENANT, delivery, kind, second == 0 ? null : TEXT, at);
  }

  @Test
  void trackingEventsAreListedOldestFirst() {
    UUID id = appendOne();
    List<TrackingEvent> events = new ArrayList<>();
    for (TrackingEvent.Kind kind : TrackingEvent.Kind.values()) {
      events.add(event("e-" + kind, id, kind, events.size()));
    }
    List<TrackingEvent> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, random);
    shuffled.forEach(event -> assertThat(store().tracking().record(event)).isTrue());
    assertThat(store().tracking().events(TENANT, id)).containsExactlyElementsOf(events);
  }

  @Test
  void repeatedTrackingEventCountsOnce() throws Exception {
    UUID id = appendOne();
    TrackingEvent event = event("sg-" + TEXT, id, TrackingEvent.Kind.OPENED, 1);
    List<Boolean> recorded = together(16, i -> store().tracking().record(event));
    assertThat(recorded.stream().filter(Boolean::booleanValue)).hasSize(1);
    assertThat(store().tracking().events(TENANT, id)).containsExactly(event);
  }

  @Test
  void trackingEventsOfAnotherTenantAreNotFound() {
    UUID id = appendOne();
    TrackingEvent mine = event("e-1", id, TrackingEvent.Kind.OPENED, 1);
    store().tracking().record(mine);
    assertThat(store().tracking().events(OTHER_TENANT, id)).isEmpty();
    TrackingEvent theirs =
        new TrackingEvent("e-1", OTHER_TENANT, newId(), mine.kind(), null, mine.at());
    assertThat(store().tracking().record(theirs)).as("same event id, other tenant").isTrue();
    assertThat(store().tracking().events(TENANT, id)).containsExactly(mine);
  }

  @Test
  void forgottenTrackingEventsAreGoneAndThoseOfOthersStay() {
    UUID gone = appendOne();
    UUID stays = appendOne();
    List<TrackingEvent> events =
        List.of(
            event("e-1", gone, TrackingEvent.Kind.OPENED, 1),
            event("e-2", gone, TrackingEvent.Kind.CLICKED, 2));
    events.forEach(store().tracking()::record);
    TrackingEvent other = event("e-3", stays, TrackingEvent.Kind.OPENED, 1);
    store().tracking().record(other);
    TrackingEvent theirs =
        new TrackingEvent("e-1", OTHER_TENANT, gone, other.kind(), null, other.at());
    store().tracking().record(theirs);
    store().tracking().forget(TENANT, List.of());
    assertThat(store().tracking().events(TENANT, gone)).hasSize(2);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 999; i++) {
      ids.add(newId());
    }
    ids.add(gone);
    store().tracking().forget(TENANT, ids);
    assertThat(store().tracking().events(TENANT, gone)).isEmpty();
    assertThat(store().tracking().events(TENANT, stays)).containsExactly(other);
    assertThat(store().tracking().events(OTHER_TENANT, gone)).containsExactly(theirs);
    assertThat(store().tracking().record(events.get(0))).as("as though it were new").isTrue();
  }

  // ---- templates

  private TemplateStore templates() {
    return store().templates();
  }

  @Test
  void publishedTemplateIsTheActiveOne() {
    assertThat(templates().read("order/email.html")).isEmpty();
    assertThat(templates().versions("order/email.html")).isEmpty();
    assertThat(templates().publish("order/email.html", "one " + TEXT)).isEqualTo(1);
    assertThat(templates().publish("order/email.html", "")).isEqualTo(2);
    assertThat(templates().publish("order/ko/email.html", "다른")).isEqualTo(1);
    assertThat(templates().read("order/email.html")).contains("");
    assertThat(templates().read("order/ko/email.html")).contains("다른");
    assertThat(templates().versions("order/email.html")).containsExactly(1, 2);
  }

  @Test
  void olderTemplateIsMadeActiveAgain() {
    String large = (TEXT + "\r\n").repeat(256 * 1024 / (TEXT.length() + 2));
    templates().publish("order/sms.txt", large);
    templates().publish("order/sms.txt", "two");
    assertThat(templates().activate("order/sms.txt", 1)).isTrue();
    assertThat(templates().read("order/sms.txt")).contains(large);
    assertThat(templates().activate("order/sms.txt", 3)).isFalse();
    assertThat(templates().activate("order/sms.txt", 0)).isFalse();
    assertThat(templates().activate("nothing", 1)).isFalse();
    assertThat(templates().publish("order/sms.txt", "three")).isEqualTo(3);
    assertThat(templates().read("order/sms.txt")).contains("three");
    assertThat(templates().versions("order/sms.txt")).containsExactly(1, 2, 3);
  }

  @Test
  void concurrentlyPublishedTemplatesHaveVersionsOfTheirOwn() throws Exception {
    List<Integer> versions = together(12, i -> templates().publish("order/sms.txt", "text " + i));
    assertThat(versions).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(templates().read("order/sms.txt")).isPresent();
  }
}
