package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.test.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who gets what, when, in which order, and nobody twice. */
abstract class ClaimCases extends AppendCases {
  ClaimCases() {}

  @Test
  void claimGivesTokenAttemptAndState() {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    assertThat(claimed.delivery().id()).isEqualTo(id);
    assertThat(claimed.attempt()).isEqualTo(1);
    assertThat(claimed.token()).isPositive();
    assertThat(claimed.preferences()).isEqualTo(PreferenceSet.NONE);
    assertThat(claimed.targetSuppressed()).isFalse();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.CLAIMED);
  }

  @Test
  void claimedDeliveryIsNotClaimedAgain() {
    appendReady(3);
    assertThat(claim(10)).hasSize(3);
    assertThat(claim(store(), "worker-2", 10)).isEmpty();
  }

  @Test
  void claimTakesAtMostWhatWasAskedFor() {
    appendReady(25);
    assertThat(claim(1)).hasSize(1);
    assertThat(claim(10)).hasSize(10);
    assertThat(claim(100)).hasSize(14);
  }

  @Test
  void claimFindsOnlyItsOwnRoute() {
    appendOne();
    for (Route route : Route.values()) {
      if (route != Route.EMAIL) {
        assertThat(claim(store(), route, WORKER, 10)).as("%s", route).isEmpty();
      }
    }
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void higherPriorityIsClaimedFirst() {
    List<Priority> priorities = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Collections.addAll(priorities, Priority.values());
    }
    Collections.shuffle(priorities, random);
    priorities.forEach(priority -> append(draft().priority(priority).mail("user-1")));
    List<Priority> claimed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      claim(5).forEach(c -> claimed.add(c.delivery().notification().priority()));
    }
    assertThat(claimed).hasSize(30).isSorted();
  }

  @Test
  void codeOvertakesACampaign() {
    Draft campaign = draft().priority(Priority.LOW);
    for (int i = 0; i < 2_000; i++) {
      campaign.mail("user-" + i);
    }
    append(campaign);
    claim(100);
    Draft code = draft().priority(Priority.HIGH).mail("user-1");
    append(code);
    assertThat(idsOf(claim(1))).containsExactlyElementsOf(code.deliveryIds());
  }

  @Test
  void amongEqualsTheLongestDueIsClaimedFirst() {
    Instant base = now().plus(units(2));
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    Collections.shuffle(order, random);
    Map<Integer, UUID> byDue = new HashMap<>();
    for (int i : order) {
      Draft draft = draft().mailAt("user-" + i, base.plus(units(i)));
      append(draft);
      byDue.put(i, draft.deliveryIds().get(0));
    }
    advance(units(11));
    List<UUID> expected = List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().map(byDue::get).toList();
    assertThat(idsOf(claim(3))).containsExactlyElementsOf(expected.subList(0, 3));
    assertThat(idsOf(claim(10))).containsExactlyElementsOf(expected.subList(3, 8));
  }

  // ---- due times

  @Test
  void scheduledDeliveryIsClaimedWhenItIsDueAndNotBefore() {
    Instant due = now().plus(units(10));
    Draft draft = draft().mailAt("user-1", due);
    append(draft);
    UUID id = draft.deliveryIds().get(0);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.SCHEDULED);
    assertThat(delivery(id).dueAt()).isEqualTo(due);
    assertThat(claim(10)).isEmpty();
    Duration wait = store().queue().untilNextDue(Route.EMAIL).orElseThrow();
    assertThat(wait).isPositive().isLessThanOrEqualTo(units(10).plusMillis(1));
    advance(units(11));
    assertThat(store().queue().untilNextDue(Route.EMAIL)).contains(Duration.ZERO);
    assertThat(idsOf(claim(10))).containsExactly(id);
    assertThat(store().queue().untilNextDue(Route.EMAIL)).isEmpty();
  }

  @Test
  void untilNextDueIsTheSoonest() {
    append(draft().mailAt("user-1", now().plus(units(500))));
    append(draft().mailAt("user-2", now().plus(units(50))));
    append(draft().mailAt("user-3", now().plus(units(5_000))));
    Duration wait = store().queue().untilNextDue(Route.EMAIL).orElseThrow();
    assertThat(wait).isBetween(units(20), units(51));
    assertThat(store().queue().untilNextDue(Route.SMS)).isEmpty();
  }

  @Test
  void farAndOddInstantsAreKeptExactly() {
    List<Instant> instants = oddInstants();
    Draft draft = draft();
    for (int i = 0; i < instants.size(); i++) {
      draft.mailAt("user-" + i, instants.get(i));
    }
    append(draft);
    assertThat(store().log().deliveries(TENANT, draft.id()))
        .extracting(Delivery::dueAt)
        .containsExactlyElementsOf(instants);
    assertThat(claim(100)).as("due before their time").isEmpty();
  }

  @Test
  void daysAcrossAClockChangeAreCountedInRealTime() {
    List<Instant> instants = new ArrayList<>(oddInstants());
    instants.removeIf(instant -> instant.isAfter(now().plus(Duration.ofDays(3_000))));
    Collections.sort(instants);
    requireAdvance(Duration.between(now(), instants.get(instants.size() - 1)));
    for (Instant instant : instants) {
      append(draft().mailAt("user-1", instant));
    }
    for (Instant instant : instants) {
      Duration wait = Duration.between(store().clock().instant(), instant);
      advance(wait.minusMillis(1));
      assertThat(claim(10)).as("a millisecond before %s", instant).isEmpty();
      advance(Duration.ofMillis(1));
      assertThat(claim(10)).as("at %s", instant).hasSize(1);
    }
  }

  /** Around clock changes of this JVM's zone and others, and as far as anybody schedules. */
  private List<Instant> oddInstants() {
    List<Instant> instants = new ArrayList<>();
    for (ZoneId zone : List.of(ZoneId.systemDefault(), ZoneId.of("America/New_York"))) {
      Instant at = now().plus(Duration.ofDays(1));
      for (int i = 0; i < 2; i++) {
        var transition = zone.getRules().nextTransition(at);
        if (transition != null) {
          at = transition.getInstant();
          Collections.addAll(
              instants, at.minusMillis(1), at, at.plusMillis(1), at.plusSeconds(3_600));
        }
      }
    }
    instants.add(LocalDateTime.parse("2038-01-19T03:14:08").toInstant(java.time.ZoneOffset.UTC));
    instants.add(Instant.parse("2100-02-28T23:59:59.999Z"));
    instants.add(Instant.parse("2999-12-31T23:59:59.001Z"));
    return instants.stream().distinct().toList();
  }

  @Test
  void retryWaitsForItsDelay() {
    UUID id = deliveryIn(DeliveryState.RETRY_WAIT);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.RETRY_WAIT);
    assertThat(claim(10)).isEmpty();
    assertThat(store().queue().untilNextDue(Route.EMAIL).orElseThrow())
        .isPositive()
        .isLessThanOrEqualTo(units(10));
    advance(units(11));
    ClaimedDelivery again = claimOne();
    assertThat(again.delivery().id()).isEqualTo(id);
    assertThat(again.attempt()).isEqualTo(2);
  }

  // ---- tokens

  @Test
  void everyClaimHasAHigherToken() {
    appendOne();
    long last = Long.MIN_VALUE;
    for (int i = 1; i <= 5; i++) {
      ClaimedDelivery claimed = claimOne();
      assertThat(claimed.token()).isGreaterThan(last);
      last = claimed.token();
      settle(settlement(claimed, DeliveryState.RETRY_WAIT, "503", Duration.ZERO, null));
    }
    settle(claimOne(), DeliveryState.DEAD);
    UUID id = store().log().deadLetters(TENANT, null, null, 1).get(0).id();
    store().queue().replay(TENANT, id);
    assertThat(claimOne().token()).as("after replay").isGreaterThan(last + 1);
  }

  // ---- several workers

  @Test
  void twoWorkersShareTenThousandWithoutDuplicateOrLoss() throws Exception {
    int rows = 10_000;
    for (int i = 0; i < rows / 1_000; i++) {
      appendReady(1_000);
    }
    List<NotificationStore> workers = List.of(store(), another());
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger settled = new AtomicInteger();
    List<List<ClaimedDelivery>> taken =
        together(
            2,
            i -> {
              NotificationStore node = workers.get(i);
              List<ClaimedDelivery> mine = new ArrayList<>(claim(node, "worker-" + i, 50));
              begun.incrementAndGet(); // a store may be faster than a thread starts
              Await.until("both have begun", () -> begun.get() == 2);
              accept(node, mine, settled);
              mine.addAll(drain(node, "worker-" + i, rows, settled));
              return mine;
            });
    List<UUID> all = new ArrayList<>();
    taken.forEach(t -> all.addAll(idsOf(t)));
    assertThat(all).as("claimed twice").doesNotHaveDuplicates();
    assertThat(all).as("lost").hasSize(rows);
    assertThat(taken.get(0)).as("the first worker's share").isNotEmpty();
    assertThat(taken.get(1)).as("the second worker's share").isNotEmpty();
    for (UUID id : all) {
      Delivery done = delivery(id);
      assertThat(done.state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(done.attempts()).isEqualTo(1);
    }
    assertThat(depth(Route.EMAIL)).isEqualTo(RouteDepth.EMPTY);
  }

  private List<ClaimedDelivery> drain(
      NotificationStore node, String worker, int rows, AtomicInteger settled) {
    List<ClaimedDelivery> mine = new ArrayList<>();
    while (settled.get() < rows) {
      List<ClaimedDelivery> batch = claim(node, worker, 50);
      mine.addAll(batch);
      accept(node, batch, settled);
    }
    return mine;
  }

  private void accept(NotificationStore node, List<ClaimedDelivery> batch, AtomicInteger settled) {
    if (!batch.isEmpty()) {
      List<Settlement> ends =
          batch.stream().map(c -> settlement(c, DeliveryState.ACCEPTED)).toList();
      assertThat(node.queue().settle(ends)).as("refused").isEmpty();
      settled.addAndGet(batch.size());
    }
  }

  @Test
  void manyWorkersRaceForOneRow() throws Exception {
    for (int round = 0; round < 20; round++) {
      UUID id = appendOne();
      List<List<ClaimedDelivery>> claims = together(8, i -> claim(store(), "worker-" + i, 1));
      assertThat(claims.stream().flatMap(c -> idsOf(c).stream()).toList()).containsExactly(id);
    }
  }

  @Test
  void workAppendedWhileOthersClaimIsClaimedOnce() throws Exception {
    int rounds = 100;
    AtomicInteger settled = new AtomicInteger();
    List<List<ClaimedDelivery>> taken =
        together(
            3,
            i -> {
              if (i == 0) {
                for (int r = 0; r < rounds; r++) {
                  appendReady(5);
                }
                return List.<ClaimedDelivery>of();
              }
              return drain(store(), "worker-" + i, rounds * 5, settled);
            });
    List<UUID> all = taken.stream().flatMap(t -> idsOf(t).stream()).toList();
    assertThat(all).doesNotHaveDuplicates().hasSize(rounds * 5);
  }

  // ---- depths

  @Test
  void depthsTellWhatWaitsAndWhatIsHeld() {
    appendReady(5);
    append(draft().mailAt("user-1", now().plus(units(500))));
    advance(units(2));
    assertThat(depth(Route.EMAIL).oldestReady()).isGreaterThanOrEqualTo(units(2));
    claim(2);
    RouteDepth depth = depth(Route.EMAIL);
    assertThat(depth.ready()).isEqualTo(3);
    assertThat(depth.inFlight()).isEqualTo(2);
    assertThat(depth.scheduled()).isEqualTo(1);
    assertThat(depth(Route.SMS)).isEqualTo(RouteDepth.EMPTY);
  }

  @Test
  void depthsCountWhatWaitsForARetryAsScheduled() {
    deliveryIn(DeliveryState.RETRY_WAIT);
    assertThat(depth(Route.EMAIL).scheduled()).isEqualTo(1);
    assertThat(depth(Route.EMAIL).inFlight()).isZero();
  }

  @Test
  void settledDeliveriesLeaveTheDepths() {
    statesAfterClaimed().filter(DeliveryState::isTerminal).forEach(this::deliveryIn);
    assertThat(depth(Route.EMAIL)).isEqualTo(RouteDepth.EMPTY);
  }

  final RouteDepth depth(Route route) {
    return store().queue().depths().getOrDefault(route, RouteDepth.EMPTY);
  }

  // ---- rows that cannot be read

  /** As where the node that appended it has newer time zone data. */
  @Test
  void deliveryWhoseZoneIsNotKnownHereIsClaimed() {
    Draft draft = draft().locale(Locale.KOREAN, NewerZone.id()).mail("user-1");
    append(draft);
    assertThat(idsOf(NewerZone.unknown(() -> claim(10))))
        .containsExactlyElementsOf(draft.deliveryIds());
  }

  @Test
  void unreadableRowIsQuarantinedAndItsNeighboursGoOn() {
    RawState raw = requireRaw();
    List<UUID> before = appendReady(3);
    Draft bad = draft().mail("user-1");
    append(bad);
    List<UUID> after = appendReady(3);
    raw.corrupt(bad.id());
    List<UUID> claimed = new ArrayList<>();
    List<Delivery> quarantined = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ClaimBatch batch = store().queue().claim(new ClaimRequest(Route.EMAIL, WORKER, 10, lease()));
      claimed.addAll(idsOf(batch.claimed()));
      quarantined.addAll(batch.quarantined());
    }
    assertThat(claimed).hasSize(6).containsAll(before).containsAll(after);
    assertThat(quarantined).extracting(Delivery::id).containsExactlyElementsOf(bad.deliveryIds());
    Delivery dead = delivery(bad.deliveryIds().get(0));
    assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
    assertThat(dead.reason()).isEqualTo("UNREADABLE");
  }
}
