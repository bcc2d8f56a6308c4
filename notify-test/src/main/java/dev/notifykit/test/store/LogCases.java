package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.StateChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The log, dead letters, purging, and what an application may ask of a queue. */
abstract class LogCases extends RecipientCases {
  LogCases() {}

  @Test
  void deliveriesOfARecipientAreListedNewestFirst() {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Draft draft = draft().mail("user-1").mail("user-2");
      append(draft);
      ids.add(0, draft.deliveryIds().get(0));
    }
    claimAndSettle(DeliveryState.ACCEPTED);
    assertThat(store().log().ofRecipient(TENANT, "user-1", 4))
        .extracting(Delivery::id)
        .containsExactlyElementsOf(ids.subList(0, 4));
    assertThat(store().log().ofRecipient(TENANT, "user-1", 100)).hasSize(6);
    assertThat(store().log().ofRecipient(OTHER_TENANT, "user-1", 100)).isEmpty();
  }

  @Test
  void idsOfAllOfARecipientsDeliveriesAreHandedOver() {
    List<UUID> ids = new ArrayList<>();
    for (DeliveryState state :
        List.of(
            DeliveryState.CLAIMED,
            DeliveryState.UNKNOWN,
            DeliveryState.ACCEPTED,
            DeliveryState.DEAD,
            DeliveryState.RETRY_WAIT)) {
      ids.add(deliveryIn(state)); // user-0's
    }
    Draft many = draft().mail("user-1");
    for (int i = 0; i < 1_200; i++) {
      many.mail("user-0");
    }
    append(many);
    ids.addAll(many.deliveryIds().subList(1, 1_201));
    List<UUID> found = new ArrayList<>();
    store()
        .log()
        .idsOfRecipient(
            TENANT,
            "user-0",
            page -> {
              assertThat(page).hasSizeBetween(1, 1_000);
              found.addAll(page);
            });
    assertThat(found).containsExactlyInAnyOrderElementsOf(ids);
    store().log().idsOfRecipient(OTHER_TENANT, "user-0", found::addAll);
    store().log().idsOfRecipient(TENANT, "nobody", found::addAll);
    assertThat(found).hasSize(ids.size());
  }

  @Test
  void whatBelongsToAnotherTenantIsNotFound() {
    Draft draft = draft().mail("user-1");
    append(draft);
    UUID id = draft.deliveryIds().get(0);
    settle(claimOne(), DeliveryState.DEAD);
    assertThat(store().log().find(OTHER_TENANT, id)).isEmpty();
    assertThat(store().log().deliveries(OTHER_TENANT, draft.id())).isEmpty();
    assertThat(store().log().attempts(OTHER_TENANT, id)).isEmpty();
    assertThat(store().log().deadLetters(OTHER_TENANT, null, null, 10)).isEmpty();
    assertThat(store().queue().replay(OTHER_TENANT, id)).isEmpty();
    assertThat(store().queue().discard(OTHER_TENANT, id)).isFalse();
    assertThat(store().queue().cancel(OTHER_TENANT, draft.id())).isEmpty();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.DEAD);
    assertThat(store().log().deadLetters(TENANT, null, null, 10)).hasSize(1);
  }

  @Test
  void deliveryNeedNotHaveItsNotificationsId() {
    Draft draft = draft().withIdsApart().mail("user-1");
    append(draft);
    UUID id = draft.deliveryIds().get(0);
    assertThat(store().log().deliveries(TENANT, draft.id()))
        .extracting(Delivery::id)
        .containsExactly(id);
    assertThat(store().log().deliveries(TENANT, id)).as("it is no notification's").isEmpty();
    assertThat(store().queue().cancel(TENANT, id)).isEmpty();
    assertThat(idsOfChanges(store().queue().cancel(TENANT, draft.id()))).containsExactly(id);
    advance(units(21));
    assertThat(store().log().purge(units(20))).isEqualTo(1);
    assertThat(store().log().deliveries(TENANT, draft.id())).isEmpty();
  }

  // ---- dead letters

  @Test
  void deadLettersAreListedInPagesByRoute() {
    List<UUID> mails = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      mails.add(deliveryIn(DeliveryState.DEAD));
    }
    append(draft().to("user-1", null, Target.phone("+14155550123")));
    ClaimedDelivery text = claim(store(), Route.SMS, WORKER, 1).get(0);
    settle(text, DeliveryState.DEAD);
    mails.sort(Comparator.comparing(UUID::toString));

    List<Delivery> first = store().log().deadLetters(TENANT, Route.EMAIL, null, 3);
    assertThat(first).extracting(Delivery::id).containsExactlyElementsOf(mails.subList(0, 3));
    List<Delivery> rest = store().log().deadLetters(TENANT, Route.EMAIL, first.get(2).id(), 3);
    assertThat(rest).extracting(Delivery::id).containsExactlyElementsOf(mails.subList(3, 5));
    assertThat(store().log().deadLetters(TENANT, Route.EMAIL, mails.get(4), 3)).isEmpty();
    assertThat(store().log().deadLetters(TENANT, null, null, 100)).hasSize(6);
    assertThat(store().log().deadLetters(TENANT, Route.SMS, null, 100))
        .extracting(Delivery::id)
        .containsExactly(text.delivery().id());
    assertThat(store().log().deadLetters(TENANT, Route.APNS, null, 100)).isEmpty();
  }

  @Test
  void replayedDeadLetterIsReadyWithItsAttemptsCountedFromZero() {
    UUID id = appendOne();
    settle(settlement(claimOne(), DeliveryState.RETRY_WAIT, "503", Duration.ZERO, null));
    settle(claimOne(), DeliveryState.DEAD);
    StateChange change = store().queue().replay(TENANT, id).orElseThrow();
    assertThat(change.from()).isEqualTo(DeliveryState.DEAD);
    assertThat(change.delivery().state()).isEqualTo(DeliveryState.READY);
    assertThat(store().log().deadLetters(TENANT, null, null, 10)).isEmpty();
    ClaimedDelivery again = claimOne();
    assertThat(again.delivery().id()).isEqualTo(id);
    assertThat(again.attempt()).isEqualTo(1);
    settle(again, DeliveryState.ACCEPTED);
    assertThat(store().log().attempts(TENANT, id)).as("what was logged before").hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void onlyADeadLetterIsReplayedOrDiscarded(DeliveryState state) {
    UUID id = deliveryIn(state);
    boolean dead = state == DeliveryState.DEAD;
    if (!dead) {
      assertThat(store().queue().discard(TENANT, id)).isFalse();
    }
    assertThat(store().queue().replay(TENANT, id).isPresent()).isEqualTo(dead);
    assertThat(stateOf(id)).isEqualTo(dead ? DeliveryState.READY : state);
  }

  @Test
  void deadLetterIsReplayedOnceByManyAtOnce() throws Exception {
    UUID id = deliveryIn(DeliveryState.DEAD);
    List<Optional<StateChange>> replays = together(8, i -> store().queue().replay(TENANT, id));
    assertThat(replays.stream().filter(Optional::isPresent)).hasSize(1);
    assertThat(claim(10)).hasSize(1);
  }

  @Test
  void deadLetterOfAnErasedPersonCannotBeReplayed() {
    UUID id = deliveryIn(DeliveryState.DEAD);
    store().recipients().erase(TENANT, "user-0");
    assertThat(store().queue().replay(TENANT, id)).isEmpty();
    assertThat(claim(10)).isEmpty();
  }

  @Test
  void discardedDeadLetterStaysDeadInTheLog() {
    UUID id = deliveryIn(DeliveryState.DEAD);
    assertThat(store().queue().discard(TENANT, id)).isTrue();
    assertThat(store().queue().discard(TENANT, id)).isFalse();
    assertThat(store().log().deadLetters(TENANT, null, null, 10)).isEmpty();
    assertThat(store().queue().replay(TENANT, id)).isEmpty();
    assertThat(stateOf(id)).isEqualTo(DeliveryState.DEAD);
  }

  @Test
  void unknownIdsAreNotFound() {
    assertThat(store().queue().replay(TENANT, UUID.randomUUID())).isEmpty();
    assertThat(store().queue().discard(TENANT, UUID.randomUUID())).isFalse();
    assertThat(store().queue().cancel(TENANT, UUID.randomUUID())).isEmpty();
    assertThat(store().queue().advance(UUID.randomUUID(), DeliveryState.DELIVERED, null, null))
        .isEmpty();
    assertThat(store().queue().findByProviderId("fake", "nothing")).isEmpty();
    assertThat(store().queue().findEvent(TENANT, "nothing")).isEmpty();
  }

  // ---- cancelling

  @Test
  void cancelTakesBackWhatWaitsAndNothingElse() {
    Draft draft = draft().mail("user-1").mail("user-2").mail("user-3");
    append(draft);
    List<ClaimedDelivery> claimed = claim(2);
    settle(claimed.get(0), DeliveryState.RETRY_WAIT);
    UUID held = claimed.get(1).delivery().id();
    List<StateChange> changes = store().queue().cancel(TENANT, draft.id());
    assertThat(changes)
        .extracting(StateChange::from)
        .containsExactlyInAnyOrder(DeliveryState.RETRY_WAIT, DeliveryState.READY);
    assertThat(changes).allMatch(c -> c.delivery().state() == DeliveryState.CANCELLED);
    assertThat(idsOfChanges(changes)).doesNotContain(held);
    settle(claimed.get(1), DeliveryState.ACCEPTED);
    assertThat(store().queue().cancel(TENANT, draft.id())).isEmpty();
    advance(units(12));
    assertThat(claim(10)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void cancelDependsOnTheState(DeliveryState state) {
    UUID id = deliveryIn(state);
    List<StateChange> changes = store().queue().cancel(TENANT, delivery(id).notificationId());
    assertThat(changes).hasSize(state.isWaiting() ? 1 : 0);
    assertThat(stateOf(id)).isEqualTo(state.isWaiting() ? DeliveryState.CANCELLED : state);
  }

  @Test
  void cancelLeavesOtherNotificationsAlone() {
    Draft mine = draft().mail("user-1");
    append(mine);
    UUID other = appendOne();
    store().queue().cancel(TENANT, mine.id());
    assertThat(idsOf(claim(10))).containsExactly(other);
  }

  @Test
  void cancelRacingClaimsLeavesEachDeliveryToOneOfThem() throws Exception {
    Draft draft = draft();
    for (int i = 0; i < 300; i++) {
      draft.mail("user-" + i);
    }
    append(draft);
    List<List<UUID>> results =
        together(
            2,
            i -> {
              if (i == 0) {
                return new ArrayList<>(idsOfChanges(store().queue().cancel(TENANT, draft.id())));
              }
              List<UUID> mine = new ArrayList<>();
              for (int n = 0; n < 30; n++) {
                mine.addAll(idsOf(claim(5)));
              }
              return mine;
            });
    List<UUID> all = results.stream().flatMap(List::stream).toList();
    assertThat(all).doesNotHaveDuplicates();
    assertThat(all.size() + claimEverything().size()).isEqualTo(300);
  }

  // ---- purging

  @ParameterizedTest
  @EnumSource(DeliveryState.class)
  void purgeDeletesWhatIsSettledLongEnough(DeliveryState state) {
    UUID id = deliveryIn(state);
    boolean goes = state.isTerminal() && state != DeliveryState.DEAD;
    assertThat(store().log().purge(units(20))).as("too early").isZero();
    advance(units(21));
    assertThat(store().log().purge(units(20))).isEqualTo(goes ? 1 : 0);
    assertThat(store().log().find(TENANT, id).isPresent()).isEqualTo(!goes);
    if (goes) {
      assertThat(store().log().attempts(TENANT, id)).isEmpty();
    }
  }

  @Test
  void purgeDeletesDiscardedDeadLetters() {
    UUID id = deliveryIn(DeliveryState.DEAD);
    store().queue().discard(TENANT, id);
    advance(units(21));
    assertThat(store().log().purge(units(20))).isEqualTo(1);
  }

  @Test
  void purgeKeepsTheRestOfANotification() {
    Draft draft = draft().mail("user-1").mail("user-2");
    append(draft);
    List<ClaimedDelivery> claimed = claim(2);
    settle(claimed.get(0), DeliveryState.ACCEPTED);
    settle(claimed.get(1), DeliveryState.RETRY_WAIT);
    advance(units(21));
    assertThat(store().log().purge(units(20))).isEqualTo(1);
    ClaimedDelivery rest = claimOne();
    assertThat(rest.delivery().notification()).isEqualTo(draft.notification());
  }

  @Test
  void purgeOfManyDeletesThemAll() {
    appendReady(2_500);
    claimEverything().forEach(c -> settle(c, DeliveryState.ACCEPTED));
    UUID waiting = deliveryIn(DeliveryState.SCHEDULED);
    advance(units(21));
    assertThat(store().log().purge(units(20))).isEqualTo(2_500);
    assertThat(store().log().find(TENANT, waiting)).isPresent();
    assertThat(store().log().ofRecipient(TENANT, "user-5", 10)).isEmpty();
  }
}
