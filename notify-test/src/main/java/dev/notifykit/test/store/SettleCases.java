package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How claims end, and that only their holder ends them. */
abstract class SettleCases extends ClaimCases {
  SettleCases() {}

  @ParameterizedTest
  @MethodSource("statesAfterClaimed")
  void claimedDeliveryGoesToEveryStateItCanBecome(DeliveryState to) {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    Settlement settlement = settlement(claimed, to);
    assertThat(store().queue().settle(List.of(settlement))).isEmpty();
    Delivery settled = delivery(id);
    assertThat(settled.state()).isEqualTo(to);
    assertThat(settled.reason()).isEqualTo(settlement.reason());
    assertThat(settled.provider()).isEqualTo("fake");
    assertThat(settled.providerMessageId()).isEqualTo(settlement.providerMessageId());
    assertThat(settled.attempts()).isEqualTo(1);
    if (to.isTerminal()) {
      assertThat(settled.dueAt()).as("due time of what is settled").isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void settledDeliveryIsNotClaimedAgain(DeliveryState state) {
    if (state.isTerminal()) {
      deliveryIn(state);
      assertThat(claim(10)).isEmpty();
      advance(units(40));
      recover();
      assertThat(claim(10)).isEmpty();
    }
  }

  @Test
  void updatedAtIsTheStoresTimeOfTheLastChange() {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    advance(units(3));
    java.time.Instant before = now();
    settle(claimed, DeliveryState.ACCEPTED);
    assertThat(delivery(id).updatedAt())
        .isBetween(before.minus(clockError()), now().plus(clockError()));
  }

  /** An end that cannot be written would keep all those after it from being written, too. */
  @ParameterizedTest
  @ValueSource(strings = {"\0", "a\0b", "\uD83D", "a\uDE00b", "\uD83D\uDE00", ""})
  void whateverAProviderSaysItsEndIsWritten(String said) {
    List<UUID> ids = appendReady(4);
    Iterator<ClaimedDelivery> claimed = claim(4).iterator();
    String cut = "x".repeat(199) + said + "x".repeat(100);
    List<Settlement> ends = new ArrayList<>();
    for (String words : List.of(said, cut)) {
      ends.add(settlement(claimed.next(), DeliveryState.RETRY_WAIT, words, units(10), words));
      ends.add(settlement(claimed.next(), DeliveryState.ACCEPTED, null, null, words));
    }
    assertThat(store().queue().settle(ends)).isEmpty();
    assertThat(ids)
        .extracting(this::stateOf)
        .containsExactlyInAnyOrder(
            DeliveryState.RETRY_WAIT,
            DeliveryState.ACCEPTED,
            DeliveryState.RETRY_WAIT,
            DeliveryState.ACCEPTED);
    UUID accepted = ends.get(1).claimed().delivery().id();
    store().queue().findByProviderId("fake", said);
    assertThat(store().queue().advance(accepted, DeliveryState.UNDELIVERED, said, said))
        .isPresent();
  }

  @Test
  void handedBackDeliveryIsReadyForTheNextWorker() {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    settle(unspent(claimed, DeliveryState.READY, null));
    List<ClaimedDelivery> next = claim(store(), "worker-2", 10);
    assertThat(idsOf(next)).containsExactly(id);
    assertThat(next.get(0).attempt()).as("attempt after one was given back").isEqualTo(1);
    assertThat(next.get(0).token()).isGreaterThan(claimed.token());
  }

  /** After an outage a worker may hold the end of a claim it lost and that of its claim anew. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ofTwoEndsInOneBatchTheLaterClaimsIsWritten(boolean lostFirst) {
    UUID id = appendOne();
    ClaimedDelivery lost = claimOne();
    settle(unspent(lost, DeliveryState.READY, null));
    Settlement late = settlement(lost, DeliveryState.DEAD);
    Settlement valid = settlement(claimOne(), DeliveryState.ACCEPTED);
    List<Settlement> batch = lostFirst ? List.of(late, valid) : List.of(valid, late);
    assertThat(store().queue().settle(batch)).containsExactly(late);
    assertThat(delivery(id).state()).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void attemptThatIsNotSpentIsGivenBack() {
    UUID id = appendOne();
    settle(unspent(claimOne(), DeliveryState.RETRY_WAIT, Duration.ZERO));
    assertThat(delivery(id).attempts()).isZero();
    assertThat(claimOne().attempt()).isEqualTo(1);
  }

  private static Settlement unspent(
      ClaimedDelivery claimed,
      DeliveryState to,
      @org.jspecify.annotations.Nullable Duration delay) {
    return new Settlement(claimed, to, null, delay, false, null, null, null);
  }

  @Test
  void attemptsAreLoggedOldestFirst() {
    UUID id = appendOne();
    List<Attempt> expected = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      ClaimedDelivery claimed = claimOne();
      Attempt attempt = attempt(claimed, "Retryable", "50" + i, now());
      expected.add(attempt);
      settle(
          new Settlement(
              claimed,
              i < 4 ? DeliveryState.RETRY_WAIT : DeliveryState.DEAD,
              "x",
              i < 4 ? Duration.ZERO : null,
              true,
              "fake",
              null,
              attempt));
    }
    assertThat(store().log().attempts(TENANT, id)).containsExactlyElementsOf(expected);
    assertThat(delivery(id).attempts()).isEqualTo(4);
  }

  @Test
  void attemptWithoutProviderOrCodeIsLogged() {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    Attempt attempt = new Attempt(id, 1, null, "Rejected", null, now(), Duration.ZERO);
    settle(
        new Settlement(claimed, DeliveryState.DEAD, "REJECTED", null, true, null, null, attempt));
    assertThat(store().log().attempts(TENANT, id)).containsExactly(attempt);
  }

  @Test
  void settlementsOfManyRoutesAreWrittenInOneCall() {
    Draft draft = draft();
    for (int i = 0; i < 300; i++) {
      draft.mail("user-" + i).to("user-" + i, null, Target.phone("+1415555" + (1_000 + i)));
    }
    append(draft);
    List<ClaimedDelivery> claimed = new ArrayList<>(claim(store(), Route.EMAIL, WORKER, 300));
    claimed.addAll(claim(store(), Route.SMS, WORKER, 300));
    assertThat(claimed).hasSize(600);
    Collections.shuffle(claimed, random);
    List<DeliveryState> states = statesAfterClaimed().toList();
    List<Settlement> settlements = new ArrayList<>();
    for (int i = 0; i < claimed.size(); i++) {
      settlements.add(settlement(claimed.get(i), states.get(i % states.size())));
    }
    assertThat(store().queue().settle(settlements)).isEmpty();
    for (Settlement settlement : settlements) {
      assertThat(stateOf(settlement.claimed().delivery().id())).isEqualTo(settlement.to());
    }
  }

  // ---- fencing

  @Test
  void workerWhoLostItsClaimCannotSettle() throws Exception {
    UUID id = appendOne();
    ClaimedDelivery zombie = claimOne();
    advance(lease().plus(units(1)));
    assertThat(idsOfChanges(recover())).containsExactly(id);
    ClaimedDelivery holder = claim(another(), "worker-2", 1).get(0);
    assertThat(holder.token()).isGreaterThan(zombie.token());

    Settlement late =
        new Settlement(
            zombie,
            DeliveryState.DEAD,
            "REJECTED",
            null,
            true,
            "zombie",
            "z-1",
            attempt(zombie, "Rejected", "550", now()));
    assertThat(store().queue().settle(List.of(late))).containsExactly(late);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.CLAIMED);
    assertThat(delivery(id).providerMessageId()).isNull();
    assertThat(store().log().attempts(TENANT, id))
        .anySatisfy(
            attempt -> {
              assertThat(attempt.outcome()).isEqualTo("Stale");
              assertThat(attempt.number()).isEqualTo(zombie.attempt());
            });

    settle(holder, DeliveryState.ACCEPTED);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.ACCEPTED);
    assertThat(store().queue().settle(List.of(late))).as("even later").hasSize(1);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void acceptanceThatComesTooLateIsLogged() {
    UUID id = appendOne();
    ClaimedDelivery zombie = claimOne();
    advance(lease().plus(units(1)));
    assertThat(idsOfChanges(recover())).containsExactly(id);

    Settlement late =
        new Settlement(zombie, DeliveryState.ACCEPTED, null, null, true, "zombie", "z-1", null);
    assertThat(store().queue().settle(List.of(late))).containsExactly(late);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.READY);
    assertThat(store().log().attempts(TENANT, id))
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.outcome()).isEqualTo("Stale");
              assertThat(attempt.number()).isEqualTo(zombie.attempt());
              assertThat(attempt.provider()).isEqualTo("zombie");
            });
  }

  @ParameterizedTest
  @MethodSource("statesAfterClaimed")
  void settledClaimCannotBeSettledAgain(DeliveryState first) {
    UUID id = appendOne();
    ClaimedDelivery claimed = claimOne();
    settle(claimed, first);
    for (DeliveryState second : statesAfterClaimed().toList()) {
      assertThat(store().queue().settle(List.of(settlement(claimed, second))))
          .as("%s after %s", second, first)
          .hasSize(1);
    }
    assertThat(stateOf(id)).isEqualTo(first);
  }

  @Test
  void lostClaimsDoNotHoldUpTheOthersInABatch() {
    List<UUID> ids = appendReady(10);
    List<ClaimedDelivery> claimed = claim(10);
    List<ClaimedDelivery> lost = claimed.subList(0, 4);
    lost.forEach(c -> settle(c, DeliveryState.EXPIRED));
    List<Settlement> all =
        new ArrayList<>(claimed.stream().map(c -> settlement(c, DeliveryState.ACCEPTED)).toList());
    Collections.shuffle(all, random);
    assertThat(store().queue().settle(all))
        .extracting(s -> s.claimed().delivery().id())
        .containsExactlyInAnyOrderElementsOf(idsOf(lost));
    long accepted = ids.stream().filter(id -> stateOf(id) == DeliveryState.ACCEPTED).count();
    assertThat(accepted).isEqualTo(6);
  }

  @Test
  void settlementOfAnUnknownDeliveryIsRefused() {
    appendOne();
    ClaimedDelivery claimed = claimOne();
    settle(claimed, DeliveryState.ACCEPTED);
    advance(units(50));
    store().log().purge(units(1));
    assertThat(store().queue().settle(List.of(settlement(claimed, DeliveryState.DEAD)))).hasSize(1);
  }

  @Test
  void oneOfManyRacingSettlementsIsWritten() throws Exception {
    for (int round = 0; round < 20; round++) {
      appendOne();
      ClaimedDelivery claimed = claimOne();
      List<Integer> refused =
          together(
              8,
              i ->
                  store()
                      .queue()
                      .settle(List.of(settlement(claimed, DeliveryState.ACCEPTED)))
                      .size());
      assertThat(refused.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
    }
  }
}
