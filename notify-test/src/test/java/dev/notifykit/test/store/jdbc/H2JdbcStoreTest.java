package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Recipient;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.test.Await;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JdbcStore on H2, in a file. */
final class H2JdbcStoreTest extends JdbcStoreCases {
  @TempDir static Path directory;
  private static JdbcConnectionPool pool;

  @BeforeAll
  static void start() {
    pool =
        JdbcConnectionPool.create(
            "jdbc:h2:file:" + directory.resolve("store") + ";WRITE_DELAY=0", "sa", "");
    pool.setMaxConnections(48);
  }

  @AfterAll
  static void stop() {
    pool.dispose();
  }

  @Override
  DataSource dataSource() {
    return pool;
  }

  @Test
  void settingThatLosesCommitsIsRefusedOnRequest() {
    DataSource unsafe =
        JdbcConnectionPool.create("jdbc:h2:file:" + directory.resolve("unsafe"), "sa", "");
    JdbcStore.Builder builder =
        JdbcStore.builder(unsafe).onUnsafeSettings(JdbcStore.OnUnsafeSettings.REFUSE);
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("WRITE_DELAY");
    JdbcStore.builder(pool)
        .tablePrefix("safe_")
        .onUnsafeSettings(JdbcStore.OnUnsafeSettings.REFUSE)
        .build()
        .close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IGNORECASE=TRUE",
        "DATABASE_TO_UPPER=FALSE",
        "MODE=MySQL;DATABASE_TO_LOWER=TRUE",
        "MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
      })
  void idsThatDifferInCaseDifferWhateverTheDatabaseIsSetTo(String settings) {
    String file = "file:" + directory.resolve(settings.replaceAll("\\W", "_"));
    JdbcConnectionPool set =
        JdbcConnectionPool.create("jdbc:h2:" + file + ";WRITE_DELAY=0;" + settings, "sa", "");
    try (JdbcStore store = JdbcStore.create(set)) {
      store.recipients().save("", Recipient.builder("ann").name("Ann").build());
      store.recipients().save("", Recipient.builder("ANN").name("Other").build());
      assertThat(store.recipients().find("", "ann").orElseThrow().name()).contains("Ann");
      assertThat(store.once().putIfAbsent("nonce", "1", null)).isEqualTo("1");
      assertThat(store.once().putIfAbsent("NONCE", "2", null)).isEqualTo("2");
    } finally {
      set.dispose();
    }
  }

  @Test
  void fileOfTheStoresOwnIsThereWhenOpenedAgain() {
    Path file = directory.resolve("own");
    for (int i = 0; i < 3; i++) {
      try (JdbcStore store = JdbcStore.h2(file)) {
        assertThat(store.recipients().find("", "user-" + (i - 1)).isPresent()).isEqualTo(i > 0);
        store.recipients().save("", Recipient.builder("user-" + i).build());
      }
    }
  }

  /** Or the drain of a client that is closed in a shutdown hook races H2's own. */
  @Test
  void fileOfTheStoresOwnIsNotClosedByH2AsTheProcessEnds() throws ReflectiveOperationException {
    try (JdbcStore store = JdbcStore.h2(directory.resolve("ending"))) {
      assertThat(store.recipients().find("", "nobody")).isEmpty();
      assertThat(closedByH2AtTheEnd())
          .anyMatch(name -> name.startsWith("STORE:")) // that of this test, by default
          .noneMatch(name -> name.startsWith("ENDING:"));
    }
  }

  /** Only H2 itself knows: it lists this setting nowhere. */
  private static Set<String> closedByH2AtTheEnd() throws ReflectiveOperationException {
    Field databases =
        Class.forName("org.h2.engine.OnExitDatabaseCloser").getDeclaredField("DATABASES");
    Field closes = Class.forName("org.h2.engine.Database").getDeclaredField("closeAtVmShutdown");
    databases.setAccessible(true);
    closes.setAccessible(true);
    Set<String> names = new HashSet<>();
    for (Object database : ((Map<?, ?>) databases.get(null)).keySet()) {
      if (closes.getBoolean(database)) {
        names.add(database.toString());
      }
    }
    return names;
  }

  @Test
  void interruptedThreadDoesNotCloseTheFile() {
    try (JdbcStore store = JdbcStore.h2(directory.resolve("interrupted"))) {
      Thread.currentThread().interrupt();
      store.recipients().save("", Recipient.builder("ann").build());
      assertThat(Thread.interrupted()).as("the flag is kept").isTrue();
      assertThat(store.recipients().find("", "ann")).isPresent();
    }
  }

  /** An idle bucket may be purged between the look at whether it is there and its lock. */
  @Test
  void bucketThatIsPurgedWhileItIsDrawnOnForgetsNoToken() {
    AtomicBoolean purges = new AtomicBoolean();
    DataSource purging =
        proxy(
            DataSource.class,
            pool,
            (sql, connection) -> {
              if (sql.contains("bucket") && sql.contains("FOR UPDATE") && purges.getAndSet(false)) {
                try (Connection other = pool.getConnection();
                    Statement s = other.createStatement()) {
                  s.execute("DELETE FROM purged_bucket");
                }
              }
            });
    BucketCharge charge =
        new BucketCharge("k", new TokenBucket(1, Duration.ofMillis(200)), OnLimit.DROP);
    try (JdbcStore store = JdbcStore.builder(purging).tablePrefix("purged_").build()) {
      assertThat(store.rateLimits().take(charge, 1).tokens()).isEqualTo(1);
      Await.until("it is full again", () -> store.rateLimits().waitFor(charge).isZero());
      purges.set(true);
      BucketCharge slow =
          new BucketCharge("k", new TokenBucket(1, Duration.ofDays(1)), OnLimit.DROP);
      assertThat(store.rateLimits().take(slow, 1).tokens()).isEqualTo(1);
      assertThat(purges).isFalse();
      assertThat(store.rateLimits().take(slow, 1).tokens()).isZero();
    }
  }

  /** It does the work of those who wait behind it, and a pool gives it no connection. */
  @Test
  void interruptedCallerFailsNobodyElse() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    AtomicReference<Thread> blocked = new AtomicReference<>();
    DataSource refusing =
        (DataSource)
            Proxy.newProxyInstance(
                H2JdbcStoreTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (p, method, args) -> {
                  if (Thread.currentThread() == blocked.get()) {
                    released.await();
                  }
                  if (Thread.currentThread().isInterrupted()) {
                    throw new SQLException("interrupted", "08001");
                  }
                  return pool.getConnection();
                });
    try (JdbcStore store = JdbcStore.builder(refusing).tablePrefix("interrupted_").build()) {
      FutureTask<Object> first = new FutureTask<>(() -> look(store));
      FutureTask<Object> second =
          new FutureTask<>(
              () -> {
                Thread.currentThread().interrupt();
                look(store);
                return Thread.interrupted();
              });
      FutureTask<Object> third = new FutureTask<>(() -> look(store));
      Thread leader = new Thread(first);
      blocked.set(leader);
      for (Thread thread : List.of(leader, new Thread(second), new Thread(third))) {
        thread.start();
        Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
      }
      released.countDown();
      assertThat(third.get()).isEqualTo(PreferenceSet.NONE);
      assertThat(second.get()).as("the flag is kept").isEqualTo(true);
    }
  }

  private static PreferenceSet look(JdbcStore store) {
    return store.preferences().find("", "ann");
  }

  private interface BeforeStatement {
    void run(String sql, Object connection) throws SQLException;
  }

  /** Passes everything on, and the connections that it gives likewise. */
  private static <T> T proxy(Class<T> type, T target, BeforeStatement before) {
    return type.cast(
        Proxy.newProxyInstance(
            H2JdbcStoreTest.class.getClassLoader(),
            new Class<?>[] {type},
            (p, method, args) -> {
              if (method.getName().equals("prepareStatement")) {
                before.run((String) args[0], target);
              }
              try {
                Object result = method.invoke(target, args);
                return result instanceof Connection connection
                    ? proxy(Connection.class, connection, before)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void nodesThatThereAreNoneOfCannotBeWoken() {
    JdbcStore.Builder builder = JdbcStore.builder(pool).tablePrefix("alone_").wakeNodes(true);
    assertThatThrownBy(builder::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("wakeNodes");
  }

  @Test
  void waysToOpenOneThatTheGuideShows() {
    DataSource dataSource = pool;
    // region open
    JdbcStore store = JdbcStore.create(dataSource);
    JdbcStore embedded = JdbcStore.h2(directory.resolve("notifications"));
    JdbcStore own =
        JdbcStore.builder(dataSource)
            .tablePrefix("shop_") // and schema(...), migrate(false)
            .onUnsafeSettings(JdbcStore.OnUnsafeSettings.REFUSE)
            .build();
    // endregion
    for (JdbcStore opened : List.of(store, embedded, own)) {
      try (opened) {
        opened.recipients().save("", Recipient.builder("ann").build());
        assertThat(opened.recipients().find("", "ann")).isPresent();
      }
    }
  }
}
