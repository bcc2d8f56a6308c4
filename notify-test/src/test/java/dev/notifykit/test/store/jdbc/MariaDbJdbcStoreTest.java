package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.jdbc.JdbcStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** JdbcStore on MariaDB, flushed at each commit. */
final class MariaDbJdbcStoreTest extends JdbcStoreCases {
  @Override
  DataSource dataSource() {
    return MariaDbServer.pool();
  }

  @Override
  boolean binaryIds() {
    return true;
  }

  /** To MySQL's driver, which many use for both, a MariaDB is a MySQL; so it is to this one. */
  @Test
  void idsThatDifferInATrailingBlankDifferWhateverTheDriverCallsTheDatabase() {
    try (HikariDataSource pool = MariaDbServer.pool("useMysqlMetadata=true");
        JdbcStore store = JdbcStore.builder(pool).tablePrefix(prefix() + "mysql_").build()) {
      store.recipients().save("", Recipient.builder("ann").name("Ann").build());
      store.recipients().save("", Recipient.builder("ann ").name("Other").build());
      assertThat(store.recipients().find("", "ann").orElseThrow().name()).contains("Ann");
    }
  }

  /** On connections that something else has left at REPEATABLE READ, behind the pool's back. */
  @Test
  void appendThatMeetsANewerRowThanItsSnapshotIsRunAgain() throws SQLException {
    BucketCharge charge =
        new BucketCharge("k", new TokenBucket(9, Duration.ofHours(1)), OnLimit.DROP);
    assertThat(store().rateLimits().take(charge, 1).tokens()).isEqualTo(1);
    try (HikariDataSource pool = poolOfOneAtReadCommitted();
        JdbcStore other =
            JdbcStore.builder(
                    AfterStatement.of(
                        pool, "dedupe_key IN", () -> store().rateLimits().take(charge, 1)))
                .tablePrefix(prefix())
                .build()) {
      try (Connection c = pool.getConnection();
          Statement s = c.createStatement()) {
        s.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      }
      NewNotification mail =
          notification("ann", "order-1", Target.email("ann@example.com"), List.of(charge));
      other.queue().append(List.of(mail), Handoff.NONE, null);
    }
    assertThat(raw().deliveries()).isEqualTo(1);
    assertThat(store().rateLimits().take(charge, 9).tokens()).isEqualTo(6);
  }

  private static HikariDataSource poolOfOneAtReadCommitted() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(MariaDbServer.pool().getJdbcUrl());
    config.setUsername("root");
    config.setPassword("");
    config.setMaximumPoolSize(1);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    config.setConnectionInitSql("SET SESSION innodb_snapshot_isolation = ON");
    return new HikariDataSource(config);
  }

  /** As clusters do, and MySQL by sql_require_primary_key. */
  @Test
  void serverThatWantsAPrimaryKeyInEachTableGetsThem() throws SQLException {
    try (Connection c = dataSource().getConnection();
        Statement s = c.createStatement()) {
      s.execute("SET GLOBAL innodb_force_primary_key = ON");
      try (JdbcStore store =
          JdbcStore.builder(dataSource()).tablePrefix(prefix() + "keyed_").build()) {
        assertThat(store.migrate()).isZero();
      } finally {
        s.execute("SET GLOBAL innodb_force_primary_key = OFF");
      }
    }
  }
}
