package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NotificationStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One event id, one set of deliveries. */
abstract class DedupeCases extends RecoverCases {
  DedupeCases() {}

  @Test
  void repeatOfAnEventAddsNothingAndNamesTheFirst() {
    Draft first = draft().mail("user-1");
    append(first);
    Draft repeat = draft().eventId(first.eventId()).mail("user-1");
    Appended appended = append(repeat);
    assertThat(appended.verdict()).isEqualTo(Verdict.DUPLICATE);
    assertThat(appended.notificationId()).isEqualTo(first.id());
    assertThat(appended.limited()).isEmpty();
    assertThat(store().log().deliveries(TENANT, repeat.id())).isEmpty();
    assertThat(store().log().find(TENANT, repeat.deliveryIds().get(0))).isEmpty();
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void sameEventWithOtherContentIsAConflict() {
    Draft first = draft().fingerprint(1).mail("user-1");
    append(first);
    Draft other = draft().eventId(first.eventId()).fingerprint(Long.MIN_VALUE).mail("user-2");
    Appended appended = append(other);
    assertThat(appended.verdict()).isEqualTo(Verdict.CONFLICT);
    assertThat(appended.notificationId()).isEqualTo(first.id());
    assertThat(store().log().deliveries(TENANT, other.id())).isEmpty();
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void repeatWithinOneBatchIsFound() {
    Draft first = draft().mail("user-1");
    Draft repeat = draft().eventId(first.eventId()).mail("user-1");
    Draft conflict = draft().eventId(first.eventId()).fingerprint(2).mail("user-1");
    Draft another = draft().mail("user-2");
    List<Draft> batch = List.of(first, repeat, conflict, another);
    assertThat(appendAll(batch.stream().map(Draft::build).toList()).notifications())
        .extracting(Appended::verdict)
        .containsExactly(Verdict.NEW, Verdict.DUPLICATE, Verdict.CONFLICT, Verdict.NEW);
    assertThat(claim(10)).hasSize(2);
  }

  @Test
  void repeatIsFoundAfterTheDeliveriesAreSettled() {
    Draft first = draft().mail("user-1");
    append(first);
    claimAndSettle(dev.notifykit.DeliveryState.ACCEPTED);
    assertThat(append(draft().eventId(first.eventId()).mail("user-1")).verdict())
        .isEqualTo(Verdict.DUPLICATE);
  }

  @Test
  void eventIsForgottenWhenItsWindowEnds() {
    Draft first = draft().dedupe(units(10)).mail("user-1");
    append(first);
    assertThat(store().queue().findEvent(TENANT, first.eventId()))
        .contains(new KnownEvent(first.id(), 1));
    advance(units(11));
    assertThat(store().queue().findEvent(TENANT, first.eventId())).isEmpty();
    Draft again = draft().eventId(first.eventId()).fingerprint(2).dedupe(units(10)).mail("user-1");
    assertThat(append(again).verdict()).isEqualTo(Verdict.NEW);
    assertThat(store().queue().findEvent(TENANT, first.eventId()))
        .contains(new KnownEvent(again.id(), 2));
  }

  @Test
  void windowBeginsWithTheFirstAndIsNotMovedByRepeats() {
    Draft first = draft().dedupe(units(20)).mail("user-1");
    append(first);
    advance(units(10));
    append(draft().eventId(first.eventId()).dedupe(units(20)).mail("user-1"));
    advance(units(11));
    assertThat(append(draft().eventId(first.eventId()).dedupe(units(20)).mail("user-1")).verdict())
        .isEqualTo(Verdict.NEW);
  }

  @Test
  void sameEventOfAnotherTenantIsAnother() {
    Draft mine = draft().mail("user-1");
    append(mine);
    assertThat(store().queue().findEvent(OTHER_TENANT, mine.eventId())).isEmpty();
    Draft theirs =
        draft().tenant(OTHER_TENANT).eventId(mine.eventId()).fingerprint(9).mail("user-1");
    assertThat(append(theirs).verdict()).isEqualTo(Verdict.NEW);
    assertThat(store().queue().findEvent(TENANT, mine.eventId()))
        .map(KnownEvent::notificationId)
        .contains(mine.id());
  }

  @Test
  void eventThatCannotRepeatNeedsNoWindow() {
    Draft draft = draft().dedupe(null).mail("user-1");
    assertThat(append(draft).verdict()).isEqualTo(Verdict.NEW);
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void repeatTakesNoTokens() {
    BucketCharge charge = charge("bucket", 2, OnLimit.DROP);
    Draft first = draft().mail("user-1", charge);
    append(first);
    for (int i = 0; i < 5; i++) {
      append(draft().eventId(first.eventId()).mail("user-1", charge));
      append(draft().eventId(first.eventId()).fingerprint(2).mail("user-1", charge));
    }
    assertThat(append(draft().mail("user-1", charge)).limited()).isEmpty();
    assertThat(append(draft().mail("user-1", charge)).limited()).hasSize(1);
  }

  final BucketCharge charge(String key, long capacity, OnLimit onLimit) {
    return new BucketCharge(key, new TokenBucket(capacity, Duration.ofDays(30)), onLimit);
  }

  @Test
  void twoHundredConcurrentSendsOfOneEventAreOneNotification() throws Exception {
    String event = "orders#" + UUID.randomUUID();
    List<NotificationStore> nodes = List.of(store(), another());
    List<Appended> results =
        together(
            200,
            i -> {
              Draft draft = draft().eventId(event).mail("user-1").mail("user-2").mail("user-3");
              return nodes
                  .get(i % 2)
                  .queue()
                  .append(List.of(draft.build()), Handoff.NONE, null)
                  .notifications()
                  .get(0);
            });
    assertThat(results.stream().filter(r -> r.verdict() == Verdict.NEW)).as("new").hasSize(1);
    assertThat(results.stream().filter(r -> r.verdict() == Verdict.DUPLICATE)).hasSize(199);
    Set<UUID> ids = results.stream().map(Appended::notificationId).collect(Collectors.toSet());
    assertThat(ids).as("notification ids").hasSize(1);
    assertThat(claim(100)).as("deliveries").hasSize(3);
  }

  @Test
  void concurrentSendsOfOneEventWithOtherContentAreConflicts() throws Exception {
    String event = "orders#" + UUID.randomUUID();
    List<Appended> results =
        together(40, i -> append(draft().eventId(event).fingerprint(i % 2).mail("user-" + i % 2)));
    assertThat(results.stream().filter(r -> r.verdict() == Verdict.NEW)).hasSize(1);
    assertThat(results.stream().filter(r -> r.verdict() == Verdict.DUPLICATE)).hasSize(19);
    assertThat(results.stream().filter(r -> r.verdict() == Verdict.CONFLICT)).hasSize(20);
    assertThat(claim(100)).hasSize(1);
  }

  @Test
  void concurrentBatchesOfTheSameEventsInAnyOrderDoNotBlockEachOther() throws Exception {
    int events = 30;
    String prefix = "batch#" + UUID.randomUUID() + "-";
    List<Long> added =
        together(
            8,
            thread -> {
              List<Draft> drafts = new java.util.ArrayList<>();
              for (int i = 0; i < events; i++) {
                // Each thread goes round in another place and direction, which is what deadlocks.
                int at =
                    thread % 2 == 0 ? (i + thread * 3) % events : (events - i + thread) % events;
                drafts.add(draft().eventId(prefix + at).mail("user-1"));
              }
              return appendAll(drafts.stream().map(Draft::build).toList()).notifications().stream()
                  .filter(a -> a.verdict() == Verdict.NEW)
                  .count();
            });
    assertThat(added.stream().mapToLong(Long::longValue).sum()).isEqualTo(events);
    assertThat(claim(100)).hasSize(events);
  }
}
