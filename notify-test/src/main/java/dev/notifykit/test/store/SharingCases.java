package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.TrackingEvent;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Restarts, crashes, several nodes, and transactions of the caller's. */
abstract class SharingCases extends FeedbackCases {
  SharingCases() {}

  @Test
  void closesTwice() {
    store().close();
    store().close();
  }

  @Test
  void clockOfTheStoreGoesForward() {
    var before = store().clock().instant();
    advance(units(1));
    assertThat(store().clock().instant()).isAfterOrEqualTo(before.plus(units(1)));
  }

  // ---- restarts

  @Test
  void everythingIsThereAfterACrash() throws Exception {
    requires(StoreCapability.DURABLE);
    BucketCharge charge = charge("bucket", 5, OnLimit.DROP);
    Draft waiting = draft().mail("user-1", charge).mailAt("user-2", now().plus(units(5_000)));
    append(waiting);
    Draft done = draft().mail("user-3");
    append(done);
    claim(10).stream()
        .filter(c -> c.delivery().recipientId().equals("user-3"))
        .forEach(c -> settle(c, DeliveryState.DEAD));
    Recipient recipient = Recipient.builder("user-1").email("a@example.com").build();
    store().recipients().save(TENANT, recipient);
    store().preferences().put(TENANT, "user-1", NO_EMAIL);
    store().preferences().suppressTarget(TENANT, "key", "bounced");
    store().templates().publish("order/sms.txt", "text");
    InboxEntry entry = new InboxEntry(newId(), "t", null, null, Map.of(), "c", now(), null);
    store().inbox().add(TENANT, "user-1", entry);
    UUID doneId = done.deliveryIds().get(0);
    TrackingEvent event =
        new TrackingEvent("e", TENANT, doneId, TrackingEvent.Kind.OPENED, null, now());
    store().tracking().record(event);

    crashAndReopen();

    assertThat(stateOf(waiting.deliveryIds().get(1))).isEqualTo(DeliveryState.SCHEDULED);
    assertThat(stateOf(doneId)).isEqualTo(DeliveryState.DEAD);
    assertThat(store().log().attempts(TENANT, doneId)).hasSize(1);
    assertThat(append(draft().eventId(waiting.eventId()).mail("user-1")).verdict())
        .isEqualTo(Verdict.DUPLICATE);
    assertThat(store().rateLimits().take(charge, 9).tokens()).isEqualTo(4);
    assertThat(store().recipients().find(TENANT, "user-1")).contains(recipient);
    assertThat(store().preferences().find(TENANT, "user-1").choices()).containsExactly(NO_EMAIL);
    assertThat(store().preferences().suppressedTargets(TENANT, List.of("key"))).hasSize(1);
    assertThat(store().templates().read("order/sms.txt")).contains("text");
    assertThat(store().inbox().list(TENANT, "user-1", null, 10)).containsExactly(entry);
    assertThat(store().tracking().events(TENANT, doneId)).containsExactly(event);
  }

  @Test
  void crashBetweenClaimAndSettlementLosesNothing() throws Exception {
    requires(StoreCapability.DURABLE);
    List<UUID> ids = appendReady(20);
    List<ClaimedDelivery> claimed = claim(20);
    claimed.subList(0, 8).forEach(c -> settle(c, DeliveryState.ACCEPTED));

    crashAndReopen();

    assertThat(claim(100)).as("what the dead worker still holds").isEmpty();
    advance(lease().plus(units(1)));
    assertThat(recover()).hasSize(12);
    List<ClaimedDelivery> again = claim(100);
    assertThat(again).hasSize(12).allMatch(c -> c.attempt() == 2);
    List<UUID> all = new ArrayList<>(idsOf(claimed.subList(0, 8)));
    all.addAll(idsOf(again));
    assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
    Settlement late = settlement(claimed.get(10), DeliveryState.ACCEPTED);
    assertThat(store().queue().settle(List.of(late))).as("a word from the dead").hasSize(1);
    again.forEach(c -> settle(c, DeliveryState.ACCEPTED));
  }

  @Test
  void crashAfterAppendLosesNothing() throws Exception {
    requires(StoreCapability.DURABLE);
    List<UUID> ids = appendReady(500);
    crashAndReopen();
    assertThat(idsOf(claimEverything())).containsExactlyInAnyOrderElementsOf(ids);
  }

  // ---- several nodes

  @Test
  void whatOneNodeWritesTheOtherSees() throws Exception {
    requires(StoreCapability.SHARED);
    NotificationStore other = openNode();
    Draft draft = draft().mail("user-1");
    append(draft);
    UUID id = draft.deliveryIds().get(0);
    assertThat(other.log().find(TENANT, id)).isPresent();
    ClaimedDelivery claimed = claim(other, "worker-2", 10).get(0);
    assertThat(claim(10)).isEmpty();
    assertThat(store().queue().settle(List.of(settlement(claimed, DeliveryState.ACCEPTED))))
        .isEmpty();
    assertThat(other.log().find(TENANT, id).orElseThrow().state())
        .isEqualTo(DeliveryState.ACCEPTED);
    Draft repeat = draft().eventId(draft.eventId()).mail("user-1");
    assertThat(other.queue().append(List.of(repeat.build()), Handoff.NONE, null).notifications())
        .allMatch(a -> a.verdict() == Verdict.DUPLICATE);
    other.templates().publish("order/sms.txt", "text");
    assertThat(store().templates().read("order/sms.txt")).contains("text");
  }

  @Test
  void idleNodeIsToldOfWorkThatAnotherAppends() throws Exception {
    requires(StoreCapability.WAKES_NODES);
    NotificationStore other = openNode();
    Queue<Route> told = new ConcurrentLinkedQueue<>();
    other.queue().onWork(told::add);
    for (int i = 1; i <= 3; i++) {
      appendOne();
      awaitSize(told, i);
      claimAndSettle(DeliveryState.ACCEPTED);
    }
    assertThat(told).containsOnly(Route.EMAIL);
  }

  @Test
  void idleNodeIsToldOnceOfABacklog() throws Exception {
    requires(StoreCapability.WAKES_NODES);
    NotificationStore other = openNode();
    Queue<Route> told = new ConcurrentLinkedQueue<>();
    other.queue().onWork(told::add);
    for (int i = 0; i < 20; i++) {
      appendOne();
    }
    claimEverything().forEach(c -> settle(c, DeliveryState.ACCEPTED));
    appendOne(); // the next is told of after what was told of the backlog
    awaitSize(told, 2);
    assertThat(told)
        .as("at most one for each part that the work is spread over")
        .hasSizeLessThan(10);
  }

  @Test
  void closingOneNodeLeavesTheOtherWorking() throws Exception {
    requires(StoreCapability.SHARED);
    openNode().close();
    appendOne();
    claimAndSettle(DeliveryState.ACCEPTED);
  }

  // ---- transactions

  @Test
  void appendIsSeenWhenTheCallersTransactionCommits() throws Exception {
    requires(StoreCapability.JOINS_TRANSACTIONS);
    Draft draft = draft().mail("user-1");
    try (Connection transaction = begin()) {
      Handoff handoff = new Handoff(WORKER, lease(), Map.of(Route.EMAIL, 10));
      AppendResult result = store().queue().append(List.of(draft.build()), handoff, transaction);
      assertThat(result.handedOff()).isEmpty();
      assertThat(result.notifications()).allMatch(a -> a.verdict() == Verdict.NEW);
      assertThat(claim(10)).as("before the commit").isEmpty();
      assertThat(store().log().deliveries(TENANT, draft.id())).isEmpty();
      transaction.commit();
    }
    assertThat(idsOf(claim(10))).containsExactlyElementsOf(draft.deliveryIds());
  }

  @Test
  void nothingIsLeftWhenTheCallersTransactionRollsBack() throws Exception {
    requires(StoreCapability.JOINS_TRANSACTIONS);
    int tokens = has(StoreCapability.ROLLS_TOKENS_BACK) ? 1 : 2;
    BucketCharge charge = charge("bucket", tokens, OnLimit.DROP);
    Draft draft = draft().mail("user-1", charge);
    try (Connection transaction = begin()) {
      store().queue().append(List.of(draft.build()), Handoff.NONE, transaction);
      transaction.rollback();
    }
    assertThat(claim(10)).isEmpty();
    assertThat(store().log().deliveries(TENANT, draft.id())).isEmpty();
    assertThat(store().queue().findEvent(TENANT, draft.eventId())).isEmpty();
    Draft again = draft().eventId(draft.eventId()).fingerprint(2).mail("user-1", charge);
    assertThat(append(again).verdict()).isEqualTo(Verdict.NEW);
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void callersConnectionIsLeftOpenAndUncommitted() throws Exception {
    requires(StoreCapability.JOINS_TRANSACTIONS);
    try (Connection transaction = begin()) {
      boolean autoCommit = transaction.getAutoCommit();
      int isolation = transaction.getTransactionIsolation();
      store().queue().append(List.of(draft().mail("user-1").build()), Handoff.NONE, transaction);
      assertThat(transaction.isClosed()).isFalse();
      assertThat(transaction.getAutoCommit()).isEqualTo(autoCommit);
      assertThat(transaction.getTransactionIsolation()).isEqualTo(isolation);
      transaction.rollback();
    }
    assertThat(claim(10)).isEmpty();
  }
}
