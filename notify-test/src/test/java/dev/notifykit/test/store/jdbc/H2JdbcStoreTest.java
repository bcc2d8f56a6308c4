package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Recipient;
import dev.notifykit.store.jdbc.JdbcStore;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
