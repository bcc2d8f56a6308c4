package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to claims nobody ends, to unknown outcomes and to what waits too long. */
abstract class RecoverCases extends SettleCases {
  RecoverCases() {}

  @Test
  void claimIsKeptWhileItsLeaseHolds() {
    UUID id = appendOne();
    claimOne();
    advance(units(2));
    assertThat(recover()).isEmpty();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.CLAIMED);
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void lapsedClaimBecomesReadyAgain() throws Exception {
    UUID id = appendOne();
    claimOne();
    advance(lease().plus(units(1)));
    List<StateChange> changes = recover(another());
    assertThat(changes).hasSize(1);
    assertThat(changes.get(0).from()).isEqualTo(DeliveryState.CLAIMED);
    assertThat(changes.get(0).delivery().id()).isEqualTo(id);
    assertThat(changes.get(0).delivery().state()).isEqualTo(DeliveryState.READY);
    assertThat(recover()).as("a second recovery").isEmpty();
    assertThat(claimOne().delivery().id()).isEqualTo(id);
  }

  @Test
  void deliveryThatKillsItsWorkersIsDeadAsPoison() {
    UUID id = appendOne();
    for (int lapse = 1; lapse <= MAX_RECOVERIES; lapse++) {
      claimOne();
      advance(lease().plus(units(1)));
      recover();
      assertThat(stateOf(id)).as("after lapse %s", lapse).isEqualTo(DeliveryState.READY);
    }
    claimOne();
    advance(lease().plus(units(1)));
    assertThat(recover()).extracting(StateChange::from).containsExactly(DeliveryState.CLAIMED);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.DEAD);
    assertThat(delivery(id).reason()).isEqualTo("POISON");
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void replayedPoisonHasAllItsLivesAgain() {
    UUID id = appendOne();
    for (int lapse = 0; lapse <= MAX_RECOVERIES; lapse++) {
      claimOne();
      advance(lease().plus(units(1)));
      recover();
    }
    assertThat(store().queue().replay(TENANT, id)).isPresent();
    claimOne();
    advance(lease().plus(units(1)));
    recover();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.READY);
  }

  // ---- unknown outcomes

  @Test
  void lapsedClaimThatPrefersSilenceIsNeverSentAgain() {
    Draft draft = draft().preferSilence().mail("user-1");
    append(draft);
    UUID id = claimOne().delivery().id();
    advance(lease().plus(units(1)));
    assertThat(recover())
        .extracting(c -> c.delivery().state())
        .containsExactly(DeliveryState.UNKNOWN);
    assertThat(claim(10)).isEmpty();
    advance(units(5));
    assertThat(recover()).as("while it waits for a receipt").isEmpty();
    advance(units(16));
    List<StateChange> changes = recover();
    assertThat(changes).extracting(StateChange::from).containsExactly(DeliveryState.UNKNOWN);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.DEAD);
    assertThat(delivery(id).reason()).isEqualTo("OUTCOME_UNKNOWN");
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void receiptEndsAnUnknownOutcomeInTime() {
    append(draft().preferSilence().mail("user-1"));
    UUID id = claimOne().delivery().id();
    advance(lease().plus(units(1)));
    recover();
    assertThat(store().queue().advance(id, DeliveryState.ACCEPTED, null, "m-1")).isPresent();
    advance(units(25));
    assertThat(recover()).isEmpty();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void unknownOutcomeWaitsAsLongAsItsSettlementSays() {
    UUID id = deliveryIn(DeliveryState.UNKNOWN);
    advance(units(3));
    assertThat(recover()).isEmpty();
    assertThat(claim(10)).isEmpty();
    advance(units(8));
    assertThat(idsOfChanges(recover())).containsExactly(id);
    assertThat(delivery(id).reason()).isEqualTo("OUTCOME_UNKNOWN");
  }

  // ---- expiry

  @ParameterizedTest
  @EnumSource(names = {"READY", "SCHEDULED", "RETRY_WAIT"})
  void whatWaitsPastItsExpiryExpires(DeliveryState waiting) {
    Draft draft = draft().expiresAt(now().plus(units(10)));
    if (waiting == DeliveryState.SCHEDULED) {
      draft.mailAt("user-1", now().plus(units(100)));
    } else {
      draft.mail("user-1");
    }
    append(draft);
    if (waiting == DeliveryState.RETRY_WAIT) {
      settle(settlement(claimOne(), DeliveryState.RETRY_WAIT, "503", units(100), null));
    }
    UUID id = draft.deliveryIds().get(0);
    assertThat(recover()).as("before its expiry").isEmpty();
    advance(units(11));
    List<StateChange> changes = recover();
    assertThat(idsOfChanges(changes)).containsExactly(id);
    assertThat(changes.get(0).from()).isEqualTo(waiting);
    assertThat(stateOf(id)).isEqualTo(DeliveryState.EXPIRED);
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void claimedDeliveryDoesNotExpireUnderItsHolder() {
    append(draft().expiresAt(now().plus(units(3))).mail("user-1"));
    ClaimedDelivery claimed = claimOne();
    advance(units(4));
    assertThat(recover()).isEmpty();
    settle(claimed, DeliveryState.ACCEPTED);
  }

  // ---- amounts

  @Test
  void recoveryChangesAtMostWhatWasAskedFor() {
    appendReady(10);
    claim(10);
    advance(lease().plus(units(1)));
    int changed = 0;
    for (int i = 0; i < 4; i++) {
      int some = store().queue().recover(MAX_RECOVERIES, units(20), 3).size();
      assertThat(some).isLessThanOrEqualTo(3);
      changed += some;
    }
    assertThat(changed).isEqualTo(10);
    assertThat(claim(100)).hasSize(10);
  }

  @Test
  void racingRecoveriesTakeEachClaimBackOnce() throws Exception {
    List<UUID> ids = appendReady(200);
    claim(200);
    advance(lease().plus(units(1)));
    List<NotificationStore> nodes = List.of(store(), another(), store(), another());
    List<List<StateChange>> changes = together(4, i -> recover(nodes.get(i)));
    List<UUID> recovered =
        changes.stream().flatMap(List::stream).map(c -> c.delivery().id()).toList();
    assertThat(recovered).doesNotHaveDuplicates();
    List<UUID> all = new ArrayList<>(recovered);
    recover().forEach(c -> all.add(c.delivery().id()));
    assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void settlementRacingItsRecoveryIsEitherWrittenOrRefused() throws Exception {
    for (int round = 0; round < 5; round++) {
      List<UUID> ids = appendReady(20);
      List<ClaimedDelivery> claimed = claim(20);
      advance(lease().plus(units(1)));
      List<Settlement> late =
          claimed.stream().map(c -> settlement(c, DeliveryState.ACCEPTED)).toList();
      List<Object> results =
          together(2, i -> i == 0 ? store().queue().settle(late).size() : recover().size());
      int refused = (int) results.get(0);
      long ready = ids.stream().filter(id -> stateOf(id) == DeliveryState.READY).count();
      long accepted = ids.stream().filter(id -> stateOf(id) == DeliveryState.ACCEPTED).count();
      assertThat(ready + accepted).isEqualTo(20);
      assertThat(refused).isEqualTo((int) ready);
      claim(100).forEach(c -> settle(c, DeliveryState.ACCEPTED));
    }
  }
}
