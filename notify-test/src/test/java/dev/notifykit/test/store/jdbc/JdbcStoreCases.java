package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.Priority;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.Target;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.PreferenceStore.Restrictions;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.jdbc.TransactionSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.store.redis.Sends;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What JdbcStore promises beyond the contract, on each database. */
@Timeout(120)
abstract class JdbcStoreCases {
  private static final Duration LEASE = Duration.ofMinutes(1);
  private static final Duration ONE_HOUR = Duration.ofHours(1);
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final TimeOrderedUuids ids = new TimeOrderedUuids(InstantSource.system());
  private String prefix = "";
  private JdbcStore store;

  abstract DataSource dataSource();

  boolean binaryIds() {
    return false;
  }

  @BeforeEach
  void open() {
    prefix =
        "c" + Math.floorMod(System.nanoTime(), 1_000_000) + "_" + NAMES.incrementAndGet() + "_";
    store = opened(prefix);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private JdbcStore opened(String tablePrefix) {
    return JdbcStore.builder(dataSource()).tablePrefix(tablePrefix).build();
  }

  final JdbcStore store() {
    return store;
  }

  final String prefix() {
    return prefix;
  }

  final RawTables raw() {
    return new RawTables(dataSource(), prefix, binaryIds());
  }

  final NewNotification mail(String user) {
    UUID id = ids.next();
    return mail(user, "event-" + id);
  }

  private NewNotification mail(String user, String eventId) {
    return notification(user, eventId, Target.email(user + "@example.com"));
  }

  private NewNotification mail(String user, String eventId, List<BucketCharge> charges) {
    return notification(user, eventId, Target.email(user + "@example.com"), charges);
  }

  final NewNotification notification(String user, String eventId, Target target) {
    return notification(user, eventId, target, List.of());
  }

  final NewNotification notification(
      String user, String eventId, Target target, List<BucketCharge> charges) {
    StoredNotification n = Sends.notification(store, eventId);
    QueuedDelivery d = new QueuedDelivery(ids.next(), n, user, null, target, null, null);
    return new NewNotification(
        n,
        Duration.ofDays(1),
        List.of(new NewDelivery(d, DeliveryState.READY, null, null, charges)));
  }

  private void append(NewNotification... batch) {
    store.queue().append(List.of(batch), Handoff.NONE, null);
  }

  private ClaimBatch claim(int max) {
    return store.queue().claim(new ClaimRequest(Route.EMAIL, "w", max, LEASE));
  }

  private static Settlement settlement(ClaimedDelivery c, DeliveryState to, String reason) {
    return new Settlement(c, to, reason, null, true, "smtp", "id-" + c.delivery().id(), null);
  }

  private static <T> List<T> together(int threads, java.util.concurrent.Callable<T> task)
      throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> f : pool.invokeAll(IntStream.range(0, threads).mapToObj(i -> task).toList())) {
        results.add(f.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  // ---- tables

  @Test
  void itsClockIsRightInWhateverZoneTheProcessIs() {
    assertThat(store.clock().instant())
        .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
  }

  @Test
  void nodesThatMigrateAtOnceMakeTheTablesOnce() throws Exception {
    String fresh = prefix + "m_";
    List<Integer> runs =
        together(
            6,
            () -> {
              try (JdbcStore node = opened(fresh)) {
                return node.migrate();
              }
            });
    assertThat(runs).containsOnly(0);
    assertThat(raw().count("SELECT COUNT(*) FROM " + fresh + "schema_version")).isEqualTo(2);
  }

  @Test
  void whatWasSuppressedUnderAPlainFingerprintIsLookedFor() throws Exception {
    Target address = Target.email("x@example.com");
    assertThat(TargetKeys.of(List.of(), store.once()).all(address)).hasSize(1);
    String older = prefix + "v1_";
    try (JdbcStore first = opened(older)) {
      first.preferences().suppressTarget("", address.key(), "bounced");
    }
    try (Connection c = dataSource().getConnection();
        Statement s = c.createStatement()) {
      s.execute("DROP TABLE " + older + "once");
      s.execute("DELETE FROM " + older + "schema_version WHERE version = 2");
    }
    try (JdbcStore second = opened(older)) {
      List<String> keys = TargetKeys.of(List.of(), second.once()).all(address);
      assertThat(keys).hasSize(2).contains(address.key());
      assertThat(second.preferences().suppressedTargets("", keys)).containsExactly(address.key());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a-b", "a b", "a;drop table x", "ä", "\"a\"", "a.b"})
  void namesThatWouldNeedQuotingAreRefused(String name) {
    assertThatThrownBy(() -> JdbcStore.builder(dataSource()).tablePrefix(name).build())
        .isInstanceOf(ConfigurationException.class);
    if (!name.isEmpty()) {
      assertThatThrownBy(() -> JdbcStore.builder(dataSource()).schema(name).build())
          .isInstanceOf(ConfigurationException.class);
    }
  }

  @Test
  void prefixOfThirtyTwoCharactersIsRefused() {
    assertThatThrownBy(() -> JdbcStore.builder(dataSource()).tablePrefix("a".repeat(32)).build())
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void prefixOfThirtyOneCharactersWorks() {
    try (JdbcStore other = opened("p" + prefix + "a".repeat(30 - prefix.length()))) {
      assertThat(other.queue().depths()).containsKey(Route.EMAIL);
    }
  }

  /** Together they are longer than a name may be, such as that of MySQL's lock. */
  @Test
  void schemaAndPrefixOfThirtyOneCharactersWork() throws SQLException {
    String schema = prefix + "s".repeat(31 - prefix.length());
    String longest = "p".repeat(31);
    try (Connection c = dataSource().getConnection();
        Statement s = c.createStatement()) {
      s.execute("CREATE SCHEMA " + schema);
      try (JdbcStore other =
          JdbcStore.builder(dataSource()).schema(schema).tablePrefix(longest).build()) {
        assertThat(other.queue().depths()).containsKey(Route.EMAIL);
      } finally {
        s.execute("DROP SCHEMA " + schema + (binaryIds() ? "" : " CASCADE")); // not MySQL's
      }
    }
  }

  @Test
  void openingWithoutMigrationSaysThatTheTablesAreMissing() {
    assertThatThrownBy(
            () -> JdbcStore.builder(dataSource()).tablePrefix("none_").migrate(false).build())
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("migrate");
  }

  // ---- transactions

  @Test
  void rollbackLeavesNothing() throws SQLException {
    try (Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      store.queue().append(List.of(mail("u"), mail("v")), Handoff.NONE, c);
      assertThat(raw().notifications()).isZero();
      c.rollback();
      c.setAutoCommit(true);
    }
    assertThat(raw().notifications()).isZero();
    assertThat(raw().deliveries()).isZero();
  }

  @Test
  void callersConnectionIsLeftAsItWas() throws SQLException {
    try (Connection c = dataSource().getConnection()) {
      c.setAutoCommit(false);
      int isolation = c.getTransactionIsolation();
      store.queue().append(List.of(mail("u")), Handoff.NONE, c);
      assertThat(c.isClosed()).isFalse();
      assertThat(c.getAutoCommit()).isFalse();
      assertThat(c.getTransactionIsolation()).isEqualTo(isolation);
      c.commit();
      c.setAutoCommit(true);
    }
    assertThat(claim(10).claimed()).hasSize(1);
  }

  @Test
  void connectionInAutoCommitModeIsRefused() throws SQLException {
    try (Connection c = dataSource().getConnection()) {
      assertThatThrownBy(() -> store.queue().append(List.of(mail("u")), Handoff.NONE, c))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("auto-commit");
    }
    assertThat(raw().notifications()).isZero();
  }

  @Test
  void sendsInSeveralTransactionsDoNotWaitForEachOther() throws SQLException {
    BucketCharge a = new BucketCharge("a", new TokenBucket(9, ONE_HOUR), OnLimit.DROP);
    BucketCharge b = new BucketCharge("b", new TokenBucket(9, ONE_HOUR), OnLimit.DROP);
    for (BucketCharge known : List.of(a, b)) {
      store.rateLimits().take(known, 1);
    }
    try (Connection first = dataSource().getConnection();
        Connection second = dataSource().getConnection()) {
      first.setAutoCommit(false);
      second.setAutoCommit(false);
      for (String event : List.of("order-5", "order-3", "order-7")) {
        appendIn(first, mail("u", event + "-1", List.of(a)));
        appendIn(second, mail("u", event + "-2", List.of(b)));
      }
      second.commit();
      first.commit();
      second.setAutoCommit(true);
      first.setAutoCommit(true);
    }
    assertThat(claim(10).claimed()).hasSize(6);
  }

  private void appendIn(Connection transaction, NewNotification notification) {
    store.queue().append(List.of(notification), Handoff.NONE, transaction);
  }

  /** What a framework does with its threads' transactions. */
  private static final class Bound implements TransactionSource {
    private Connection connection;
    private final List<Runnable> afterCommit = new ArrayList<>();

    @Override
    public Connection current() {
      return connection;
    }

    @Override
    public void afterCommit(Runnable action) {
      afterCommit.add(action);
    }
  }

  @Test
  void sendJoinsTheTransactionOfItsThread() throws SQLException {
    Bound bound = new Bound();
    Set<Route> woken = ConcurrentHashMap.newKeySet();
    try (JdbcStore joined =
            JdbcStore.builder(dataSource()).tablePrefix(prefix).transactions(bound).build();
        Connection c = dataSource().getConnection()) {
      joined.queue().onWork(woken::add);
      c.setAutoCommit(false);
      bound.connection = c;
      Handoff room = new Handoff("w", LEASE, Map.of(Route.EMAIL, 10));
      assertThat(joined.queue().append(List.of(mail("u")), room, null).handedOff()).isEmpty();
      assertThat(raw().notifications()).isZero();
      assertThat(woken).isEmpty();
      c.commit();
      c.setAutoCommit(true);
      bound.afterCommit.forEach(Runnable::run);
      assertThat(woken).containsExactly(Route.EMAIL);
    }
    assertThat(claim(10).claimed()).hasSize(1);
  }

  // ---- coalescing

  @Test
  void concurrentAppendsAreAllStored() throws Exception {
    together(
        24,
        () -> {
          for (int i = 0; i < 20; i++) {
            append(mail("u"));
          }
          return true;
        });
    assertThat(raw().notifications()).isEqualTo(480);
  }

  @Test
  void appendThatCannotBeStoredFailsAlone() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    List<Boolean> stored =
        together(
            16,
            () -> {
              boolean bad = turn.getAndIncrement() % 4 == 0;
              try {
                append(mail(bad ? "x".repeat(300) : "u"));
                return true;
              } catch (StoreException e) {
                assertThat(bad).isTrue();
                assertThat(e.toString() + e.getCause()).doesNotContain("xxx").doesNotContain("@");
                return false;
              }
            });
    assertThat(stored.stream().filter(s -> s).count()).isEqualTo(12);
    assertThat(raw().notifications()).isEqualTo(12);
  }

  @Test
  void oneEventIdFromTwoHundredThreadsIsStoredOnce() throws Exception {
    try (JdbcStore second = opened(prefix)) {
      AtomicInteger turn = new AtomicInteger();
      together(
          40,
          () -> {
            for (int i = 0; i < 5; i++) {
              JdbcStore node = turn.getAndIncrement() % 2 == 0 ? store : second;
              node.queue().append(List.of(mail("u", "one")), Handoff.NONE, null);
            }
            return true;
          });
    }
    assertThat(raw().notifications()).isEqualTo(1);
    assertThat(raw().deliveries()).isEqualTo(1);
  }

  // ---- large batches, which some databases are given in another way

  private NewNotification varied(int i) {
    StoredNotification like = mail("u").notification();
    StoredNotification n =
        new StoredNotification(
            like.id(),
            i % 2 == 0 ? "" : "t2",
            like.eventId(),
            Long.MIN_VALUE + i,
            "order-shipped",
            "orders",
            i % 3 == 0 ? null : "topic-" + i,
            Priority.values()[i % 3],
            i % 2 == 0 ? UnknownOutcome.PREFER_SILENCE : UnknownOutcome.PREFER_DUPLICATE,
            like.createdAt(),
            i % 4 == 0 ? like.createdAt().plus(ONE_HOUR) : null,
            like.content());
    Target target = Target.email("user-" + i + "@example.com");
    String name = i % 5 == 0 ? null : "Änn \"👩‍👩‍👧\" \t\\N, " + "x".repeat(i * 2_000);
    QueuedDelivery d =
        new QueuedDelivery(
            ids.next(), n, "user-" + i, name, target, Locale.KOREAN, ZoneId.of("Asia/Seoul"));
    return new NewNotification(
        n,
        i % 7 == 0 ? null : Duration.ofDays(1),
        List.of(new NewDelivery(d, DeliveryState.READY, null, null, List.of())));
  }

  @Test
  void largeBatchComesBackAsItWasGiven() {
    List<NewNotification> batch = IntStream.range(0, 50).mapToObj(this::varied).toList();
    List<QueuedDelivery> given = batch.stream().map(n -> n.deliveries().get(0).delivery()).toList();
    store.queue().append(batch, Handoff.NONE, null);
    List<ClaimedDelivery> claimed = claim(100).claimed();
    assertThat(claimed)
        .extracting(ClaimedDelivery::delivery)
        .containsExactlyInAnyOrderElementsOf(given);
    List<Settlement> ends = new ArrayList<>();
    for (ClaimedDelivery c : claimed) {
      boolean dead = c.delivery().recipientId().endsWith("7");
      ends.add(
          settlement(
              c, dead ? DeliveryState.DEAD : DeliveryState.ACCEPTED, dead ? "REJECTED" : null));
    }
    assertThat(store.queue().settle(ends)).isEmpty();
    for (Settlement end : ends) {
      QueuedDelivery d = end.claimed().delivery();
      String tenant = d.notification().tenant();
      Delivery logged = store.log().find(tenant, d.id()).orElseThrow();
      assertThat(logged.state()).isEqualTo(end.to());
      assertThat(logged.reason()).isEqualTo(end.reason());
      assertThat(logged.notificationId()).isEqualTo(d.notification().id());
      assertThat(logged.recipientId()).isEqualTo(d.recipientId());
      assertThat(logged.targetKey()).isEqualTo(d.target().key());
      assertThat(logged.route()).isEqualTo(Route.EMAIL);
      assertThat(logged.attempts()).isEqualTo(1);
      assertThat(logged.provider()).isEqualTo("smtp");
      assertThat(logged.providerMessageId()).isEqualTo(end.providerMessageId());
      boolean dead = end.to() == DeliveryState.DEAD;
      assertThat(store.queue().replay(tenant, d.id()).isPresent()).isEqualTo(dead);
    }
    assertThat(claim(100).claimed())
        .extracting(c -> c.delivery().recipientId())
        .containsExactlyInAnyOrder("user-7", "user-17", "user-27", "user-37", "user-47");
  }

  /** MariaDB takes no more than 16 MiB at once, unless told otherwise. */
  @Test
  void largeBatchOfLongTextsIsStored() {
    Content content = new Content(Map.of("text", "x".repeat(160 * 1024)), Map.of(), List.of());
    List<NewNotification> batch = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      StoredNotification n = mail("u").notification();
      batch.add(
          new NewNotification(
              new StoredNotification(
                  n.id(),
                  n.tenant(),
                  n.eventId(),
                  1,
                  n.template(),
                  n.category(),
                  null,
                  n.priority(),
                  n.unknownOutcome(),
                  n.createdAt(),
                  null,
                  content),
              ONE_HOUR,
              List.of()));
    }
    store.queue().append(batch, Handoff.NONE, null);
    assertThat(raw().notifications()).isEqualTo(130);
  }

  @Test
  void largeBatchStoresWhatIsNewAndTheOthersLearnWhomTheyMet() {
    NewNotification known = mail("u", "known");
    append(known);
    List<NewNotification> batch = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      batch.add(mail("u"));
    }
    batch.set(10, mail("u", "known"));
    batch.set(20, batch.get(30));
    Handoff handoff = new Handoff("w", LEASE, Map.of(Route.EMAIL, 100));
    AppendResult result = store.queue().append(batch, handoff, null);
    assertThat(result.notifications().get(10).notificationId())
        .isEqualTo(known.notification().id());
    assertThat(result.notifications().get(10).verdict()).isEqualTo(Verdict.DUPLICATE);
    assertThat(result.notifications()).filteredOn(n -> n.verdict() == Verdict.NEW).hasSize(38);
    assertThat(result.handedOff()).hasSize(38);
    assertThat(raw().notifications()).isEqualTo(39);
    assertThat(raw().deliveries()).isEqualTo(39);
  }

  @Test
  void sendsThatAskAtOnceEachLearnOfTheirOwn() throws Exception {
    for (int i = 0; i < 16; i++) {
      store.preferences().put(tenant(i), "user-" + i, optOut(i));
      if (i % 3 == 0) {
        store.preferences().suppressTarget(tenant(i), address(i).key(), "bounced");
      }
    }
    AtomicInteger turn = new AtomicInteger();
    together(
        16,
        () -> {
          int i = turn.getAndIncrement();
          for (int again = 0; again < 50; again++) {
            Restrictions found =
                store
                    .preferences()
                    .restrictions(tenant(i), List.of("user-" + i), List.of(address(i).key()));
            assertThat(found.preferences()).containsOnlyKeys("user-" + i);
            assertThat(found.preferences().get("user-" + i).choices()).containsExactly(optOut(i));
            assertThat(found.suppressed()).hasSize(i % 3 == 0 ? 1 : 0);
          }
          return true;
        });
  }

  private static String tenant(int i) {
    return i % 2 == 0 ? "" : "t2";
  }

  private static Target address(int i) {
    return Target.email("user-" + i + "@example.com");
  }

  private static Preference optOut(int i) {
    return new Preference(Channel.EMAIL, "category-" + i, null, false);
  }

  @Test
  void claimsThatAreSettledManyTimesAtOnceAreSettledOnce() throws Exception {
    List<NewNotification> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      sent.add(mail("u"));
    }
    append(sent.toArray(new NewNotification[0]));
    List<Settlement> ends =
        claim(100).claimed().stream()
            .map(c -> settlement(c, DeliveryState.ACCEPTED, null))
            .toList();
    List<Integer> refused = together(6, () -> store.queue().settle(ends).size());
    assertThat(refused).filteredOn(n -> n == 0).hasSize(1);
    assertThat(refused).filteredOn(n -> n == 100).hasSize(5);
    assertThat(raw().count("SELECT COUNT(*) FROM " + prefix + "log")).isEqualTo(100);
    assertThat(raw().count("SELECT COUNT(*) FROM " + prefix + "queue")).isZero();
  }

  // ---- failures

  @Test
  void exhaustedPoolIsAStoreException() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(dataSource());
    config.setMaximumPoolSize(1);
    config.setConnectionTimeout(250);
    try (HikariDataSource small = new HikariDataSource(config);
        JdbcStore starved = JdbcStore.builder(small).tablePrefix(prefix).build()) {
      NewNotification mail = mail("u");
      try (Connection taken = small.getConnection()) {
        assertThatThrownBy(() -> starved.queue().append(List.of(mail), Handoff.NONE, null))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("nothing was done");
      }
      assertThat(raw().notifications()).isZero();
      starved.queue().append(List.of(mail), Handoff.NONE, null);
    }
    assertThat(raw().notifications()).isEqualTo(1);
  }

  // ---- quarantine

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE %snotification SET content = 'nonsense' WHERE id = ?",
        "UPDATE %snotification SET content = '{\"v\":99}' WHERE id = ?",
        "UPDATE %snotification SET unknown_outcome = 'LATER' WHERE id = ?",
        "UPDATE %squeue SET address = '{\"v\":1,\"channel\":\"FAX\"}' WHERE notification_id = ?",
        "DELETE FROM %snotification WHERE id = ?"
      })
  void rowThatCannotBeReadIsDeadAndItsNeighboursGoOn(String damage) {
    NewNotification bad = mail("bad");
    append(mail("a"), bad, mail("b"));
    raw().update(damage.formatted(prefix), bad.notification().id());
    ClaimBatch batch = claim(10);
    assertThat(batch.claimed()).hasSize(2);
    assertThat(batch.quarantined()).hasSize(1);
    Delivery dead = batch.quarantined().get(0);
    assertThat(dead.state()).isEqualTo(DeliveryState.DEAD);
    assertThat(dead.reason()).isEqualTo(DeadReason.UNREADABLE.name());
    assertThat(store.log().find("", dead.id()).orElseThrow().state()).isEqualTo(DeliveryState.DEAD);
    assertThat(claim(10)).isEqualTo(ClaimBatch.EMPTY);
  }

  // ---- backup

  @Test
  void exportComesBackInAnotherStore() throws Exception {
    store
        .recipients()
        .save(
            "",
            Recipient.builder("ann")
                .name("Ann \"👩‍👩‍👧\"\n".strip())
                .email("ann@example.com")
                .device(Device.ios("a".repeat(64)))
                .build());
    store.preferences().put("", "ann", new Preference(Channel.SMS, "marketing", null, false));
    store.preferences().put("", "ann", new Preference(null, null, "friend-7", false));
    store
        .preferences()
        .putQuietHours("", "bob", QuietHours.between(LocalTime.of(22, 0), LocalTime.of(7, 30)));
    store.preferences().suppressTarget("t2", Target.email("x@example.com").key(), "bounced");
    List<NewNotification> sent = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      sent.add(mail("ann"));
    }
    store.queue().append(sent, Handoff.NONE, null);
    List<ClaimedDelivery> claimed = claim(600).claimed();
    List<Settlement> ends = new ArrayList<>();
    for (int i = 0; i < claimed.size(); i++) {
      boolean dead = i % 100 == 0;
      ends.add(
          settlement(
              claimed.get(i),
              dead ? DeliveryState.DEAD : DeliveryState.ACCEPTED,
              dead ? "REJECTED" : null));
    }
    assertThat(store.queue().settle(ends)).isEmpty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long lines = store.export(out);
    assertThat(lines).isGreaterThan(1_200);
    try (JdbcStore other = opened(prefix + "o_")) {
      for (int again = 0; again < 2; again++) {
        assertThat(other.importFrom(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(lines);
      }
      assertThat(other.recipients().find("", "ann")).isEqualTo(store.recipients().find("", "ann"));
      for (String user : List.of("ann", "bob")) {
        assertThat(Set.copyOf(other.preferences().find("", user).choices()))
            .isEqualTo(Set.copyOf(store.preferences().find("", user).choices()));
        assertThat(other.preferences().find("", user).quietHours())
            .isEqualTo(store.preferences().find("", user).quietHours());
      }
      assertThat(other.log().ofRecipient("", "ann", 5_000))
          .isEqualTo(store.log().ofRecipient("", "ann", 5_000))
          .hasSize(600);
      ByteArrayOutputStream second = new ByteArrayOutputStream();
      other.export(second);
      assertThat(second.toString(StandardCharsets.UTF_8))
          .isEqualTo(out.toString(StandardCharsets.UTF_8));
      UUID dead = other.log().deadLetters("", null, null, 1).get(0).id();
      assertThat(other.queue().replay("", dead)).isPresent();
      assertThat(other.queue().claim(new ClaimRequest(Route.EMAIL, "w", 5, LEASE)).claimed())
          .hasSize(1);
    }
  }

  @Test
  void importOfSomethingElseIsRefused() {
    for (String line :
        List.of("nonsense", "{}", "{\"v\":2,\"table\":\"log\"}", "{\"v\":1,\"table\":\"x\"}")) {
      assertThatThrownBy(
              () ->
                  store.importFrom(new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8))))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("line 1");
    }
  }

  // ---- time

  @Test
  void clockIsTheDatabases() {
    Instant before = store.clock().instant();
    append(mail("u"));
    ClaimedDelivery claimed = claim(1).claimed().get(0);
    Delivery seen = store.log().find("", claimed.delivery().id()).orElseThrow();
    assertThat(seen.updatedAt())
        .isBetween(before.minusMillis(250), store.clock().instant().plusMillis(250));
  }

  @Test
  void purgeKeepsListedDeadLettersAndLiveEventIds() {
    append(mail("u", "one"), mail("u", "two"));
    List<ClaimedDelivery> claimed = claim(10).claimed();
    store
        .queue()
        .settle(
            List.of(
                settlement(claimed.get(0), DeliveryState.ACCEPTED, null),
                settlement(claimed.get(1), DeliveryState.DEAD, "REJECTED")));
    assertThat(store.log().purge(Duration.ZERO)).isEqualTo(1);
    assertThat(store.log().deadLetters("", null, null, 10)).hasSize(1);
    assertThat(store.queue().findEvent("", "one")).isPresent();
    assertThat(raw().count("SELECT COUNT(*) FROM " + prefix + "notification WHERE purged > 0"))
        .isEqualTo(1);
  }

  @Test
  void replayWhilePurgeLooksForWhatIsInUseFindsItsContent() {
    StoredNotification n = Sends.notification(store, "both");
    append(
        new NewNotification(
            n, null, List.of(ready(n, "a@example.com"), ready(n, "b@example.com"))));
    List<ClaimedDelivery> claimed = claim(10).claimed();
    store
        .queue()
        .settle(
            List.of(
                settlement(claimed.get(0), DeliveryState.ACCEPTED, null),
                settlement(claimed.get(1), DeliveryState.DEAD, "REJECTED")));
    UUID dead = claimed.get(1).delivery().id();
    DataSource racing =
        AfterStatement.of(
            dataSource(),
            "notification_id FROM " + prefix + "queue",
            () -> store.queue().replay("", dead));
    try (JdbcStore other = JdbcStore.builder(racing).tablePrefix(prefix).build()) {
      assertThat(other.log().purge(Duration.ZERO)).isEqualTo(1);
    }
    ClaimBatch batch = store.queue().claim(new ClaimRequest(Route.EMAIL, "worker", 10, LEASE));
    assertThat(batch.quarantined()).isEmpty();
    assertThat(batch.claimed()).extracting(c -> c.delivery().id()).containsExactly(dead);
  }

  private NewDelivery ready(StoredNotification n, String address) {
    Target target = Target.email(address);
    QueuedDelivery d = new QueuedDelivery(ids.next(), n, address, null, target, null, null);
    return new NewDelivery(d, DeliveryState.READY, null, null, List.of());
  }

  /** Nodes of two releases share the tables while one takes the other's place. */
  @Test
  void choiceAboutAChannelThatOnlyANewerReleaseKnowsHoldsUpNobody() {
    store.preferences().put("", "ann", new Preference(Channel.SMS, null, null, false));
    store.preferences().put("", "ann", new Preference(Channel.PUSH, null, null, false));
    raw().update("UPDATE " + prefix + "preference SET channel = 'FAX' WHERE channel = 'PUSH'");
    append(mail("ann"), mail("bob"));
    ClaimBatch batch = store.queue().claim(new ClaimRequest(Route.EMAIL, "worker", 10, LEASE));
    assertThat(batch.quarantined()).isEmpty();
    assertThat(batch.claimed())
        .extracting(c -> c.delivery().recipientId())
        .containsExactlyInAnyOrder("ann", "bob");
    assertThat(store.preferences().find("", "ann").choices())
        .containsExactly(new Preference(Channel.SMS, null, null, false));
  }

  /** Here one that this release knows is counted, taken back and told of; the other goes along. */
  @Test
  void deliveryOnARouteThatOnlyANewerReleaseKnowsHoldsUpNobody() {
    append(mail("ann"), mail("bob"), mail("cid"), mail("dan"));
    List<UUID> claimed = claim(2).claimed().stream().map(c -> c.delivery().id()).toList();
    String newer = "UPDATE " + prefix + "queue SET route = 'PIGEON' WHERE ";
    raw().update(newer + "id = ?", claimed.get(1));
    raw().update(newer + "recipient_id = 'dan'");
    assertThat(store.queue().depths().get(Route.EMAIL))
        .extracting(RouteDepth::ready, RouteDepth::inFlight)
        .containsExactly(1L, 1L);

    raw().update("UPDATE " + prefix + "queue SET lease_until = 1 WHERE state = 'CLAIMED'");
    raw().update("UPDATE " + prefix + "queue SET expires_at = 1 WHERE lane IS NOT NULL");
    assertThat(store.queue().recover(3, ONE_HOUR, 100))
        .extracting(c -> c.delivery().state(), c -> c.delivery().recipientId())
        .containsExactly(tuple(DeliveryState.READY, "ann"), tuple(DeliveryState.EXPIRED, "cid"));
    assertThat(raw().deliveries(DeliveryState.READY)).isEqualTo(2);
    assertThat(raw().deliveries(DeliveryState.EXPIRED)).isEqualTo(2);
    assertThat(store.recipients().erase("", "bob")).isEmpty();
    assertThat(raw().deliveries(DeliveryState.SUPPRESSED)).isEqualTo(1);
  }

  @Test
  void purgeForgetsInboxEntriesThatWereRemoved() {
    InboxEntry removed = inboxEntry();
    InboxEntry kept = inboxEntry();
    for (InboxEntry entry : List.of(removed, kept)) {
      store.inbox().add("", "ann", entry);
    }
    store.inbox().markRead("", "ann", kept.id());
    store.inbox().remove("", "ann", removed.id());
    assertThat(raw().count("SELECT COUNT(*) FROM " + prefix + "inbox")).isEqualTo(2);
    store.log().purge(ONE_HOUR);
    assertThat(raw().count("SELECT COUNT(*) FROM " + prefix + "inbox")).isEqualTo(2);
    Await.until(
        "it was long enough ago",
        () -> {
          store.log().purge(Duration.ofMillis(1));
          return raw().count("SELECT COUNT(*) FROM " + prefix + "inbox") == 1;
        });
    assertThat(store.inbox().list("", "ann", null, 10)).extracting(InboxEntry::id).hasSize(1);
  }

  @Test
  void purgeForgetsEventsOfDeliveriesThatAreGone() {
    NewNotification waiting = mail("u");
    append(waiting);
    Instant old = store.clock().instant().minus(Duration.ofHours(2));
    UUID live = waiting.deliveries().get(0).delivery().id();
    UUID gone = ids.next();
    UUID lately = ids.next();
    track("live", live, old);
    track("gone", gone, old);
    track("lately", lately, store.clock().instant());
    store.log().purge(ONE_HOUR);
    assertThat(store.tracking().events("", gone)).isEmpty();
    assertThat(store.tracking().events("", live)).hasSize(1);
    assertThat(store.tracking().events("", lately)).hasSize(1);
  }

  private void track(String id, UUID delivery, Instant at) {
    TrackingEvent.Kind kind = TrackingEvent.Kind.CLICKED;
    assertThat(store.tracking().record(new TrackingEvent(id, "", delivery, kind, null, at)))
        .isTrue();
  }

  private InboxEntry inboxEntry() {
    Instant at = store.clock().instant();
    return new InboxEntry(ids.next(), "title", null, null, Map.of(), "orders", at, null);
  }
}
