package dev.notifykit.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationException;
import dev.notifykit.QueueFullException;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.TrackingEvent;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What InMemoryStore promises beyond the contract of every store. */
@Timeout(60)
final class InMemoryStoreTest {
  private final Given given = new Given();

  // --- transactions and capacity ------------------------------------------------------------

  @Test
  void appendWithAConnectionIsRefused() {
    InMemoryStore store = given.store().build();
    Connection connection =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> null);
    assertThatThrownBy(
            () -> store.queue().append(List.of(given.mail("u")), Handoff.NONE, connection))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("transaction");
    assertThat(Given.claim(store, 1)).isEmpty();
  }

  @Test
  void batchThatDoesNotFitIsRefusedWhole() {
    InMemoryStore store = given.store().capacity(3).build();
    Given.append(store, given.mail("a"), given.mail("b"));
    NewNotification c = given.mail("c", "event-c", List.of());
    NewNotification d = given.mail("d", "event-d", List.of());
    assertThatThrownBy(() -> Given.append(store, c, d))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("2 unsettled")
        .hasMessageContaining("room for 3");
    assertThat(store.queue().findEvent("", "event-c")).isEmpty();
    Given.append(store, c);
    assertThatThrownBy(() -> Given.append(store, d)).isInstanceOf(QueueFullException.class);
    assertThat(Given.claim(store, 10)).hasSize(3);
  }

  @Test
  void everyWayToSettleMakesRoom() {
    InMemoryStore store = given.store().capacity(1).build();
    for (DeliveryState to : DeliveryState.values()) {
      if (DeliveryState.CLAIMED.canBecome(to) && to.isTerminal()) {
        Given.append(store, given.mail("u"));
        Given.settle(store, Given.claim(store, 1), to);
      }
    }
    NewNotification cancelled = given.mail("u");
    Given.append(store, cancelled);
    assertThat(store.queue().cancel("", cancelled.notification().id())).hasSize(1);
    Given.append(store, given.mail("erased"));
    assertThat(store.recipients().erase("", "erased")).hasSize(1);
    NewNotification unknown = given.mail("u");
    Given.append(store, unknown);
    Given.settle(store, Given.claim(store, 1), DeliveryState.UNKNOWN);
    assertThatThrownBy(() -> Given.append(store, given.mail("u")))
        .as("an unknown outcome takes room")
        .isInstanceOf(QueueFullException.class);
    UUID id = unknown.deliveries().get(0).delivery().id();
    assertThat(store.queue().advance(id, DeliveryState.DELIVERED, null, null)).isPresent();
    Given.append(store, given.mail("u"));
  }

  @Test
  void repeatedEventTakesNoRoom() {
    InMemoryStore store = given.store().capacity(2).build();
    NewNotification first = given.mail("u", "same", List.of());
    Given.append(store, first);
    for (int i = 0; i < 5; i++) {
      Given.append(store, given.mail("u", "same", List.of()));
    }
    Given.append(store, given.mail("v"));
    assertThatThrownBy(() -> Given.append(store, given.mail("w")))
        .isInstanceOf(QueueFullException.class);
  }

  @Test
  void blockedAppendGoesOnWhenThereIsRoom() throws Exception {
    InMemoryStore store = given.store().capacity(1).blockWhenFull(Duration.ofSeconds(50)).build();
    Given.append(store, given.mail("a"));
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch started = new CountDownLatch(1);
      Future<?> blocked =
          pool.submit(
              () -> {
                started.countDown();
                Given.append(store, given.mail("b"));
              });
      started.await();
      Given.settle(store, Given.claim(store, 1), DeliveryState.ACCEPTED);
      blocked.get(40, TimeUnit.SECONDS);
      assertThat(Given.claim(store, 1)).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Or the claim would have lapsed before it was made, and be made again. */
  @Test
  void leaseOfWhatIsHandedOffAfterAWaitForRoomBeginsThen() throws Exception {
    InMemoryStore store = given.store().capacity(1).blockWhenFull(Duration.ofSeconds(50)).build();
    Given.append(store, given.mail("a"));
    List<ClaimedDelivery> first = Given.claim(store, 1);
    Handoff room = new Handoff("w", Given.LEASE, Map.of(Route.EMAIL, 1));
    FutureTask<AppendResult> blocked =
        new FutureTask<>(() -> store.queue().append(List.of(given.mail("b")), room, null));
    Thread thread = new Thread(blocked);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    given.advance(Given.LEASE.plusSeconds(1));
    Given.settle(store, first, DeliveryState.ACCEPTED);
    assertThat(blocked.get().handedOff()).hasSize(1);
    assertThat(store.queue().recover(3, Duration.ofHours(1), 10)).isEmpty();
  }

  @Test
  void blockedAppendIsRefusedAfterItsPatience() {
    InMemoryStore store = given.store().capacity(1).blockWhenFull(Duration.ofMillis(20)).build();
    Given.append(store, given.mail("a"));
    assertThatThrownBy(() -> Given.append(store, given.mail("b")))
        .isInstanceOf(QueueFullException.class);
  }

  @Test
  void interruptedAppendKeepsTheFlagAndStoresNothing() {
    InMemoryStore store = given.store().capacity(1).blockWhenFull(Duration.ofHours(1)).build();
    Given.append(store, given.mail("a"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Given.append(store, given.mail("b", "event-b", List.of())))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(store.queue().findEvent("", "event-b")).isEmpty();
  }

  @Test
  void impossibleOptionsAreRefusedByName() {
    assertRefused("capacity is 0", () -> InMemoryStore.builder().capacity(0));
    assertRefused("inboxSize is -1", () -> InMemoryStore.builder().inboxSize(-1));
    assertRefused("retention", () -> InMemoryStore.builder().retention(Duration.ZERO, 1));
    assertRefused("3,650", () -> InMemoryStore.builder().retention(Duration.ofDays(4_000), 1));
    assertRefused("count is 0", () -> InMemoryStore.builder().retention(Duration.ofDays(1), 0));
    assertRefused("blockWhenFull", () -> InMemoryStore.builder().blockWhenFull(Duration.ZERO));
    assertRefused("clock", () -> InMemoryStore.builder().clock(null));
  }

  private static void assertRefused(String says, Runnable option) {
    assertThatThrownBy(option::run)
        .isInstanceOf(NotificationException.class)
        .hasMessageContaining(says);
  }

  @Test
  void claimCannotEndAsWhatItCannotBecome() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mail("a"), given.mail("b"));
    List<ClaimedDelivery> claimed = Given.claim(store, 2);
    List<Settlement> settlements =
        List.of(
            Given.settlement(claimed.get(0), DeliveryState.ACCEPTED),
            Given.settlement(claimed.get(1), DeliveryState.CANCELLED));
    assertThatThrownBy(() -> store.queue().settle(settlements))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.queue().depths().get(Route.EMAIL).inFlight()).as("untouched").isEqualTo(2);
  }

  // --- the past -----------------------------------------------------------------------------

  @Test
  void pastIsForgottenByNumberOldestFirst() {
    InMemoryStore store = given.store().retention(Duration.ofDays(1), 10).build();
    List<UUID> settled = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      NewNotification n = given.mail("u");
      settled.add(n.deliveries().get(0).delivery().id());
      Given.append(store, n);
      Given.settle(store, Given.claim(store, 1), DeliveryState.ACCEPTED);
      given.advance(Duration.ofSeconds(1));
    }
    assertThat(store.log().ofRecipient("", "u", 100))
        .extracting(d -> d.id())
        .containsExactlyElementsOf(newestFirst(settled.subList(15, 25)));
  }

  private static List<UUID> newestFirst(List<UUID> ids) {
    List<UUID> reversed = new ArrayList<>(ids);
    Collections.reverse(reversed);
    return reversed;
  }

  @Test
  void pastIsForgottenByAge() {
    InMemoryStore store = given.store().retention(Duration.ofHours(1), 10).build();
    NewNotification old = given.mails(List.of("u", "v"), null, List.of());
    Given.append(store, old);
    Given.settle(store, Given.claim(store, 2), DeliveryState.ACCEPTED);
    given.advance(Duration.ofMinutes(61));
    store.queue().recover(3, Duration.ofHours(1), 100);
    assertThat(store.log().deliveries("", old.notification().id())).isEmpty();
    assertThat(store.log().ofRecipient("", "v", 10)).isEmpty();
  }

  @Test
  void listedDeadLettersOutliveTheAgeButNotTheNumber() {
    InMemoryStore store = given.store().retention(Duration.ofHours(1), 3).build();
    for (int i = 0; i < 5; i++) {
      Given.append(store, given.mail("u" + i));
      Given.settle(store, Given.claim(store, 1), DeliveryState.DEAD);
      given.advance(Duration.ofDays(2));
    }
    store.queue().recover(3, Duration.ofHours(1), 100);
    assertThat(store.log().deadLetters("", null, null, 10))
        .extracting(d -> d.recipientId())
        .containsExactly("u2", "u3", "u4");
  }

  /** One that was sent long before the others, as of a notification for later, dies last. */
  @Test
  void theDeadLetterThatDiedFirstIsDroppedFirstWheneverItWasSent() {
    InMemoryStore store = given.store().retention(Duration.ofHours(1), 3).build();
    Given.append(store, given.mail("sent first"));
    List<ClaimedDelivery> sentFirst = Given.claim(store, 1);
    for (int i = 0; i < 3; i++) {
      Given.append(store, given.mail("u" + i));
      Given.settle(store, Given.claim(store, 1), DeliveryState.DEAD);
    }
    Given.settle(store, sentFirst, DeliveryState.DEAD);
    assertThat(store.log().deadLetters("", null, null, 10))
        .extracting(d -> d.recipientId())
        .containsExactly("sent first", "u1", "u2");
  }

  @Test
  void whatWasThereBeforeAnyoneAskedIsFoundAndWhatComesAfterAndNothingForgotten() {
    InMemoryStore store = given.store().retention(Duration.ofDays(1), 3).build();
    List<NewNotification> sent = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      NewNotification n = given.mail("u");
      sent.add(n);
      Given.append(store, n);
      ClaimedDelivery claimed = Given.claim(store, 1).get(0);
      store.queue().settle(List.of(accepted(claimed, "p", "message-" + i)));
      given.advance(Duration.ofSeconds(1));
      if (i == 3) {
        assertFound(store, sent, List.of(1, 2, 3));
      }
    }
    assertFound(store, sent, List.of(3, 4, 5));
  }

  private static Settlement accepted(ClaimedDelivery claimed, String provider, String messageId) {
    return new Settlement(
        claimed, DeliveryState.ACCEPTED, null, null, true, provider, messageId, null);
  }

  private static void assertFound(
      InMemoryStore store, List<NewNotification> sent, List<Integer> kept) {
    for (int i = 0; i < sent.size(); i++) {
      UUID id = sent.get(i).notification().id();
      assertThat(store.log().deliveries("", id))
          .as("of notification %d", i)
          .hasSize(kept.contains(i) ? 1 : 0);
      assertThat(store.queue().findByProviderId("p", "message-" + i).isPresent())
          .as("by the provider's id %d", i)
          .isEqualTo(kept.contains(i));
    }
  }

  /** A dead letter stays where all that came with it is forgotten. */
  @Test
  void whatIsKeptIsFoundThoughMostOfWhatCameBesideItIsForgotten() {
    InMemoryStore store = given.store().retention(Duration.ofDays(1), 100).build();
    List<UUID> dead = new ArrayList<>();
    List<UUID> accepted = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Given.append(store, given.mail("u"));
      List<ClaimedDelivery> claimed = Given.claim(store, 1);
      boolean dies = i % 97 == 0;
      (dies ? dead : accepted).add(claimed.get(0).delivery().id());
      Given.settle(store, claimed, dies ? DeliveryState.DEAD : DeliveryState.ACCEPTED);
    }
    List<UUID> kept = new ArrayList<>(accepted.subList(accepted.size() - 100, accepted.size()));
    kept.addAll(dead);
    assertThat(store.log().ofRecipient("", "u", 2_000))
        .extracting(d -> d.id())
        .containsExactlyInAnyOrderElementsOf(kept);
    assertThat(kept).allMatch(id -> store.log().find("", id).isPresent());
    assertThat(accepted.subList(0, accepted.size() - 100))
        .noneMatch(id -> store.log().find("", id).isPresent());
  }

  @Test
  void claimIsSettledByItsHandleOrByItsIdAlike() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mail("a"), given.mail("b"));
    ClaimedDelivery first = Given.claim(store, 1).get(0);
    ClaimedDelivery second = Given.claim(store, 1).get(0);
    ClaimedDelivery withoutHandle =
        new ClaimedDelivery(
            second.delivery(), second.token(), second.attempt(), second.preferences(), false);
    Given.settle(store, List.of(first, withoutHandle), DeliveryState.ACCEPTED);
    assertThat(store.queue().depths().get(Route.EMAIL).inFlight()).isZero();
    List<Settlement> late = List.of(Given.settlement(first, DeliveryState.ACCEPTED));
    assertThat(store.queue().settle(late)).isEqualTo(late);
  }

  /** The ways to find a row begin to be kept while rows come, change and go. */
  @Test
  void nothingIsMissedWhileAnIndexBegins() throws Exception {
    for (int round = 0; round < 50; round++) {
      InMemoryStore store = given.store().build();
      List<UUID> sent = Collections.synchronizedList(new ArrayList<>());
      List<UUID> deliveries = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch begun = new CountDownLatch(20);
      Thread sender =
          new Thread(
              () -> {
                for (int i = 0; i < 200; i++) {
                  NewNotification n = given.mail("u");
                  Given.append(store, n);
                  ClaimedDelivery claimed = Given.claim(store, 1).get(0);
                  UUID id = n.notification().id();
                  store.queue().settle(List.of(accepted(claimed, "p", id.toString())));
                  sent.add(id);
                  deliveries.add(claimed.delivery().id());
                  begun.countDown();
                }
              });
      sender.start();
      begun.await();
      store.queue().findByProviderId("p", "nobody's");
      store.log().deliveries("", UUID.randomUUID());
      store.log().find("", UUID.randomUUID());
      sender.join();
      assertThat(deliveries).allMatch(id -> store.log().find("", id).isPresent());
      for (UUID id : sent) {
        assertThat(store.log().deliveries("", id)).hasSize(1);
        assertThat(store.queue().findByProviderId("p", id.toString())).isPresent();
      }
    }
  }

  @Test
  void halfForgottenNotificationStillShowsTheRest() {
    InMemoryStore store = given.store().retention(Duration.ofDays(1), 2).build();
    NewNotification n = given.mails(List.of("a", "b", "c", "d"), null, List.of());
    Given.append(store, n);
    Given.settle(store, Given.claim(store, 3), DeliveryState.ACCEPTED);
    assertThat(store.log().deliveries("", n.notification().id()))
        .extracting(d -> d.recipientId())
        .containsExactly("b", "c", "d");
  }

  @Test
  void eventIdIsForgottenWithItsWindowByTheStoresClock() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mail("u", "e-1", List.of()));
    given.advance(Duration.ofDays(1).minusSeconds(1));
    assertThat(verdict(store, "e-1")).isEqualTo(Verdict.DUPLICATE);
    given.advance(Duration.ofSeconds(2));
    assertThat(store.queue().findEvent("", "e-1")).isEmpty();
    assertThat(verdict(store, "e-1")).isEqualTo(Verdict.NEW);
  }

  private Verdict verdict(InMemoryStore store, String eventId) {
    return store
        .queue()
        .append(List.of(given.mail("u", eventId, List.of())), Handoff.NONE, null)
        .notifications()
        .get(0)
        .verdict();
  }

  @Test
  void removedInboxEntryDoesNotComeBackWithARepeat() {
    InMemoryStore store = given.store().inboxSize(2).build();
    InboxEntry entry = entry();
    assertThat(store.inbox().add("", "u", entry)).isTrue();
    assertThat(store.inbox().remove("", "u", entry.id())).isTrue();
    assertThat(store.inbox().add("", "u", entry)).isFalse();
    assertThat(store.inbox().list("", "u", null, 10)).isEmpty();
    assertThat(store.inbox().unread("", "u")).isZero();
    List<InboxEntry> later = List.of(entry(), entry(), entry());
    later.forEach(e -> store.inbox().add("", "u", e));
    assertThat(store.inbox().list("", "u", null, 10)).containsExactly(later.get(2), later.get(1));
  }

  private InboxEntry entry() {
    return new InboxEntry(
        given.ids.next(), "t", null, null, Map.of(), "default", given.now.get(), null);
  }

  // --- erasure ------------------------------------------------------------------------------

  @Test
  void retryOfAnErasedPersonIsClaimedAsErasedEvenAfterANewProfile() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mail("u"));
    List<ClaimedDelivery> inFlight = Given.claim(store, 1);
    assertThat(store.recipients().erase("", "u")).as("what waited").isEmpty();
    store.recipients().save("", Recipient.builder("u").email("new@example.com").build());
    Given.settle(store, inFlight, DeliveryState.RETRY_WAIT);
    ClaimedDelivery again = Given.claim(store, 1).get(0);
    assertThat(again.preferences().erased()).isTrue();
    assertThat(again.delivery().target().isMissing()).isTrue();
    assertThat(again.delivery().notification().content().data()).isEmpty();
    assertThat(store.preferences().find("", "u").erased()).isFalse();
  }

  @Test
  void erasureOfOneLeavesTheContentOfTheOthers() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mails(List.of("a", "b"), null, List.of()));
    assertThat(store.recipients().erase("", "a"))
        .singleElement()
        .satisfies(c -> assertThat(c.delivery().state()).isEqualTo(DeliveryState.SUPPRESSED));
    List<ClaimedDelivery> claimed = Given.claim(store, 10);
    assertThat(claimed).hasSize(1);
    assertThat(claimed.get(0).delivery().notification().content().data()).containsKey("a");
  }

  // --- order and hand-off -------------------------------------------------------------------

  @Test
  void handedBackDeliveriesComeBeforeLaterOnes() {
    InMemoryStore store = given.store().build();
    List<UUID> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      NewNotification n = given.mail("u");
      order.add(n.deliveries().get(0).delivery().id());
      Given.append(store, n);
      given.advance(Duration.ofSeconds(1));
    }
    List<ClaimedDelivery> claimed = new ArrayList<>(Given.claim(store, 4));
    Collections.shuffle(claimed, new Random(7));
    Given.settle(store, claimed, DeliveryState.READY);
    assertThat(Given.claim(store, 10))
        .extracting(c -> c.delivery().id())
        .containsExactlyElementsOf(order);
  }

  @Test
  void recoveredDeliveriesComeBeforeLaterOnes() {
    InMemoryStore store = given.store().build();
    List<UUID> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      NewNotification n = given.mail("u");
      order.add(n.deliveries().get(0).delivery().id());
      Given.append(store, n);
      given.advance(Duration.ofSeconds(1));
    }
    Given.claim(store, 4);
    given.advance(Given.LEASE);
    store.queue().recover(3, Duration.ofHours(1), 100);
    assertThat(Given.claim(store, 10))
        .extracting(c -> c.delivery().id())
        .containsExactlyElementsOf(order);
  }

  @Test
  void newWorkIsNotHandedOffPastABacklog() {
    InMemoryStore store = given.store().build();
    Given.append(store, given.mail("first"));
    Handoff room = new Handoff("w", Given.LEASE, Map.of(Route.EMAIL, 5));
    assertThat(store.queue().append(List.of(given.mail("second")), room, null).handedOff())
        .isEmpty();
    assertThat(Given.claim(store, 10))
        .extracting(c -> c.delivery().recipientId())
        .containsExactly("first", "second");
    assertThat(store.queue().append(List.of(given.mail("third")), room, null).handedOff())
        .hasSize(1);
  }

  @Test
  void listenerIsNotToldOfWhatWasHandedOff() {
    InMemoryStore store = given.store().build();
    List<Route> told = new ArrayList<>();
    store.queue().onWork(told::add);
    Handoff room = new Handoff("w", Given.LEASE, Map.of(Route.EMAIL, 1));
    store.queue().append(List.of(given.mail("a")), room, null);
    assertThat(told).isEmpty();
    store.queue().append(List.of(given.mail("b"), given.mail("c")), room, null);
    assertThat(told).as("once a batch").containsExactly(Route.EMAIL);
  }

  // --- concurrency --------------------------------------------------------------------------

  /**
   * Appenders and workers at once; workers accept, hand back, retry, let leases lapse and settle as
   * zombies. The ledger is what the workers themselves count as accepted.
   */
  @Test
  void nothingIsLostOrDoubledAmongManyThreads() throws Exception {
    InMemoryStore store =
        given.store().capacity(500).retention(Duration.ofDays(3_650), 100_000).build();
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    int appenders = 4;
    int each = 2_500;
    Set<UUID> appended = ConcurrentHashMap.newKeySet();
    Map<UUID, Integer> accepted = new ConcurrentHashMap<>();
    AtomicInteger left = new AtomicInteger(appenders * each);
    ExecutorService pool = Executors.newCachedThreadPool();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int a = 0; a < appenders; a++) {
        all.add(pool.submit(() -> appendAll(store, each, appended)));
      }
      for (int w = 0; w < 4; w++) {
        Random random = new Random(seed + w);
        all.add(pool.submit(() -> work(store, random, accepted, left)));
      }
      for (Future<?> thread : all) {
        thread.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(accepted.keySet()).as("lost, seed %d", seed).isEqualTo(appended);
    assertThat(accepted.values()).as("doubled, seed %d", seed).allMatch(count -> count == 1);
    assertThat(store.queue().depths().get(Route.EMAIL)).isEqualTo(RouteDepth.EMPTY);
    for (UUID id : appended) {
      assertThat(store.log().find("", id).orElseThrow().state()).isEqualTo(DeliveryState.ACCEPTED);
    }
    Given.append(store, full(500)); // every place came back
  }

  private NewNotification[] full(int count) {
    NewNotification[] batch = new NewNotification[count];
    for (int i = 0; i < count; i++) {
      batch[i] = given.mail("u");
    }
    return batch;
  }

  private void appendAll(InMemoryStore store, int count, Set<UUID> appended) {
    for (int i = 0; i < count; i++) {
      NewNotification n = given.mail("user-" + i);
      appended.add(n.deliveries().get(0).delivery().id());
      while (true) {
        try {
          Given.append(store, n);
          break;
        } catch (QueueFullException e) {
          Thread.yield();
        }
      }
    }
  }

  private void work(
      InMemoryStore store, Random random, Map<UUID, Integer> accepted, AtomicInteger left) {
    List<ClaimedDelivery> zombies = new ArrayList<>();
    while (left.get() > 0) {
      for (ClaimedDelivery claimed : Given.claim(store, 1 + random.nextInt(50))) {
        DeliveryState to =
            switch (random.nextInt(10)) {
              case 0 -> DeliveryState.READY;
              case 1 -> DeliveryState.RETRY_WAIT;
              case 2 -> DeliveryState.CLAIMED; // forgotten, to lapse
              default -> DeliveryState.ACCEPTED;
            };
        if (to == DeliveryState.CLAIMED) {
          zombies.add(claimed);
        } else {
          end(store, claimed, to, accepted, left);
        }
      }
      if (random.nextInt(5) == 0) {
        given.advance(Given.LEASE);
        store.queue().recover(Integer.MAX_VALUE, Duration.ofHours(1), 1 + random.nextInt(100));
      }
      if (zombies.size() > 20) {
        zombies.forEach(z -> end(store, z, DeliveryState.ACCEPTED, accepted, left));
        zombies.clear();
      }
    }
  }

  private static void end(
      InMemoryStore store,
      ClaimedDelivery claimed,
      DeliveryState to,
      Map<UUID, Integer> accepted,
      AtomicInteger left) {
    boolean written = store.queue().settle(List.of(Given.settlement(claimed, to))).isEmpty();
    if (written && to == DeliveryState.ACCEPTED) {
      accepted.merge(claimed.delivery().id(), 1, Integer::sum);
      left.decrementAndGet();
    }
  }

  /** F21, and whoever is told of the first finds it. */
  @Test
  void twoHundredAppendsOfOneEventMakeOneSet() throws Exception {
    for (int round = 0; round < 20; round++) {
      InMemoryStore store = given.store().build();
      ExecutorService pool = Executors.newFixedThreadPool(16);
      try {
        List<Future<Verdict>> verdicts = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          NewNotification n = given.mails(List.of("a", "b", "c"), "same", List.of());
          verdicts.add(pool.submit(() -> appendAndFind(store, n)));
        }
        int first = 0;
        for (Future<Verdict> verdict : verdicts) {
          first += verdict.get() == Verdict.NEW ? 1 : 0;
        }
        assertThat(first).isEqualTo(1);
        assertThat(Given.claim(store, 100)).hasSize(3);
      } finally {
        pool.shutdownNow();
      }
    }
  }

  private static Verdict appendAndFind(InMemoryStore store, NewNotification n) {
    var appended = store.queue().append(List.of(n), Handoff.NONE, null).notifications().get(0);
    assertThat(store.log().deliveries("", appended.notificationId())).hasSize(3);
    return appended.verdict();
  }

  @Test
  void repeatReturnsOnlyWhenTheFirstIsStored() throws Exception {
    InMemoryStore store = given.store().build();
    NewNotification first = given.mail("u", "same", List.of());
    CountDownLatch heldUp = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    NewNotification slow =
        new NewNotification(
            first.notification(), first.dedupeWindow(), heldUp(first.deliveries(), heldUp, go));
    Thread storing = new Thread(() -> Given.append(store, slow));
    storing.start();
    heldUp.await();
    Thread repeating = new Thread(() -> Given.append(store, given.mail("u", "same", List.of())));
    repeating.start();
    while (repeating.isAlive() && repeating.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(repeating.isAlive()).as("told of what is not stored").isTrue();
    go.countDown();
    repeating.join();
    assertThat(store.log().deliveries("", first.notification().id())).hasSize(1);
    storing.join();
  }

  /** A list that is counted at once and holds up whoever reads it then. */
  private static List<NewDelivery> heldUp(
      List<NewDelivery> deliveries, CountDownLatch heldUp, CountDownLatch go) {
    AtomicInteger reads = new AtomicInteger();
    return new AbstractList<>() {
      @Override
      public NewDelivery get(int index) {
        try {
          if (reads.incrementAndGet() > 1) {
            heldUp.countDown();
            go.await();
          }
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return deliveries.get(index);
      }

      @Override
      public int size() {
        return deliveries.size();
      }
    };
  }

  /** Batches that repeat each other's events in opposite order must not wait for each other. */
  @Test
  void crossedBatchesDoNotDeadlock() throws Exception {
    InMemoryStore store = given.store().build();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 2_000; round++) {
        String a = "a-" + round;
        String b = "b-" + round;
        Future<?> one = pool.submit(() -> appendPair(store, a, b));
        Future<?> two = pool.submit(() -> appendPair(store, b, a));
        one.get();
        two.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(store.queue().depths().get(Route.EMAIL).ready()).isEqualTo(4_000);
  }

  private void appendPair(InMemoryStore store, String first, String second) {
    Given.append(store, given.mail("u", first, List.of()), given.mail("u", second, List.of()));
  }

  /** F22: what is claimed after an erasure returned, is claimed as erased. */
  @Test
  void claimsAfterAnErasureSeeIt() throws Exception {
    InMemoryStore store = given.store().build();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 1_000; round++) {
        String user = "user-" + round;
        Future<?> appending = pool.submit(() -> Given.append(store, given.mail(user)));
        Future<?> erasing = pool.submit(() -> store.recipients().erase("", user));
        erasing.get();
        for (ClaimedDelivery claimed : Given.claim(store, 10)) {
          assertThat(claimed.preferences().erased()).isTrue();
        }
        appending.get();
        Given.claim(store, 10).forEach(c -> assertThat(c.preferences().erased()).isTrue());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Each click may be one, and nobody says how often a link is followed. */
  @Test
  void hundredsOfThousandsOfEventsOfOneDeliveryAreRecorded() {
    InMemoryStore store = given.store().build();
    UUID delivery = given.ids.next();
    int many = 300_000;
    for (int i = 0; i < many; i++) {
      store.tracking().record(clicked(i, delivery, given.now.get().minusSeconds(i)));
    }
    assertThat(store.tracking().events("", delivery))
        .hasSize(many)
        .isSortedAccordingTo(Comparator.comparing(TrackingEvent::at));
  }

  @Test
  void eventsOfADeliveryAreKeptAsLongAsThereAreNewOnes() {
    InMemoryStore store = given.store().retention(Duration.ofDays(1), 10).build();
    UUID delivery = given.ids.next();
    for (int i = 0; i < 3; i++) {
      store.tracking().record(clicked(i, delivery, given.now.get()));
      given.advance(Duration.ofHours(23));
    }
    assertThat(store.tracking().events("", delivery)).hasSize(3);
    given.advance(Duration.ofHours(2));
    assertThat(store.tracking().events("", delivery)).isEmpty();
  }

  private static TrackingEvent clicked(int number, UUID delivery, Instant at) {
    return new TrackingEvent("e" + number, "", delivery, TrackingEvent.Kind.CLICKED, null, at);
  }
}
