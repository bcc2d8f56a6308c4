package dev.notifykit.test.store.jdbc;

import static dev.notifykit.DeliveryState.ACCEPTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.Target;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.Subscription;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.test.Await;
import dev.notifykit.test.FaultyProxy;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JdbcStore on PostgreSQL, fsync on. */
final class PostgresJdbcStoreTest extends JdbcStoreCases {
  private final BlockingQueue<Route> told = new LinkedBlockingQueue<>();

  @Override
  DataSource dataSource() {
    return PostgresServer.pool();
  }

  private JdbcStore node() {
    return node(dataSource());
  }

  private JdbcStore node(DataSource pool) {
    return JdbcStore.builder(pool).tablePrefix(prefix()).wakeNodes(true).build();
  }

  /** Opens a node and waits until it listens: it then looks at every route once. */
  private JdbcStore listening() {
    JdbcStore node = node();
    node.queue().onWork(told::add);
    Await.until("the node listens", () -> told.containsAll(List.of(Route.values())));
    told.clear();
    return node;
  }

  private NewNotification sms(String user) {
    return notification(user, "event-" + user, Target.phone("+14155550100"));
  }

  @Test
  void nodeIsToldOnceOfTheBatchThatAnotherAppends() {
    try (JdbcStore node = listening();
        JdbcStore teller = node()) {
      List<NewNotification> batch =
          IntStream.range(0, 500).mapToObj(i -> sms("user-" + i)).toList();
      teller.queue().append(batch, Handoff.NONE, null);
      teller.queue().append(List.of(mail("last")), Handoff.NONE, null);
      Await.until("the node is told", () -> told.contains(Route.EMAIL));
      assertThat(Collections.frequency(told, Route.SMS)).isEqualTo(1);
    }
  }

  @Test
  void nodeIsToldOfWorkInATransactionWhenItCommits() throws SQLException {
    try (JdbcStore node = listening();
        JdbcStore teller = node();
        Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      teller.queue().append(List.of(sms("u")), Handoff.NONE, c);
      teller.queue().append(List.of(mail("v")), Handoff.NONE, null);
      Await.until("the node is told of what is committed", () -> told.contains(Route.EMAIL));
      assertThat(told).doesNotContain(Route.SMS);
      c.commit();
      c.setAutoCommit(true);
      Await.until("the node is told of the rest", () -> told.contains(Route.SMS));
    }
  }

  @Test
  void nodeThatLosesItsConnectionListensAgain() throws SQLException {
    try (JdbcStore node = listening();
        JdbcStore teller = node();
        Connection c = dataSource().getConnection()) {
      c.createStatement()
          .execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'");
      Await.until("the node looks again", () -> told.containsAll(List.of(Route.values())));
      told.clear();
      teller.queue().append(List.of(sms("u")), Handoff.NONE, null);
      Await.until("the node is told", () -> told.contains(Route.SMS));
    }
  }

  /** As behind a router that forgets connections on which nothing is said. */
  @Test
  void nodeThatLosesItsConnectionWithoutAWordListensAgain() throws SQLException {
    HikariConfig config = new HikariConfig();
    String url = PostgresServer.pool().getJdbcUrl();
    URI server = URI.create(url.substring("jdbc:".length()));
    try (FaultyProxy proxy = FaultyProxy.to(server.getHost(), server.getPort())) {
      config.setJdbcUrl(url.replace(":" + server.getPort(), ":" + proxy.port()));
      config.setMinimumIdle(0);
      try (HikariDataSource own = new HikariDataSource(config);
          JdbcStore node = node(own)) {
        node.queue().onWork(told::add);
        Await.until("the node listens", () -> told.containsAll(List.of(Route.values())));
        told.clear();
        proxy.replies(FaultyProxy.Fault.blackHole());
        int before = proxy.connections();
        Await.until("the node looks for another", () -> proxy.connections() > before);
        proxy.resetAll();
        proxy.heal();
        Await.until("the node looks again", () -> told.containsAll(List.of(Route.values())));
      }
    }
  }

  /** As one that asks for a password first, which is not answered for a moment. */
  @Test
  void nodeListensOnceItsDataSourceThrowsNoMore() {
    AtomicBoolean threw = new AtomicBoolean();
    DataSource throwing =
        (DataSource)
            Proxy.newProxyInstance(
                PostgresJdbcStoreTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                  boolean isEar = Thread.currentThread().getName().equals("notifykit-listen");
                  if (isEar && threw.compareAndSet(false, true)) {
                    throw new IllegalStateException("no password for the moment");
                  }
                  return method.invoke(dataSource(), arguments);
                });
    try (JdbcStore node = node(throwing)) {
      node.queue().onWork(told::add);
      Await.until("the node listens", () -> told.containsAll(List.of(Route.values())));
      assertThat(threw).isTrue();
    }
  }

  @Test
  void nodeThatDoesNotAskForItKeepsNoConnection() throws SQLException {
    try (JdbcStore quiet = JdbcStore.builder(dataSource()).tablePrefix(prefix()).build()) {
      quiet.queue().append(List.of(sms("u")), Handoff.NONE, null);
      assertThat(raw().count("SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"))
          .isZero();
    }
  }

  private static InboxEntry entry(String title) {
    return new InboxEntry(
        UUID.randomUUID(), title, null, null, Map.of(), "orders", Instant.EPOCH, null);
  }

  /**
   * One text could not hold them: the ids are the longest, and none is told of before all are
   * there.
   */
  @Test
  void nodeTellsItsListenersOnceOfInboxEntriesThatAnotherAdds() {
    String tenant = "가".repeat(200);
    String user = "나".repeat(200);
    Queue<InboxEntry> here = new ConcurrentLinkedQueue<>();
    Queue<InboxEntry> there = new ConcurrentLinkedQueue<>();
    Queue<InboxEntry> others = new ConcurrentLinkedQueue<>();
    List<InboxEntry> entries = IntStream.range(0, 50).mapToObj(i -> entry("entry " + i)).toList();
    CountDownLatch added = new CountDownLatch(1);
    try (JdbcStore node = listening();
        JdbcStore teller = node(tellingAfter(added));
        Subscription mine = teller.inbox().subscribe(tenant, user, here::add);
        Subscription told = node.inbox().subscribe(tenant, user, there::add);
        Subscription another = node.inbox().subscribe(tenant, "another", others::add)) {
      entries.forEach(e -> teller.inbox().add(tenant, user, e));
      entries.forEach(e -> teller.inbox().add(tenant, user, e));
      added.countDown();
      Await.until("the node has told its listener", () -> there.size() >= entries.size());
      teller.inbox().add(tenant, "another", entry("last"));
      Await.until("the node has told the other", () -> !others.isEmpty());
      assertThat(there).containsExactlyInAnyOrderElementsOf(entries);
      assertThat(here).containsExactlyElementsOf(entries);
      assertThat(others).hasSize(1);
    }
  }

  /** Keeps the thread that tells other nodes waiting for its connection. */
  private DataSource tellingAfter(CountDownLatch latch) {
    return (DataSource)
        proxy(
            DataSource.class,
            dataSource(),
            (method, result) -> {
              if (Thread.currentThread().getName().equals("notifykit-tell")) {
                Await.until("it may tell", () -> latch.getCount() == 0);
              }
              return result;
            });
  }

  /** Such as what a later version may say. */
  @Test
  void wordsThatANodeDoesNotKnowArePassedOver() throws SQLException {
    Queue<InboxEntry> there = new ConcurrentLinkedQueue<>();
    try (JdbcStore node = listening();
        JdbcStore teller = node();
        Subscription mine = node.inbox().subscribe("", "user", there::add);
        Connection c = dataSource().getConnection()) {
      for (String words : List.of("", "?", "n a:b:c", "n *:*:*", "n a:b:c:d", "n NOWHERE")) {
        try (PreparedStatement s = c.prepareStatement(EVERY_CHANNEL)) {
          s.setString(1, words);
          s.executeQuery().close();
        }
      }
      teller.inbox().add("", "user", entry("known"));
      Await.until("the node has told its listener", () -> !there.isEmpty());
    }
  }

  private static final String EVERY_CHANNEL =
      "SELECT pg_notify(substr(query, 8), ?) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'";

  /**
   * Another holds one bucket and wants a second, which the append took before it wants the first.
   */
  @Test
  void deadlockIsTriedAgain() throws Exception {
    TokenBucket bucket = new TokenBucket(10, Duration.ofHours(1));
    List<BucketCharge> charges =
        List.of(
            new BucketCharge("a", bucket, OnLimit.DROP),
            new BucketCharge("b", bucket, OnLimit.DROP));
    Target target = Target.phone("+14155550100");
    store().queue().append(List.of(notification("u", "1", target, charges)), Handoff.NONE, null);
    int appended = 1;
    boolean isOurs;
    do { // the database gives up the one that waited for a second when it looks, which may be ours
      isOurs = isGivenUp(notification("u", String.valueOf(++appended), target, charges));
    } while (isOurs && appended < 10);
    assertThat(isOurs).isFalse();
    assertThat(raw().notifications()).isEqualTo(appended);
  }

  /** Has an append meet a transaction of ours in a deadlock; returns whether ours is given up. */
  private boolean isGivenUp(NewNotification appended) throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      lockBucket(c, "b");
      Future<AppendResult> append =
          other.submit(() -> store().queue().append(List.of(appended), Handoff.NONE, null));
      Await.until(
          "the append waits", () -> raw().count(WAITING.formatted(prefix() + "bucket")) > 0);
      boolean isOurs = isDeadlock(c);
      c.rollback();
      c.setAutoCommit(true);
      assertThat(append.get().notifications().get(0).verdict()).isEqualTo(Verdict.NEW);
      return isOurs;
    } finally {
      other.shutdownNow();
    }
  }

  private boolean isDeadlock(Connection c) throws SQLException {
    try {
      lockBucket(c, "a");
      return false;
    } catch (SQLException e) {
      if (!"40P01".equals(e.getSQLState())) {
        throw e;
      }
      return true;
    }
  }

  private static final String WAITING =
      "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
          + " AND query LIKE '%%%s%%'";

  private void lockBucket(Connection c, String key) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "SELECT full_at FROM " + prefix() + "bucket WHERE bucket_key = ? FOR UPDATE")) {
      s.setString(1, key);
      s.executeQuery().close();
    }
  }

  /** Copied rows cannot be passed over, and in the caller's transaction nothing may fail. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eventIdThatIsTakenWhileALargeBatchIsStoredIsARepeat(boolean inCallersTransaction)
      throws Exception {
    List<NewNotification> batch = IntStream.range(0, 100).mapToObj(i -> sms("u-" + i)).toList();
    NewNotification first = sms("u-50");
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Connection c = dataSource().getConnection();
        Connection callers = dataSource().getConnection()) {
      c.setAutoCommit(false);
      callers.setAutoCommit(false);
      store().queue().append(List.of(first), Handoff.NONE, c);
      Future<AppendResult> append =
          other.submit(
              () ->
                  store()
                      .queue()
                      .append(batch, Handoff.NONE, inCallersTransaction ? callers : null));
      Await.until(
          "the batch waits", () -> raw().count(WAITING.formatted(prefix() + "notification")) > 0);
      c.commit();
      List<AppendResult.Appended> stored = append.get().notifications();
      callers.commit();
      c.setAutoCommit(true);
      callers.setAutoCommit(true);
      assertThat(stored.get(50).verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThat(stored.get(50).notificationId()).isEqualTo(first.notification().id());
      assertThat(stored).filteredOn(n -> n.verdict() == Verdict.NEW).hasSize(99);
    } finally {
      other.shutdownNow();
    }
    assertThat(raw().notifications()).isEqualTo(100);
    assertThat(raw().deliveries()).isEqualTo(100);
  }

  /** A pool may hide the driver, and the driver may be another. */
  @Test
  void largeBatchesAreStoredWithoutTheDriversCopy() {
    List<NewNotification> batch = IntStream.range(0, 100).mapToObj(i -> sms("u-" + i)).toList();
    try (JdbcStore store =
        JdbcStore.builder(hidingTheDriver(dataSource())).tablePrefix(prefix()).build()) {
      store.queue().append(batch, Handoff.NONE, null);
      List<Settlement> ends =
          store
              .queue()
              .claim(new ClaimRequest(Route.SMS, "w", 100, Duration.ofMinutes(1)))
              .claimed()
              .stream()
              .map(c -> new Settlement(c, ACCEPTED, null, null, true, "p", "1", null))
              .toList();
      assertThat(ends).hasSize(100);
      assertThat(store.queue().settle(ends)).isEmpty();
    }
    assertThat(raw().deliveries()).isEqualTo(100);
  }

  private static DataSource hidingTheDriver(DataSource pool) {
    return (DataSource)
        proxy(
            DataSource.class,
            pool,
            (method, result) ->
                method.equals("getConnection")
                    ? proxy(
                        Connection.class,
                        result,
                        (m, r) -> m.equals("isWrapperFor") ? Boolean.FALSE : r)
                    : result);
  }

  private static Object proxy(
      Class<?> type, Object target, BiFunction<String, Object, Object> answer) {
    return Proxy.newProxyInstance(
        PostgresJdbcStoreTest.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) ->
            answer.apply(method.getName(), method.invoke(target, arguments)));
  }

  private List<BucketCharge> charges() {
    return List.of(new BucketCharge("a", new TokenBucket(10, Duration.ofHours(1)), OnLimit.DROP));
  }

  private NewNotification limited(String eventId) {
    return notification("u", eventId, Target.phone("+14155550100"), charges());
  }

  /** Another lets go of a bucket once the append has given up waiting for it. */
  @Test
  void lockTimeoutIsTriedAgain() throws Exception {
    store().queue().append(List.of(limited("1")), Handoff.NONE, null);
    AtomicInteger borrowed = new AtomicInteger();
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(PostgresServer.pool().getJdbcUrl());
    config.setConnectionInitSql("SET lock_timeout = '100ms'");
    config.setMaximumPoolSize(3);
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (HikariDataSource own = new HikariDataSource(config);
        JdbcStore impatient =
            JdbcStore.builder(counting(own, borrowed)).tablePrefix(prefix()).build();
        Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      lockBucket(c, "a");
      borrowed.set(0);
      Future<AppendResult> append =
          other.submit(() -> impatient.queue().append(List.of(limited("2")), Handoff.NONE, null));
      Await.until("it is tried again", () -> borrowed.get() > 1);
      c.commit();
      c.setAutoCommit(true);
      assertThat(append.get().notifications().get(0).verdict()).isEqualTo(Verdict.NEW);
    } finally {
      other.shutdownNow();
    }
    assertThat(raw().notifications()).isEqualTo(2);
  }

  private static DataSource counting(DataSource pool, AtomicInteger borrowed) {
    return (DataSource)
        Proxy.newProxyInstance(
            PostgresJdbcStoreTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              borrowed.addAndGet(method.getName().equals("getConnection") ? 1 : 0);
              return method.invoke(pool, arguments);
            });
  }

  /** What the caller began, only the caller can begin again. */
  @Test
  void serializationFailureInTheCallersTransactionIsAStoreException() throws SQLException {
    store().queue().append(List.of(limited("1")), Handoff.NONE, null);
    try (Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      c.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      c.createStatement().executeQuery("SELECT 1 FROM " + prefix() + "bucket").close();
      store().queue().append(List.of(limited("2")), Handoff.NONE, null);
      assertThatThrownBy(() -> store().queue().append(List.of(limited("3")), Handoff.NONE, c))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("40001")
          .hasMessageContaining("roll it back");
      c.rollback();
      c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      c.setAutoCommit(true);
    }
    assertThat(raw().notifications()).isEqualTo(2);
  }

  @Test
  void appendOnConnectionsThatTheServerEndedIsTriedAgain() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(PostgresServer.pool().getJdbcUrl() + "&ApplicationName=" + prefix());
    config.setMaximumPoolSize(3);
    try (HikariDataSource own = new HikariDataSource(config);
        JdbcStore restarted = JdbcStore.builder(own).tablePrefix(prefix()).build()) {
      restarted.queue().append(List.of(mail("a"), mail("b")), Handoff.NONE, null);
      raw()
          .count(
              "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                  + " WHERE application_name = '"
                  + prefix()
                  + "'");
      restarted.queue().append(List.of(mail("c"), mail("d")), Handoff.NONE, null);
    }
    assertThat(raw().notifications()).isEqualTo(4);
  }
}
