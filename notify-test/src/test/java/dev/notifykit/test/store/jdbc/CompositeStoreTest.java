package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.StoreException;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.CompositeStore;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.DetachedRateLimits;
import dev.notifykit.store.DetachedRateLimits.Draw;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.store.RawState;
import dev.notifykit.test.store.StoreCapability;
import dev.notifykit.test.store.redis.RawKeys;
import dev.notifykit.test.store.redis.RedisProcess;
import dev.notifykit.test.store.redis.Sends;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on PostgreSQL with Redis for what Redis is best at, and what is the mix's own. */
final class CompositeStoreTest extends JdbcContract {
  private static final RedisProcess REDIS = RedisProcess.start();

  @AfterAll
  static void endRedis() {
    REDIS.close();
  }

  @Override
  DataSource dataSource(String dataName) {
    return PostgresServer.pool();
  }

  @Override
  protected NotificationStore open(String dataName) throws Exception {
    return mix(super.open(dataName), redis(REDIS, dataName));
  }

  private static NotificationStore mix(NotificationStore main, NotificationStore redis) {
    // region mix
    NotificationStore store =
        CompositeStore.builder(main) // such as JdbcStore.create(dataSource)
            .rateLimits(redis) // such as RedisStore.create("redis://localhost:6379")
            .dedupe(redis)
            .inbox(redis)
            .tracking(redis)
            .templates(redis)
            .build();
    // endregion
    return store;
  }

  private static RedisStore redis(RedisProcess server, String dataName) {
    return RedisStore.builder(server.uri())
        .keyPrefix(dataName)
        .timeout(Duration.ofSeconds(2))
        .build();
  }

  @Override
  protected Set<StoreCapability> capabilities() {
    return EnumSet.complementOf(
        EnumSet.of(StoreCapability.WAKES_NODES, StoreCapability.ROLLS_TOKENS_BACK));
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    RawState tables = super.raw(dataName).orElseThrow();
    RawState keys = new RawKeys(List.of(REDIS), dataName);
    return Optional.of(
        new RawState() {
          @Override
          public long notifications() {
            return tables.notifications();
          }

          @Override
          public long deliveries() {
            return tables.deliveries();
          }

          @Override
          public long deliveries(DeliveryState state) {
            return tables.deliveries(state);
          }

          @Override
          public boolean contains(String text) {
            return tables.contains(text) || keys.contains(text);
          }

          @Override
          public void corrupt(UUID notificationId) {
            tables.corrupt(notificationId);
          }
        });
  }

  @Override
  protected void drop(String dataName) throws SQLException {
    run("DROP SCHEMA " + dataName + " CASCADE", dataName);
    new RawKeys(List.of(REDIS), dataName).drop();
  }

  // ---- the mix's own

  /** A mix of its own, with a look at its parts. */
  private final class Mix implements AutoCloseable {
    final String name = "m" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    final NotificationStore database;
    final RedisStore redis;
    final NotificationStore store;

    Mix(RedisProcess server) throws Exception {
      run("CREATE SCHEMA " + name, name);
      database = JdbcStore.builder(dataSource(name)).schema(name).build();
      redis = redis(server, name);
      store = mix(database, redis);
    }

    @Override
    public void close() throws Exception {
      store.close();
      run("DROP SCHEMA " + name + " CASCADE", name);
    }
  }

  private static BucketCharge of(int tokens) {
    RateLimit limit = RateLimit.perRecipient(tokens, Duration.ofHours(1));
    return new BucketCharge("r/user-1", limit.bucket(), OnLimit.DROP);
  }

  @Test
  void whatIsCommittedIsRememberedInFrontOfTheDatabase() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      NewNotification mail = Sends.mail(mix.store, "orders#1");
      Sends.append(mix.store, mail);
      assertThat(mix.redis.queue().findEvent("", "orders#1"))
          .contains(new KnownEvent(mail.notification().id(), mail.notification().fingerprint()));
      assertThat(Sends.send(mix.store, "orders#1").verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThat(mix.redis.log().deliveries("", mail.notification().id())).isEmpty();
    }
  }

  @Test
  void databaseKnowsWhatTheFilterForgot() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      BucketCharge charge = of(5);
      Sends.send(mix.store, "orders#1", charge);
      new RawKeys(List.of(REDIS), mix.name).dropMatching(":{0}:e");
      assertThat(Sends.send(mix.store, "orders#1", charge).verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThat(mix.database.queue().claim(Sends.claim(10)).claimed()).hasSize(1);
      assertThat(mix.store.rateLimits().take(charge, 9).tokens())
          .as("the repeat's token was given back")
          .isEqualTo(4);
    }
  }

  @Test
  void sendThatIsRolledBackIsNotRememberedAndItsTokensAreLost() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      BucketCharge charge = of(5);
      try (Connection transaction = beginTransaction(mix.name)) {
        mix.store
            .queue()
            .append(List.of(Sends.mail(mix.store, "orders#1", charge)), Handoff.NONE, transaction);
        transaction.rollback();
      }
      assertThat(Sends.send(mix.store, "orders#1", charge).verdict()).isEqualTo(Verdict.NEW);
      assertThat(mix.store.rateLimits().take(charge, 9).tokens()).isEqualTo(3);
    }
  }

  @Test
  void refusedBucketKeepsTheDeliveryInTheLog() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      BucketCharge charge = of(1);
      assertThat(Sends.send(mix.store, "orders#1", charge).limited()).isEmpty();
      assertThat(Sends.send(mix.store, "orders#2", charge).limited()).hasSize(1);
      assertThat(mix.store.log().ofRecipient("", "user-1", 10))
          .extracting(d -> d.state())
          .containsExactlyInAnyOrder(DeliveryState.READY, DeliveryState.SUPPRESSED);
    }
  }

  @Test
  void tokensAreGivenBackUnlessSomebodyDrewOnThemSince() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      DetachedRateLimits limits = (DetachedRateLimits) mix.redis.rateLimits();
      BucketCharge charge = of(5);
      limits.draw(List.of(List.of(charge), List.of(charge))).giveBack(List.of(0, 1));
      Draw draw = limits.draw(List.of(List.of(charge)));
      assertThat(limits.take(charge, 2).tokens()).isEqualTo(2);
      draw.giveBack(List.of(0));
      assertThat(limits.take(charge, 9).tokens()).isEqualTo(2);
    }
  }

  @Test
  void tokensThatWereBorrowedAreNotGivenBack() throws Exception {
    try (Mix mix = new Mix(REDIS)) {
      DetachedRateLimits limits = (DetachedRateLimits) mix.redis.rateLimits();
      BucketCharge one = new BucketCharge("r/user-2", of(1).bucket(), OnLimit.DEFER);
      Draw draw = limits.draw(List.of(List.of(one), List.of(one)));
      assertThat(draw.waitOf(0)).isZero();
      assertThat(draw.waitOf(1)).isPositive();
      draw.giveBack(List.of(0));
      assertThat(limits.waitFor(one)).isGreaterThan(Duration.ofMinutes(90));
    }
  }

  @Test
  void withoutRedisOnlyWhatNeedsNoTokensIsStored() throws Exception {
    try (RedisProcess server = RedisProcess.start();
        Mix mix = new Mix(server)) {
      server.kill();
      assertThat(Sends.send(mix.store, "orders#1").verdict()).isEqualTo(Verdict.NEW);
      assertThat(Sends.send(mix.store, "orders#1").verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThatThrownBy(() -> Sends.send(mix.store, "orders#2", of(5)))
          .isInstanceOf(StoreException.class);
      assertThat(mix.database.queue().findEvent("", "orders#2")).isEmpty();
      server.restart();
      assertThat(Sends.send(mix.store, "orders#2", of(5)).verdict()).isEqualTo(Verdict.NEW);
    }
  }

  @Test
  void storeThatCannotServeAnotherIsRefused() throws Exception {
    try (NotificationStore main = InMemoryStore.builder().build();
        NotificationStore other = InMemoryStore.builder().build()) {
      assertThatThrownBy(() -> CompositeStore.builder(main).rateLimits(other).build())
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("rateLimits is a InMemoryStore");
      assertThatThrownBy(() -> CompositeStore.builder(main).dedupe(other).build())
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("dedupe is a InMemoryStore");
    }
  }
}
