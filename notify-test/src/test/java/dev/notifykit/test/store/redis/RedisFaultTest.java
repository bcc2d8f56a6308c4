package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Attempt;
import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.store.redis.RedisStore.OnUnsafeSettings;
import dev.notifykit.test.Await;
import dev.notifykit.test.FaultyProxy;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong with Redis, on a server that the test may break. */
@Timeout(120)
final class RedisFaultTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private Duration lease = LEASE;

  private final List<RedisStore> stores = new ArrayList<>();
  private final List<String> losses = new CopyOnWriteArrayList<>();
  private RedisProcess server = RedisProcess.start("--appendfsync", "always");
  private RedisStore store = open(server.uri());

  @BeforeEach
  void nothingWasLostYet() {
    assertThat(losses).isEmpty();
  }

  @AfterEach
  void end() {
    stores.forEach(RedisStore::close);
    server.close();
  }

  private RedisStore open(String uri) {
    RedisStore opened =
        RedisStore.builder(uri).timeout(Duration.ofSeconds(15)).onDataLoss(losses::add).build();
    stores.add(opened);
    return opened;
  }

  private RawKeys raw() {
    return new RawKeys(List.of(server), "notify");
  }

  private List<ClaimedDelivery> claim(int max) {
    return store.queue().claim(new ClaimRequest(Route.EMAIL, "worker", max, LEASE)).claimed();
  }

  private static Settlement accepted(ClaimedDelivery c) {
    return new Settlement(c, DeliveryState.ACCEPTED, null, null, true, "fake", "m-1", null);
  }

  private static Settlement end(ClaimedDelivery c, DeliveryState to) {
    Attempt attempt =
        new Attempt(c.delivery().id(), 1, "fake", "Retryable", "503", Instant.EPOCH, Duration.ZERO);
    return new Settlement(c, to, "503", Duration.ZERO, true, "fake", null, attempt);
  }

  private List<ClaimedDelivery> handOff(String... events) {
    return handOff(
        Arrays.stream(events)
            .map(event -> Sends.mail(store, event))
            .toArray(NewNotification[]::new));
  }

  private List<ClaimedDelivery> handOff(NewNotification... batch) {
    Handoff room = new Handoff("worker", lease, Map.of(Route.EMAIL, 10));
    return store.queue().append(List.of(batch), room, null).handedOff();
  }

  // ---- crashes

  @Test
  void killedServerHasWhatItAcknowledged() {
    Set<String> acknowledged = new HashSet<>();
    for (int kill = 0; kill < 3; kill++) {
      int at = 200 + kill * 57;
      CompletableFuture<Void> killer = null;
      for (int i = 0; i < 400; i++) {
        if (i == at) {
          killer = CompletableFuture.runAsync(this::killAndRestart);
        }
        acknowledged.add(sendNew("kill-" + kill + "-" + i));
      }
      if (killer != null) {
        killer.join();
      }
    }
    assertThat(Sends.claimAll(store)).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(losses).isEmpty();
  }

  /** While a flush is under way, Redis answers before it has written; see the guide. */
  @Test
  void killedServerThatFlushesEverySecondHasWhatItHadWritten() {
    Set<String> acknowledged = new HashSet<>();
    for (int kill = 0; kill < 3; kill++) {
      server.ask(redis -> redis.configSet("appendfsync", "everysec"));
      for (int i = 0; i < 400; i++) {
        acknowledged.add(sendNew("kill-" + kill + "-" + i));
      }
      Await.until("what was answered to be written", this::hasWritten);
      killAndRestart();
    }
    assertThat(Sends.claimAll(store)).containsExactlyInAnyOrderElementsOf(acknowledged);
    assertThat(losses).isEmpty();
  }

  private boolean hasWritten() {
    return server.ask(redis -> redis.info("persistence")).contains("aof_buffer_length:0\r\n");
  }

  private void killAndRestart() {
    server.kill();
    server.restart();
  }

  private String sendNew(String event) {
    assertThat(Sends.send(store, event).verdict()).isEqualTo(Verdict.NEW);
    return event;
  }

  // ---- scripts and data that disappear

  @Test
  void scriptsAreLoadedAgainAfterAFlush() {
    Sends.send(store, "one");
    server.ask(redis -> redis.scriptFlush());
    Sends.send(store, "two");
    server.ask(redis -> redis.scriptFlush());
    List<ClaimedDelivery> claimed = claim(10);
    server.ask(redis -> redis.scriptFlush());
    assertThat(store.queue().settle(claimed.stream().map(RedisFaultTest::accepted).toList()))
        .isEmpty();
    assertThat(claimed).hasSize(2);
    assertThat(losses).isEmpty();
  }

  @Test
  void flushIsNoticedReportedOnceAndSurvived() {
    Sends.send(store, "before");
    List<ClaimedDelivery> held = claim(10);
    server.ask(redis -> redis.flushall());
    assertThat(store.queue().settle(List.of(accepted(held.get(0))))).hasSize(1);
    assertThat(losses).hasSize(1);
    assertThat(Sends.send(store, "before").verdict()).isEqualTo(Verdict.NEW);
    assertThat(claim(10)).hasSize(1);
    assertThat(losses).hasSize(1);
  }

  @Test
  void sendThatNoticesAFlushGoesOnWhateverIsToldOfItThrows() {
    RedisStore.Builder throwing =
        RedisStore.builder(server.uri())
            .onDataLoss(
                message -> {
                  throw new IllegalStateException("the pager is down");
                });
    try (RedisStore other = throwing.build()) {
      server.ask(redis -> redis.flushall());
      assertThat(Sends.send(other, "one").verdict()).isEqualTo(Verdict.NEW);
    }
  }

  @Test
  void flushIsNoticedByEveryNode() {
    RedisStore other = open(server.uri());
    server.ask(redis -> redis.flushall());
    Sends.send(store, "one");
    Sends.send(other, "two");
    Sends.send(store, "three");
    assertThat(losses).hasSize(2);
    assertThat(claim(10)).hasSize(3);
  }

  // ---- settings

  @ParameterizedTest
  @ValueSource(strings = {"appendonly no", "appendfsync no", "maxmemory-policy allkeys-lru"})
  void unsafeSettingIsRefusedWhereThatIsAskedFor(String setting) {
    String[] parts = setting.split(" ");
    server.ask(redis -> redis.configSet(parts[0], parts[1]));
    RedisStore.Builder refusing =
        RedisStore.builder(server.uri()).onUnsafeSettings(OnUnsafeSettings.REFUSE);
    assertThatThrownBy(refusing::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(parts[0])
        .hasMessageContaining(parts[0].equals("appendonly") ? "off" : parts[1]);
    open(server.uri());
  }

  @Test
  void safeSettingsAreNotRefused() {
    RedisStore.builder(server.uri()).onUnsafeSettings(OnUnsafeSettings.REFUSE).build().close();
  }

  @Test
  void dataOfAnotherLayoutIsRefused() {
    RedisStore.Builder other = RedisStore.builder(server.uri()).partitions(4);
    assertThatThrownBy(other::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("partitions");
  }

  /** It would be looked through for hashes of addresses that were made without a secret. */
  @Test
  void newStoreThatTwoNodesOpenIsNotTakenForAnOlderOne() {
    RedisStore other = open(server.uri());
    assertThat(other.once().putIfAbsent(TargetKeys.PLAIN, "no", null)).isEqualTo("no");
  }

  @Test
  void malformedOptionsAreRefused() {
    assertThatThrownBy(() -> RedisStore.create("redis:/:secret@"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("secret")
        .hasNoCause();
    assertThatThrownBy(() -> RedisStore.builder(server.uri()).keyPrefix("a{b").build())
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> RedisStore.builder(server.uri()).partitions(0))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> RedisStore.builder(server.uri()).inboxSize(0))
        .isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(RedisStore::clusterBuilder).isInstanceOf(ConfigurationException.class);
    assertThatThrownBy(() -> RedisStore.clusterBuilder((String) null))
        .isInstanceOf(ConfigurationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis-sentinel://:secret@127.0.0.1:1/0#m",
        "redis-socket:///none.sock",
        "redis://127.0.0.1:1 rediss://:secret@127.0.0.1:1"
      })
  void seedsThatAreNoServersOrNotAlikeAreRefused(String uris) {
    assertThatThrownBy(RedisStore.clusterBuilder(uris.split(" "))::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("seeds")
        .hasMessageNotContaining("secret");
  }

  @Test
  void serverThatIsNotThereIsAStoreException() {
    server.kill();
    assertThatThrownBy(() -> RedisStore.create(server.uri()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be reached");
  }

  // ---- refusals

  @Test
  void fullMemoryIsAStoreExceptionAndNothingIsHalfWritten() {
    Sends.send(store, "before");
    server.ask(redis -> redis.configSet("maxmemory", "1"));
    assertThatThrownBy(() -> Sends.send(store, "full"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("memory");
    server.ask(redis -> redis.configSet("maxmemory", "0"));
    assertThat(store.queue().findEvent("", "full")).isEmpty();
    assertThat(raw().deliveries()).isEqualTo(1);
    assertThat(Sends.send(store, "full").verdict()).isEqualTo(Verdict.NEW);
    assertThat(claim(10)).hasSize(2);
  }

  /** What was sent would be sent again if that could not be written down. */
  @Test
  void whatIsInFlightIsSettledInFullMemory() {
    ClaimedDelivery lone = handOff("lone").get(0);
    List<ClaimedDelivery> together = handOff("accepted", "retried", "dead");
    List<ClaimedDelivery> several = handOff(Sends.several(store, "several", 2));
    server.ask(redis -> redis.configSet("maxmemory", "1"));
    List<Settlement> ends = new ArrayList<>();
    ends.add(accepted(lone));
    ends.add(accepted(together.get(0)));
    ends.add(end(together.get(1), DeliveryState.RETRY_WAIT));
    ends.add(end(together.get(2), DeliveryState.DEAD));
    several.forEach(c -> ends.add(accepted(c)));
    for (Settlement end : ends) {
      assertThat(store.queue().settle(List.of(end))).isEmpty();
      assertThat(store.log().find("", id(end.claimed())))
          .hasValueSatisfying(d -> assertThat(d.state()).isEqualTo(end.to()));
    }
    assertThat(store.queue().advance(id(lone), DeliveryState.DELIVERED, null, null)).isPresent();
  }

  private static UUID id(ClaimedDelivery c) {
    return c.delivery().id();
  }

  @Test
  void lapsedClaimsAreTakenBackInFullMemory() {
    lease = Duration.ofMillis(1);
    handOff("one", "two", "three");
    server.ask(redis -> redis.configSet("maxmemory", "1"));
    List<StateChange> changes = new ArrayList<>();
    Await.until(
        "the leases to lapse",
        () -> {
          changes.addAll(store.queue().recover(3, LEASE, 100));
          return changes.size() == 3;
        });
    assertThat(changes).allMatch(c -> c.delivery().state() == DeliveryState.READY);
  }

  @Test
  void readOnlyReplicaIsWaitedForAndThenAStoreException() {
    RedisStore impatient = RedisStore.builder(server.uri()).timeout(Duration.ofSeconds(2)).build();
    stores.add(impatient);
    server.ask(redis -> redis.replicaof("127.0.0.1", 1));
    assertThatThrownBy(() -> Sends.send(impatient, "one"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("read-only");
    CompletableFuture<Verdict> patient =
        CompletableFuture.supplyAsync(() -> Sends.send(store, "two").verdict());
    server.ask(redis -> redis.replicaofNoOne());
    assertThat(patient.join()).isEqualTo(Verdict.NEW);
    assertThat(store.queue().findEvent("", "one")).isEmpty();
  }

  @Test
  void joiningATransactionIsRefused() {
    Connection transaction =
        (Connection)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> null);
    List<NewNotification> batch = List.of(Sends.mail(store, "one"));
    assertThatThrownBy(() -> store.queue().append(batch, Handoff.NONE, transaction))
        .isInstanceOf(StoreException.class);
    assertThat(raw().deliveries()).isZero();
  }

  // ---- connections

  @Test
  void appendWhoseReplyWasLostIsStoredOnceAndIsNew() throws Exception {
    BucketCharge charge =
        new BucketCharge("b", new TokenBucket(5, Duration.ofDays(1)), OnLimit.DROP);
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", server.port())) {
      RedisStore behind = open("redis://127.0.0.1:" + proxy.port());
      Sends.send(behind, "first"); // so that Redis knows the script
      proxy.replies(FaultyProxy.Fault.blackHole());
      CompletableFuture<Verdict> sent =
          CompletableFuture.supplyAsync(() -> Sends.send(behind, "lost", charge).verdict());
      Await.until("the append", () -> raw().deliveries() == 2);
      proxy.replies(FaultyProxy.Fault.none());
      proxy.resetAll();
      assertThat(sent.join()).isEqualTo(Verdict.NEW);
      assertThat(raw().deliveries()).isEqualTo(2);
      assertThat(store.rateLimits().take(charge, 5).tokens()).isEqualTo(4);
    }
  }

  @Test
  void settlementWhoseReplyWasLostIsNotRefused() throws Exception {
    Sends.send(store, "first");
    store.queue().settle(List.of(accepted(claim(1).get(0)))); // so that Redis knows the script
    Sends.send(store, "one");
    ClaimedDelivery claimed = claim(1).get(0);
    UUID id = claimed.delivery().id();
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", server.port())) {
      RedisStore behind = open("redis://127.0.0.1:" + proxy.port());
      proxy.replies(FaultyProxy.Fault.blackHole());
      CompletableFuture<List<Settlement>> refused =
          CompletableFuture.supplyAsync(() -> behind.queue().settle(List.of(accepted(claimed))));
      Await.until(
          "the settlement",
          () -> store.log().find("", id).orElseThrow().state() == DeliveryState.ACCEPTED);
      proxy.replies(FaultyProxy.Fault.none());
      proxy.resetAll();
      assertThat(refused.join()).isEmpty();
      assertThat(store.queue().settle(List.of(accepted(claimed)))).as("another call").hasSize(1);
    }
  }

  @Test
  void templateWhosePublicationWasNotAnsweredHasOneVersion() throws Exception {
    store.templates().publish("first", "text"); // so that Redis knows the script
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", server.port())) {
      RedisStore behind = open("redis://127.0.0.1:" + proxy.port());
      proxy.replies(FaultyProxy.Fault.blackHole());
      CompletableFuture<Integer> version =
          CompletableFuture.supplyAsync(() -> behind.templates().publish("hello", "text"));
      Await.until("the publication", () -> !store.templates().versions("hello").isEmpty());
      proxy.replies(FaultyProxy.Fault.none());
      proxy.resetAll();
      assertThat(version.join()).isEqualTo(1);
      assertThat(store.templates().publish("hello", "text")).as("another call").isEqualTo(2);
    }
  }

  @Test
  void silenceIsAStoreExceptionThatSaysWhatIsNotKnown() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", server.port())) {
      RedisStore behind =
          RedisStore.builder("redis://127.0.0.1:" + proxy.port())
              .timeout(Duration.ofMillis(500))
              .build();
      stores.add(behind);
      proxy.replies(FaultyProxy.Fault.blackHole());
      assertThatThrownBy(() -> Sends.send(behind, "one"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("not known");
    }
  }

  // ---- data that is not ours

  @Test
  void rowThatIsNotOursIsSetAsideAndItsNeighboursGoOn() {
    for (String event : List.of("one", "two", "three")) {
      Sends.send(store, event);
    }
    RawKeys.Key rows = raw().keys(":{*}:d").get(0);
    byte[] bad =
        rows.ask((redis, key) -> redis.hkeys(key)).stream()
            .filter(RawKeys::isRow)
            .findFirst()
            .orElseThrow();
    rows.ask((redis, key) -> redis.hset(key, bad, new byte[] {1, 2, 3}));
    assertThat(claim(10)).hasSize(2);
    long aside = raw().keys(":{*}:q").get(0).ask((redis, key) -> redis.scard(key));
    assertThat(aside).isEqualTo(1);
    assertThat(store.queue().depths().get(Route.EMAIL).ready()).isZero();
  }
}
