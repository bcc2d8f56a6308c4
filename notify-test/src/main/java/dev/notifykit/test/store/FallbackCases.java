package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Deliveries that stand in for others: what is withdrawn, and what is brought forward. */
abstract class FallbackCases extends SharingCases {
  FallbackCases() {}

  /** A text message that is due, and a mail that stands in for it half a lease later. */
  private record Pair(UUID notification, UUID first, UUID standIn, FallbackLink link) {}

  private Draft pairDraft(String recipientId, Instant at) {
    Draft draft = draft().to(recipientId, null, Target.phone("+14155550100"));
    draft.tied(FallbackLink.FIRST);
    List<UUID> first = draft.deliveryIds();
    return draft
        .mailAt(recipientId, at)
        .tied(new FallbackLink(first, at, false, Duration.ofMinutes(1)));
  }

  private Pair pair(String recipientId) {
    Instant at = now().plus(units(50));
    Draft draft = pairDraft(recipientId, at);
    append(draft);
    List<UUID> ids = draft.deliveryIds();
    FallbackLink link = new FallbackLink(ids.subList(0, 1), at, false, Duration.ofMinutes(1));
    return new Pair(draft.id(), ids.get(0), ids.get(1), link);
  }

  @Test
  void tiesComeBackWithTheClaim() throws Exception {
    Pair pair = pair("ann");
    NotificationStore node = another();
    ClaimedDelivery first = claim(node, Route.SMS, WORKER, 1).get(0);
    assertThat(first.delivery().fallback()).isEqualTo(FallbackLink.FIRST);
    assertThat(node.queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO)).isEqualTo(1);
    assertThat(claimOne().delivery().fallback()).isEqualTo(pair.link);
    append(draft().mail("bob"));
    assertThat(claimOne().delivery().fallback()).isNull();
  }

  @Test
  void tiesOfAChainComeBackWhole() {
    Instant at = now().minus(units(1));
    List<UUID> first = List.of(newId(), newId());
    FallbackLink link = new FallbackLink(first, at, true, Duration.ofMinutes(1));
    append(draft().mail("ann").tied(link));
    assertThat(claimOne().delivery().fallback()).isEqualTo(link);
  }

  @Test
  void whatWasHastenedIsDueNowAndTheListenerIsTold() {
    Pair pair = pair("ann");
    List<Route> told = new CopyOnWriteArrayList<>();
    store().queue().onWork(told::add);
    assertThat(claim(10)).isEmpty();
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO))
        .isEqualTo(1);
    assertThat(told).contains(Route.EMAIL);
    assertThat(stateOf(pair.standIn)).isEqualTo(DeliveryState.SCHEDULED);
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO)).isZero();
    assertThat(idsOf(claim(10))).containsExactly(pair.standIn);
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO)).isZero();
  }

  @Test
  void whatIsHastenedForSoonIsDueThenAndNeverLaterThanBefore() {
    Pair pair = pair("ann");
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", units(5))).isEqualTo(1);
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", units(8))).isZero();
    assertThat(claim(10)).isEmpty();
    advance(units(6));
    assertThat(idsOf(claim(10))).containsExactly(pair.standIn);
  }

  @Test
  void onlyStandInsOfTheRecipientAndTheNotificationAreHastened() {
    Instant later = now().plus(units(50));
    Draft draft = pairDraft("ann", later).mailAt("ann", later);
    draft
        .mailAt("bob", later)
        .tied(new FallbackLink(draft.deliveryIds().subList(0, 1), later, false, null));
    append(draft);
    pair("ann");
    assertThat(store().queue().hasten(OTHER_TENANT, draft.id(), "ann", Duration.ZERO)).isZero();
    assertThat(store().queue().hasten(TENANT, newId(), "ann", Duration.ZERO)).isZero();
    assertThat(store().queue().hasten(TENANT, draft.id(), "ann", Duration.ZERO)).isEqualTo(1);
    assertThat(idsOf(claim(10))).containsExactly(draft.deliveryIds().get(1));
  }

  @Test
  void aStandInThatOnlyWaitedIsHastenedAndOneThatAProviderMadeWaitIsNot() {
    Pair pair = pair("ann");
    store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO);
    Duration wait = units(9);
    settle(
        new Settlement(claimOne(), DeliveryState.RETRY_WAIT, null, wait, false, null, null, null));
    assertThat(claim(10)).isEmpty();
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO))
        .isEqualTo(1);
    settle(claimOne(), DeliveryState.RETRY_WAIT);
    assertThat(store().queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO)).isZero();
    assertThat(claim(10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void withdrawingCancelsWhatWaitsAndNothingElse(DeliveryState state) {
    UUID id = deliveryIn(state);
    assertThat(store().queue().withdraw(OTHER_TENANT, id)).isEmpty();
    Optional<StateChange> change = store().queue().withdraw(TENANT, id);
    assertThat(change.isPresent()).isEqualTo(state.isWaiting());
    assertThat(stateOf(id)).isEqualTo(state.isWaiting() ? DeliveryState.CANCELLED : state);
    change.ifPresent(
        c -> {
          assertThat(c.from()).isEqualTo(state);
          assertThat(c.delivery()).isEqualTo(delivery(id));
        });
  }

  @Test
  void withdrawingOneLeavesTheOthersOfTheNotification() {
    List<UUID> ids = appendReady(3);
    assertThat(store().queue().withdraw(TENANT, ids.get(1))).isPresent();
    assertThat(idsOf(claim(10))).containsExactly(ids.get(0), ids.get(2));
    assertThat(store().queue().withdraw(TENANT, newId())).isEmpty();
  }

  @Test
  void aDeliveryIsWithdrawnOrClaimedNeverBoth() throws Exception {
    NotificationStore other = another();
    List<UUID> ids = appendReady(200);
    List<List<UUID>> results =
        together(
            4,
            i -> {
              NotificationStore node = i % 2 == 0 ? store() : other;
              List<UUID> mine = new CopyOnWriteArrayList<>();
              if (i < 2) {
                ids.forEach(id -> node.queue().withdraw(TENANT, id).ifPresent(c -> mine.add(id)));
              } else {
                List<UUID> some = idsOf(claim(node, "worker-" + i, 7));
                while (!some.isEmpty()) {
                  mine.addAll(some);
                  some = idsOf(claim(node, "worker-" + i, 7));
                }
              }
              return mine;
            });
    assertThat(results.stream().flatMap(List::stream).toList())
        .containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aStandInThatIsHastenedByManyIsClaimedOnce() throws Exception {
    NotificationStore other = another();
    Pair pair = pair("ann");
    List<Integer> claimed =
        together(
            4,
            i -> {
              NotificationStore node = i % 2 == 0 ? store() : other;
              node.queue().hasten(TENANT, pair.notification, "ann", Duration.ZERO);
              return claim(node, "worker-" + i, 10).size();
            });
    assertThat(claimed.stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(1);
    assertThat(claimed.stream().mapToInt(Integer::intValue).sum() + claim(10).size()).isEqualTo(1);
  }
}
