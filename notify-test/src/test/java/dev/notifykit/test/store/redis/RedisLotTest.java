package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.Await;
import dev.notifykit.test.FaultyProxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is handed off is kept in lots, or in a row where it is alone; all that may happen to either.
 */
@Timeout(120)
final class RedisLotTest {
  private static final RedisProcess SERVER = RedisProcess.start();
  private static final TimeOrderedUuids IDS = new TimeOrderedUuids(InstantSource.system());
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);

  private final RedisStore store = RedisStore.create(SERVER.uri());
  private final RawKeys raw = new RawKeys(List.of(SERVER), "notify");

  @AfterAll
  static void endServer() {
    SERVER.close();
  }

  @AfterEach
  void end() {
    store.close();
    raw.drop();
  }

  // ---- making them

  private NewNotification mail(
      @Nullable Duration window, @Nullable Instant at, String... recipients) {
    return mail(Map.of("orderNo", "A-1001"), window, at, recipients);
  }

  private NewNotification mail(
      Map<String, Object> data,
      @Nullable Duration window,
      @Nullable Instant at,
      String... recipients) {
    StoredNotification n = Sends.notification(store, "event-" + IDS.next(), data);
    List<NewDelivery> deliveries = new ArrayList<>();
    for (String recipient : recipients) {
      Target target = Target.email(recipient + "@example.com");
      QueuedDelivery d = new QueuedDelivery(IDS.next(), n, recipient, null, target, null, null);
      DeliveryState state = at == null ? DeliveryState.READY : DeliveryState.SCHEDULED;
      deliveries.add(new NewDelivery(d, state, null, at, List.of()));
    }
    return new NewNotification(n, window, deliveries);
  }

  private NewNotification mail(String... recipients) {
    return mail(DAY, null, recipients);
  }

  private List<ClaimedDelivery> handOff(int slots, Duration lease, NewNotification... mails) {
    Handoff room = new Handoff("worker", lease, Map.of(Route.EMAIL, slots));
    AppendResult result = store.queue().append(List.of(mails), room, null);
    assertThat(result.notifications()).allMatch(a -> a.verdict() == Verdict.NEW);
    return result.handedOff();
  }

  private List<ClaimedDelivery> handOff(NewNotification... mails) {
    List<ClaimedDelivery> handed = handOff(100, LEASE, mails);
    assertThat(handed).hasSize(List.of(mails).stream().mapToInt(m -> m.deliveries().size()).sum());
    return handed;
  }

  private static UUID id(ClaimedDelivery c) {
    return c.delivery().id();
  }

  private Delivery delivery(ClaimedDelivery c) {
    return store.log().find("", id(c)).orElseThrow();
  }

  private Settlement end(ClaimedDelivery c, DeliveryState to, @Nullable String message) {
    Attempt attempt =
        to == DeliveryState.ACCEPTED
            ? null
            : new Attempt(
                id(c), 1, "fake", "Retryable", "503", store.clock().instant(), Duration.ZERO);
    Duration delay = to == DeliveryState.RETRY_WAIT ? Duration.ZERO : null;
    String reason = to == DeliveryState.ACCEPTED ? null : "503";
    return new Settlement(c, to, reason, delay, true, "fake", message, attempt);
  }

  private void settle(ClaimedDelivery c, DeliveryState to) {
    assertThat(store.queue().settle(List.of(end(c, to, "m-" + id(c))))).isEmpty();
  }

  private List<ClaimedDelivery> claim() {
    return store.queue().claim(new ClaimRequest(Route.EMAIL, "other", 100, LEASE)).claimed();
  }

  private long inFlight() {
    return store.queue().depths().get(Route.EMAIL).inFlight();
  }

  private long lots() {
    return raw.keys(":{0}:b*").size();
  }

  private long people() {
    return raw.fields("p", field -> true);
  }

  private long contents() {
    return raw.keys(":{0}:c?*").size()
        + raw.fields("d", field -> !RawKeys.isRow(field))
        + raw.keys(":{0}:a").size();
  }

  private static void pass(Duration some) {
    long end = System.nanoTime() + some.toNanos();
    for (long left = some.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private long purge() {
    pass(Duration.ofMillis(3));
    return store.log().purge(Duration.ofMillis(1));
  }

  // ---- the common way

  @Test
  void lotIsHeldAcceptedFoundAndPurged() {
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"), mail("ann"));
    assertThat(inFlight()).isEqualTo(3);
    assertThat(lots()).isEqualTo(1);
    assertThat(delivery(held.get(1)).state()).isEqualTo(DeliveryState.CLAIMED);
    assertThat(delivery(held.get(1)).recipientId()).isEqualTo("bob");
    for (ClaimedDelivery c : held) {
      settle(c, DeliveryState.ACCEPTED);
      Delivery d = delivery(c);
      assertThat(d.state()).isEqualTo(DeliveryState.ACCEPTED);
      assertThat(d.attempts()).isEqualTo(1);
      assertThat(d.providerMessageId()).isEqualTo("m-" + id(c));
      assertThat(store.queue().findByProviderId("fake", "m-" + id(c))).contains(d);
      assertThat(store.log().deliveries("", d.notificationId())).containsExactly(d);
    }
    assertThat(inFlight()).isZero();
    assertThat(contents()).as("content goes with the last of a lot").isZero();
    assertThat(store.log().ofRecipient("", "ann", 10))
        .containsExactly(delivery(held.get(2)), delivery(held.get(0)));
    assertThat(purge()).isEqualTo(3);
    assertThat(raw.keys(":{0}:*"))
        .as("event ids, the epoch, and two counts")
        .extracting(key -> new String(key.name(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .containsExactlyInAnyOrder(
            "notify:{0}:e", "notify:{0}:y", "notify:{0}:p", "notify:{0}:c", "notify:{0}:f");
    assertThat(people()).isEqualTo(1);
  }

  @Test
  void receiptMovesOneOfALot() {
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"));
    assertThat(store.queue().advance(id(held.get(0)), DeliveryState.DELIVERED, null, null))
        .as("while it is claimed")
        .isEmpty();
    held.forEach(c -> settle(c, DeliveryState.ACCEPTED));
    assertThat(store.queue().advance(id(held.get(0)), DeliveryState.DELIVERED, null, null))
        .hasValueSatisfying(c -> assertThat(c.from()).isEqualTo(DeliveryState.ACCEPTED));
    assertThat(delivery(held.get(0)).state()).isEqualTo(DeliveryState.DELIVERED);
    assertThat(delivery(held.get(0)).providerMessageId()).isEqualTo("m-" + id(held.get(0)));
    assertThat(delivery(held.get(1)).state()).isEqualTo(DeliveryState.ACCEPTED);
    assertThat(purge()).isEqualTo(2);
    assertThat(raw.deliveries()).isZero();
    assertThat(lots()).isZero();
  }

  @Test
  void receiptBeforeTheLotIsDoneMovesOneOfIt() {
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"));
    settle(held.get(0), DeliveryState.ACCEPTED);
    assertThat(store.queue().advance(id(held.get(0)), DeliveryState.UNDELIVERED, "550", null))
        .isPresent();
    settle(held.get(1), DeliveryState.RETRY_WAIT);
    assertThat(lots()).as("nothing is left in it").isZero();
    assertThat(delivery(held.get(0)).state()).isEqualTo(DeliveryState.UNDELIVERED);
    assertThat(claim()).hasSize(1);
  }

  // ---- other ends

  @Test
  void whatIsNotAcceptedLeavesTheLotWithItsContent() {
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"), mail("eve"));
    settle(held.get(1), DeliveryState.RETRY_WAIT);
    settle(held.get(2), DeliveryState.DEAD);
    assertThat(inFlight()).isEqualTo(1);
    ClaimedDelivery again = claim().get(0);
    assertThat(again.delivery()).isEqualTo(held.get(1).delivery());
    assertThat(again.token()).isGreaterThan(held.get(1).token());
    assertThat(again.attempt()).isEqualTo(2);
    settle(again, DeliveryState.ACCEPTED);
    settle(held.get(0), DeliveryState.ACCEPTED);
    assertThat(store.log().attempts("", id(again))).hasSize(1);
    assertThat(store.queue().replay("", id(held.get(2)))).isPresent();
    ClaimedDelivery replayed = claim().get(0);
    assertThat(replayed.delivery()).isEqualTo(held.get(2).delivery());
    settle(replayed, DeliveryState.ACCEPTED);
    assertThat(contents()).isZero();
    assertThat(inFlight()).isZero();
    assertThat(purge()).isEqualTo(3);
  }

  @Test
  void lapsedLeaseTakesBackOnlyWhatIsNotAccepted() {
    List<ClaimedDelivery> held =
        handOff(100, Duration.ofMillis(50), mail("ann"), mail("bob"), mail("eve"));
    settle(held.get(0), DeliveryState.ACCEPTED);
    pass(Duration.ofMillis(80));
    assertThat(store.queue().recover(3, DAY, 1)).hasSize(1);
    assertThat(store.queue().recover(3, DAY, 100))
        .extracting(c -> c.delivery().id())
        .containsExactly(id(held.get(2)));
    assertThat(store.queue().recover(3, DAY, 100)).isEmpty();
    assertThat(store.queue().settle(List.of(end(held.get(1), DeliveryState.ACCEPTED, "late"))))
        .as("an acceptance under the lapsed claim")
        .hasSize(1);
    assertThat(store.log().attempts("", id(held.get(1))))
        .extracting(Attempt::outcome)
        .containsExactly("Stale");
    assertThat(claim())
        .extracting(ClaimedDelivery::delivery)
        .containsExactly(held.get(1).delivery(), held.get(2).delivery());
  }

  @Test
  void acceptanceIsRefusedOnceTheDeliveryIsAnothers() {
    ClaimedDelivery zombie = handOff(100, Duration.ofMillis(50), mail("ann")).get(0);
    pass(Duration.ofMillis(80));
    assertThat(store.queue().recover(3, DAY, 100)).hasSize(1);
    ClaimedDelivery holder = claim().get(0);
    assertThat(store.queue().settle(List.of(end(zombie, DeliveryState.ACCEPTED, "z")))).hasSize(1);
    assertThat(delivery(holder).state()).isEqualTo(DeliveryState.CLAIMED);
    settle(holder, DeliveryState.ACCEPTED);
  }

  @Test
  void acceptanceOfAnotherDeliveryUnderThePlaceOfOneIsRefused() {
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"));
    ClaimedDelivery ann = held.get(0);
    ClaimedDelivery mixed =
        new ClaimedDelivery(ann.delivery(), held.get(1).token(), 1, ann.preferences(), false);
    assertThat(store.queue().settle(List.of(end(mixed, DeliveryState.ACCEPTED, "m")))).hasSize(1);
    assertThat(delivery(held.get(1)).state()).isEqualTo(DeliveryState.CLAIMED);
    settle(held.get(1), DeliveryState.ACCEPTED);
    settle(ann, DeliveryState.ACCEPTED);
  }

  @Test
  void acceptanceWhoseReplyWasLostIsNotRefused() throws Exception {
    settle(handOff(mail("ann")).get(0), DeliveryState.ACCEPTED); // Redis knows the script
    List<ClaimedDelivery> held = handOff(mail("bob"), mail("eve"));
    acceptanceIsNotRefusedWhenItsReplyIsLost(held);
  }

  private void acceptanceIsNotRefusedWhenItsReplyIsLost(List<ClaimedDelivery> held)
      throws Exception {
    List<Settlement> ends =
        held.stream().map(c -> end(c, DeliveryState.ACCEPTED, "m-" + id(c))).toList();
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", SERVER.port());
        RedisStore behind = RedisStore.create("redis://127.0.0.1:" + proxy.port())) {
      proxy.replies(FaultyProxy.Fault.blackHole());
      CompletableFuture<List<Settlement>> refused =
          CompletableFuture.supplyAsync(() -> behind.queue().settle(ends));
      Await.until("the acceptance", () -> delivery(held.get(1)).state() == DeliveryState.ACCEPTED);
      proxy.replies(FaultyProxy.Fault.none());
      proxy.resetAll();
      assertThat(refused.join()).isEmpty();
      assertThat(store.queue().settle(ends)).as("another call").hasSize(2);
    }
  }

  // ---- several deliveries

  @Test
  void contentOfSeveralStaysUntilTheLastIsDone() {
    NewNotification n = mail("ann", "bob", "eve");
    List<ClaimedDelivery> held = handOff(2, LEASE, n);
    assertThat(held).hasSize(2);
    settle(held.get(0), DeliveryState.ACCEPTED);
    settle(held.get(1), DeliveryState.RETRY_WAIT);
    List<ClaimedDelivery> rest = claim();
    assertThat(rest)
        .extracting(ClaimedDelivery::delivery)
        .containsExactlyInAnyOrder(
            n.deliveries().get(1).delivery(), n.deliveries().get(2).delivery());
    settle(rest.get(0), DeliveryState.ACCEPTED);
    assertThat(contents()).isPositive();
    settle(rest.get(1), DeliveryState.ACCEPTED);
    assertThat(contents()).isZero();
    assertThat(store.log().deliveries("", n.notification().id()))
        .extracting(Delivery::recipientId)
        .containsExactly("ann", "bob", "eve");
    assertThat(purge()).isEqualTo(3);
    assertThat(raw.notifications()).isZero();
    assertThat(raw.keys(":{0}:o")).isEmpty();
  }

  @Test
  void manyDeliveriesOfOneAreHandedOffAsFarAsALotReaches() {
    String[] many = new String[700];
    for (int i = 0; i < many.length; i++) {
      many[i] = "user-" + i;
    }
    List<ClaimedDelivery> held = handOff(1_000, LEASE, mail(many));
    assertThat(held).hasSize(512);
    assertThat(
            store
                .queue()
                .settle(held.stream().map(c -> end(c, DeliveryState.ACCEPTED, "m")).toList()))
        .isEmpty();
    assertThat(claim()).hasSize(100);
  }

  /** What leaves a lot has the contents of all of it read. */
  @Test
  void largeContentsMakeSeveralLots() {
    store.queue().append(List.of(twelveLarge()), Handoff.NONE, null);
    List<ClaimedDelivery> claimed = claim();
    assertThat(claimed).hasSize(12);
    assertThat(lots()).as("six of 200 kB are a MiB").isEqualTo(2);
    claimed.addAll(handOff(twelveLarge()));
    assertThat(lots()).isEqualTo(4);
    claimed.forEach(c -> settle(c, DeliveryState.ACCEPTED));
    assertThat(inFlight()).isZero();
    assertThat(contents()).isZero();
  }

  private NewNotification[] twelveLarge() {
    return IntStream.range(0, 12).mapToObj(i -> large("user-" + i)).toArray(NewNotification[]::new);
  }

  private NewNotification large(String recipient) {
    return mail(Map.of("text", "x".repeat(200_000)), DAY, null, recipient);
  }

  // ---- a person's deliveries

  @Test
  void purgeLosesNoneOfARecipients() {
    NewNotification later = mail(DAY, store.clock().instant().plus(DAY), "ann");
    handOff(100, LEASE, later);
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("ann"));
    NewNotification waits = mail(DAY, store.clock().instant().plus(DAY), "ann");
    handOff(100, LEASE, waits);
    held.forEach(c -> settle(c, DeliveryState.ACCEPTED));
    assertThat(store.log().ofRecipient("", "ann", 10)).hasSize(4);
    assertThat(purge()).isEqualTo(2);
    List<UUID> left =
        List.of(
            waits.deliveries().get(0).delivery().id(), later.deliveries().get(0).delivery().id());
    assertThat(store.log().ofRecipient("", "ann", 10))
        .extracting(Delivery::id)
        .containsExactlyElementsOf(left);
    assertThat(store.log().ofRecipient("", "ann", 1))
        .extracting(Delivery::id)
        .containsExactly(left.get(0));
    assertThat(store.recipients().erase("", "ann")).hasSize(2);
    assertThat(purge()).isEqualTo(2);
    assertThat(raw.keys(":{0}:r:*")).isEmpty();
    assertThat(people()).as("the epoch, and that she is erased").isEqualTo(2);
  }

  @Test
  void erasureClearsWhatIsHeldInALot() {
    store.recipients().save("", Recipient.builder("ann").build());
    NewNotification several = mail("ann", "bob");
    List<ClaimedDelivery> held = handOff(mail("ann"), mail("bob"), several);
    settle(held.get(0), DeliveryState.ACCEPTED);
    assertThat(raw.contains("ann@example.com")).isTrue();
    assertThat(store.recipients().erase("", "ann")).as("none of it waits").isEmpty();
    assertThat(raw.contains("ann@example.com")).isFalse();
    assertThat(raw.contains("bob@example.com")).isTrue();
    held.subList(1, 4).forEach(c -> settle(c, DeliveryState.ACCEPTED));
    assertThat(contents()).isZero();
    assertThat(inFlight()).isZero();
  }

  // ---- alone

  private ClaimedDelivery alone(String recipient) {
    return handOff(mail(recipient)).get(0);
  }

  @Test
  void whatIsHandedOffAloneIsHeldAcceptedFoundAndPurgedAsARow() {
    ClaimedDelivery held = alone("ann");
    assertThat(lots()).isZero();
    assertThat(inFlight()).isEqualTo(1);
    assertThat(delivery(held).state()).isEqualTo(DeliveryState.CLAIMED);
    settle(held, DeliveryState.ACCEPTED);
    Delivery d = delivery(held);
    assertThat(d.state()).isEqualTo(DeliveryState.ACCEPTED);
    assertThat(d.attempts()).isEqualTo(1);
    assertThat(d.provider()).isEqualTo("fake");
    assertThat(store.queue().findByProviderId("fake", "m-" + id(held))).contains(d);
    assertThat(store.log().deliveries("", d.notificationId())).containsExactly(d);
    assertThat(store.log().ofRecipient("", "ann", 10)).containsExactly(d);
    assertThat(inFlight()).isZero();
    assertThat(contents()).isZero();
    assertThat(purge()).isEqualTo(1);
    assertThat(raw.keys(":{0}:*"))
        .as("event ids and the epoch")
        .extracting(key -> new String(key.name(), java.nio.charset.StandardCharsets.ISO_8859_1))
        .containsExactlyInAnyOrder("notify:{0}:e", "notify:{0}:y", "notify:{0}:p");
    assertThat(people()).isEqualTo(1);
  }

  @Test
  void acceptanceWithoutTheProvidersIdIsKept() {
    ClaimedDelivery held = alone("ann");
    assertThat(store.queue().settle(List.of(end(held, DeliveryState.ACCEPTED, null)))).isEmpty();
    assertThat(delivery(held).provider()).isEqualTo("fake");
    assertThat(delivery(held).providerMessageId()).isNull();
    assertThat(raw.keys(":{0}:i")).isEmpty();
  }

  @Test
  void rowsThatEndDifferentlyAreWrittenTogether() {
    List<ClaimedDelivery> held = List.of(alone("ann"), alone("bob"), alone("eve"));
    List<Settlement> ends =
        List.of(
            end(held.get(0), DeliveryState.ACCEPTED, "a"),
            end(held.get(1), DeliveryState.RETRY_WAIT, null),
            end(held.get(2), DeliveryState.ACCEPTED, "e"));
    assertThat(store.queue().settle(ends)).isEmpty();
    assertThat(held)
        .extracting(c -> delivery(c).state())
        .containsExactly(DeliveryState.ACCEPTED, DeliveryState.RETRY_WAIT, DeliveryState.ACCEPTED);
    ClaimedDelivery again = claim().get(0);
    assertThat(again.delivery()).isEqualTo(held.get(1).delivery());
    settle(again, DeliveryState.ACCEPTED);
    assertThat(delivery(again).attempts()).isEqualTo(2);
    assertThat(store.log().attempts("", id(again))).hasSize(1);
    assertThat(contents()).isZero();
  }

  @Test
  void acceptancesOfRowsWhoseReplyWasLostAreNotRefused() throws Exception {
    settle(alone("ann"), DeliveryState.ACCEPTED); // Redis knows the script
    List<ClaimedDelivery> held = List.of(alone("bob"), alone("eve"));
    acceptanceIsNotRefusedWhenItsReplyIsLost(held);
  }

  /** Hands one off, and takes it back once its lease has lapsed. */
  private ClaimedDelivery lapsed() {
    ClaimedDelivery held = handOff(100, Duration.ofMillis(50), mail("ann")).get(0);
    pass(Duration.ofMillis(80));
    assertThat(store.queue().recover(3, DAY, 100)).hasSize(1);
    return held;
  }

  @Test
  void attemptBeforeAnAcceptanceIsLogged() {
    ClaimedDelivery held = alone("ann");
    Attempt failed =
        new Attempt(
            id(held), 1, "first", "Retryable", "503", store.clock().instant(), Duration.ZERO);
    Settlement accepted =
        new Settlement(held, DeliveryState.ACCEPTED, null, null, true, "fake", "m", failed);
    assertThat(store.queue().settle(List.of(accepted))).isEmpty();
    assertThat(store.log().attempts("", id(held))).hasSize(1);
  }

  @Test
  void acceptanceThatSpendsNoAttemptLeavesNone() {
    ClaimedDelivery held = alone("ann");
    Settlement accepted =
        new Settlement(held, DeliveryState.ACCEPTED, null, null, false, "fake", "m", null);
    assertThat(store.queue().settle(List.of(accepted))).isEmpty();
    assertThat(delivery(held).attempts()).isZero();
  }

  @Test
  void rowThatExpiresIsNotAccepted() {
    ClaimedDelivery held = alone("ann");
    Settlement expired =
        new Settlement(held, DeliveryState.EXPIRED, null, null, true, null, null, null);
    assertThat(store.queue().settle(List.of(expired))).isEmpty();
    assertThat(delivery(held).state()).isEqualTo(DeliveryState.EXPIRED);
  }

  @Test
  void acceptanceOfARowThatWaitsAgainIsRefused() {
    ClaimedDelivery late = lapsed();
    assertThat(store.queue().settle(List.of(end(late, DeliveryState.ACCEPTED, "z")))).hasSize(1);
    assertThat(claim()).extracting(RedisLotTest::id).containsExactly(id(late));
  }

  @Test
  void oneLostClaimAmongAcceptancesIsRefusedAlone() {
    ClaimedDelivery zombie = lapsed();
    ClaimedDelivery holder = claim().get(0);
    assertThat(holder.token()).isGreaterThan(zombie.token());
    ClaimedDelivery bob = alone("bob");
    Settlement late = end(zombie, DeliveryState.ACCEPTED, "z");
    List<Settlement> refused =
        store.queue().settle(List.of(late, end(bob, DeliveryState.ACCEPTED, "b")));
    assertThat(refused).containsExactly(late);
    assertThat(delivery(bob).state()).isEqualTo(DeliveryState.ACCEPTED);
    assertThat(delivery(holder).state()).isEqualTo(DeliveryState.CLAIMED);
    settle(holder, DeliveryState.ACCEPTED);
  }

  @Test
  void nothingIsHandedOffAheadOfWhatIsDue() {
    assertThat(handOff(0, LEASE, mail("ann"))).isEmpty();
    assertThat(handOff(1, LEASE, mail("bob"))).isEmpty();
    assertThat(claim())
        .extracting(c -> c.delivery().recipientId())
        .containsExactlyInAnyOrder("ann", "bob");
    assertThat(handOff(1, LEASE, mail("eve"))).hasSize(1);
  }

  @Test
  void acceptanceWithoutTheProvidersIdKeepsTheOneBefore() {
    ClaimedDelivery held = alone("ann");
    settle(held, DeliveryState.RETRY_WAIT);
    Settlement accepted = end(claim().get(0), DeliveryState.ACCEPTED, null);
    assertThat(store.queue().settle(List.of(accepted))).isEmpty();
    assertThat(delivery(held).providerMessageId()).isEqualTo("m-" + id(held));
  }

  @Test
  void contentOfSeveralThatWereHandedBackGoesWithTheLast() {
    List<Settlement> back =
        handOff(mail("ann", "bob")).stream()
            .map(
                c ->
                    new Settlement(
                        c, DeliveryState.READY, null, Duration.ZERO, false, null, null, null))
            .toList();
    assertThat(store.queue().settle(back)).isEmpty();
    List<ClaimedDelivery> held = claim();
    settle(held.get(0), DeliveryState.ACCEPTED);
    assertThat(contents()).isEqualTo(2);
    settle(held.get(1), DeliveryState.ACCEPTED);
    assertThat(contents()).isZero();
  }

  @Test
  void whatHasNoEventIdIsHandedOffOnceHoweverOftenItIsAppended() {
    for (int i = 0; i < 20; i++) {
      NewNotification mail = mail((Duration) null, null, "ann");
      assertThat(handOff(mail)).hasSize(1);
      assertThat(handOff(100, LEASE, mail)).isEmpty();
    }
    assertThat(inFlight()).isEqualTo(20);
    assertThat(raw.deliveries()).isEqualTo(20);
  }

  // ---- event ids

  @Test
  void lonelyAppendsForgetWhatOnesBeforeThemRemembered() {
    for (int i = 0; i < 400; i++) {
      alone("ann");
      handOff(mail(Duration.ofMillis(1), null, "bob"));
    }
    assertThat(raw.fields("e", field -> true)).isLessThan(650);
  }

  @Test
  void eventsAreForgottenWhenTheirWindowsHavePassed() {
    Duration window = Duration.ofMillis(200);
    NewNotification brief = mail(window, null, "ann");
    handOff(brief, mail("bob"));
    assertThat(store.queue().findEvent("", brief.notification().eventId())).isPresent();
    pass(window);
    assertThat(store.queue().findEvent("", brief.notification().eventId())).isEmpty();
    assertThat(raw.contains(brief.notification().eventId())).isTrue();
    store.queue().recover(3, DAY, 1);
    assertThat(raw.fields("e", field -> true)).isEqualTo(1);
    assertThat(raw.keys(":{0}:y").get(0).<Long>ask((r, key) -> r.zcard(key))).isEqualTo(1);
  }
}
