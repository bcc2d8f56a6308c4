package dev.notifykit.test.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.test.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** What the cases of {@link StoreContract} stand on: the subclass's seams and common steps. */
abstract class StoreFixture {
  static final String TENANT = "";
  static final String OTHER_TENANT = "other";
  static final String WORKER = "worker-1";
  static final int MAX_RECOVERIES = 3;

  /**
   * Scripts, characters of 4 bytes, combining marks, and what SQL, JSON and Lua give meaning to.
   */
  static final String TEXT = "Zoë 김민준 أحمد 👩‍👩‍👧 𝒳 e\u0301 \u202e '\"\\;--%_ {}[]";

  private final List<NotificationStore> nodes = new ArrayList<>();
  private String name = "";
  private @Nullable NotificationStore first;
  private @Nullable TimeOrderedUuids ids;

  /** The random source of this test; its seed is printed, and stands in a failure. */
  Random random = new Random();

  private long seed;

  @RegisterExtension
  final TestExecutionExceptionHandler failuresTellTheSeed =
      (test, failure) -> {
        failure.addSuppressed(new Seed(seed));
        throw failure;
      };

  StoreFixture() {}

  /**
   * Opens a node on the data of this name. The first node of a new name finds nothing there. Later
   * ones share the data with those that are open, or find what closed ones left, as far as {@link
   * #capabilities} go. Names are letters, digits and underscores; one is in use at a time.
   *
   * @param dataName names the data
   * @throws Exception if it cannot be opened; the test fails
   */
  protected abstract NotificationStore open(String dataName) throws Exception;

  /**
   * Lets time go by on the store's clock: moves a clock that can be set, and waits where the store
   * has a clock of its own.
   *
   * @param by at least so much, at most {@link #longestAdvance}
   */
  protected abstract void advance(Duration by);

  /**
   * Returns the step of time in which the cases count: leases are 10 of them. Default a minute,
   * right for a clock that can be set. With a clock of the store's own, as short as lets a claim
   * and its settlement surely end within 10: 200 ms or so.
   */
  protected Duration unit() {
    return Duration.ofMinutes(1);
  }

  /** Returns how far {@link #advance} can go; default without end. Cases that need more skip. */
  protected Duration longestAdvance() {
    return Duration.ofDays(1_000_000);
  }

  /**
   * Returns how far {@link NotificationStore#clock} may be from the times the store writes. Default
   * not at all, right for a clock that can be set; some milliseconds where it estimates a server's.
   */
  protected Duration clockError() {
    return Duration.ZERO;
  }

  /** Returns what the store promises beyond what every store does; default nothing. */
  protected Set<StoreCapability> capabilities() {
    return EnumSet.noneOf(StoreCapability.class);
  }

  /**
   * Returns a look at the raw data, or empty, the default, where there is none.
   *
   * @param dataName names the data
   */
  protected Optional<RawState> raw(String dataName) {
    return Optional.empty();
  }

  /**
   * Ends a node as if its process died: nothing is handed back or finished. Default: closes it.
   *
   * @param node a node that {@link #open} returned
   */
  protected void crash(NotificationStore node) {
    node.close();
  }

  /**
   * Returns a connection with an open transaction on the data. The case commits or rolls back, and
   * closes it. Needed with {@link StoreCapability#JOINS_TRANSACTIONS}.
   *
   * @param dataName names the data
   * @throws SQLException if it cannot be opened
   */
  protected Connection beginTransaction(String dataName) throws SQLException {
    throw new SQLException("the store joins transactions, but beginTransaction is not overridden");
  }

  /**
   * Removes the data after a test. Default: nothing.
   *
   * @param dataName names the data
   * @throws Exception if it cannot be removed; the test fails
   */
  protected void drop(String dataName) throws Exception {}

  @BeforeEach
  final void openFirstNode(TestInfo test) throws Exception {
    seed = Long.getLong("notifykit.seed", System.nanoTime());
    random = new Random(seed);
    System.out.printf("%s: -Dnotifykit.seed=%d%n", test.getDisplayName(), seed);
    name = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    first = openNode();
    ids = new TimeOrderedUuids(first.clock());
  }

  @AfterEach
  final void closeNodesAndDropData() throws Exception {
    nodes.forEach(NotificationStore::close);
    nodes.clear();
    drop(name);
  }

  // ---- nodes

  final NotificationStore store() {
    NotificationStore opened = first;
    if (opened == null) {
      throw new IllegalStateException("the store is opened before each test");
    }
    return opened;
  }

  /** A second node where the store can be shared, else the first. */
  final NotificationStore another() throws Exception {
    return has(StoreCapability.SHARED) ? openNode() : store();
  }

  final NotificationStore openNode() throws Exception {
    NotificationStore node = open(name);
    nodes.add(node);
    return node;
  }

  /** Ends the first node as in a crash and goes on with a new one. */
  final void crashAndReopen() throws Exception {
    NotificationStore died = store();
    nodes.remove(died);
    crash(died);
    first = openNode();
  }

  final Connection begin() throws SQLException {
    return beginTransaction(name);
  }

  final boolean has(StoreCapability capability) {
    return capabilities().contains(capability);
  }

  final void requires(StoreCapability capability) {
    assumeTrue(has(capability), capability.without());
  }

  final RawState requireRaw() {
    Optional<RawState> raw = raw(name);
    assumeTrue(raw.isPresent(), "there is no look at the raw data");
    return raw.orElseThrow();
  }

  // ---- time

  final Duration units(long count) {
    return unit().multipliedBy(count);
  }

  final Duration lease() {
    return units(10);
  }

  final void requireAdvance(Duration by) {
    assumeTrue(by.compareTo(longestAdvance()) <= 0, "the store has its own clock; a wait of " + by);
  }

  /** The store's time, without the digits that no store need keep. */
  final Instant now() {
    return store().clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  // ---- appending

  final UUID newId() {
    TimeOrderedUuids source = ids;
    if (source == null) {
      throw new IllegalStateException("the ids start before each test");
    }
    return source.next();
  }

  final Draft draft() {
    return new Draft(this::newId, now());
  }

  final AppendResult appendAll(List<NewNotification> batch) {
    return store().queue().append(batch, Handoff.NONE, null);
  }

  final Appended append(Draft draft) {
    return appendAll(List.of(draft.build())).notifications().get(0);
  }

  /** Appends mails to that many recipients and returns their ids, in order. */
  final List<UUID> appendReady(int count) {
    Draft draft = draft();
    for (int i = 0; i < count; i++) {
      draft.mail("user-" + i);
    }
    append(draft);
    return draft.deliveryIds();
  }

  final UUID appendOne() {
    return appendReady(1).get(0);
  }

  // ---- claiming and settling

  final List<ClaimedDelivery> claim(NotificationStore node, String worker, int max) {
    return claim(node, Route.EMAIL, worker, max);
  }

  final List<ClaimedDelivery> claim(NotificationStore node, Route route, String worker, int max) {
    return node.queue().claim(new ClaimRequest(route, worker, max, lease())).claimed();
  }

  final List<ClaimedDelivery> claim(int max) {
    return claim(store(), WORKER, max);
  }

  final ClaimedDelivery claimOne() {
    List<ClaimedDelivery> claimed = claim(1);
    assertThat(claimed).as("claimed").hasSize(1);
    return claimed.get(0);
  }

  /** Claims until nothing is left. */
  final List<ClaimedDelivery> claimEverything() {
    List<ClaimedDelivery> all = new ArrayList<>();
    List<ClaimedDelivery> some = claim(100);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = claim(100);
    }
    return all;
  }

  final Settlement settlement(ClaimedDelivery claimed, DeliveryState to) {
    return switch (to) {
      case ACCEPTED -> settlement(claimed, to, null, null, "msg-" + claimed.delivery().id());
      case RETRY_WAIT, UNKNOWN -> settlement(claimed, to, "503", units(10), null);
      case DEAD -> settlement(claimed, to, "REJECTED", null, null);
      case SUPPRESSED -> settlement(claimed, to, "OPTED_OUT", null, null);
      default -> settlement(claimed, to, null, null, null);
    };
  }

  final Settlement settlement(
      ClaimedDelivery claimed,
      DeliveryState to,
      @Nullable String reason,
      @Nullable Duration delay,
      @Nullable String messageId) {
    Attempt attempt =
        to == DeliveryState.ACCEPTED ? null : attempt(claimed, "Retryable", reason, now());
    return new Settlement(claimed, to, reason, delay, true, "fake", messageId, attempt);
  }

  final Attempt attempt(
      ClaimedDelivery claimed, String outcome, @Nullable String code, Instant startedAt) {
    Duration took = Duration.ofMillis(120);
    UUID id = claimed.delivery().id();
    return new Attempt(id, claimed.attempt(), "fake", outcome, code, startedAt, took);
  }

  final void settle(ClaimedDelivery claimed, DeliveryState to) {
    settle(settlement(claimed, to));
  }

  final void settle(Settlement settlement) {
    assertThat(store().queue().settle(List.of(settlement))).as("refused").isEmpty();
  }

  /** Claims the one delivery that is due and settles it. */
  final UUID claimAndSettle(DeliveryState to) {
    ClaimedDelivery claimed = claimOne();
    settle(claimed, to);
    return claimed.delivery().id();
  }

  /** Appends one mail and brings it to a state by the usual way. */
  final UUID deliveryIn(DeliveryState state) {
    switch (state) {
      case SCHEDULED -> {
        Draft draft = draft().mailAt("user-1", now().plus(units(50)));
        append(draft);
        return draft.deliveryIds().get(0);
      }
      case CANCELLED -> {
        Draft draft = draft().mail("user-1");
        append(draft);
        store().queue().cancel(TENANT, draft.id());
        return draft.deliveryIds().get(0);
      }
      default -> {
        UUID id = appendOne();
        if (state != DeliveryState.READY) {
          bring(claimOne(), state);
        }
        return id;
      }
    }
  }

  final void bring(ClaimedDelivery claimed, DeliveryState state) {
    boolean byReceipt = state == DeliveryState.DELIVERED || state == DeliveryState.UNDELIVERED;
    if (state != DeliveryState.CLAIMED) {
      settle(claimed, byReceipt ? DeliveryState.ACCEPTED : state);
    }
    if (byReceipt) {
      assertThat(store().queue().advance(claimed.delivery().id(), state, null, null)).isPresent();
    }
  }

  final List<StateChange> recover() {
    return recover(store());
  }

  final List<StateChange> recover(NotificationStore node) {
    return node.queue().recover(MAX_RECOVERIES, units(20), 1_000);
  }

  // ---- looking

  final Delivery delivery(UUID id) {
    return store().log().find(TENANT, id).orElseThrow(() -> new AssertionError("not in the log"));
  }

  final DeliveryState stateOf(UUID id) {
    return delivery(id).state();
  }

  static List<UUID> idsOf(List<ClaimedDelivery> claimed) {
    return claimed.stream().map(c -> c.delivery().id()).toList();
  }

  static Set<UUID> idsOfChanges(List<StateChange> changes) {
    return changes.stream().map(c -> c.delivery().id()).collect(Collectors.toSet());
  }

  static Stream<DeliveryState> statesAfterClaimed() {
    return Arrays.stream(DeliveryState.values()).filter(DeliveryState.CLAIMED::canBecome);
  }

  /** Waits until that many things were told of. */
  static void awaitSize(Collection<?> told, int size) {
    Await.until(size + " things to be told of", () -> told.size() >= size);
  }

  // ---- threads

  /** Runs a task that many times at once, all starting together, and returns what they returned. */
  static <T> List<T> together(int threads, IndexedTask<T> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch start = new CountDownLatch(1);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int index = i;
        Callable<T> call =
            () -> {
              start.await();
              return task.run(index);
            };
        futures.add(pool.submit(call));
      }
      start.countDown();
      return results(futures);
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> List<T> results(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        throw new AssertionError("a thread failed", e.getCause());
      }
    }
    return results;
  }

  /** How to repeat what failed. */
  private static final class Seed extends Exception {
    Seed(long seed) {
      super(
          "-Dnotifykit.seed=" + seed,
          /* cause= */ null,
          /* enableSuppression= */ false,
          /* writableStackTrace= */ false);
    }
  }

  /** Something that several threads do. */
  interface IndexedTask<T> {
    T run(int index) throws Exception;
  }
}
