package dev.notifykit.test.store.jdbc;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.test.store.RawState;
import dev.notifykit.test.store.StoreCapability;
import dev.notifykit.test.store.StoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.junit.jupiter.api.Timeout;

/** The contract on a database server: each test has a schema of its own. */
@Timeout(120)
abstract class JdbcContract extends StoreContract {
  abstract DataSource dataSource(String dataName);

  @Override
  protected NotificationStore open(String dataName) throws Exception {
    run("CREATE SCHEMA IF NOT EXISTS " + dataName, dataName);
    return JdbcStore.builder(dataSource(dataName)).schema(dataName).build();
  }

  final void run(String sql, String dataName) throws SQLException {
    try (Connection c = dataSource(dataName).getConnection();
        Statement s = c.createStatement()) {
      s.execute(sql);
    }
  }

  /** The database's clock cannot be set; real time passes. */
  @Override
  protected void advance(Duration by) {
    long end = System.nanoTime() + by.toNanos();
    for (long left = by.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  protected Duration unit() {
    return Duration.ofMillis(50);
  }

  @Override
  protected Duration clockError() {
    return Duration.ofMillis(100);
  }

  @Override
  protected Duration longestAdvance() {
    return Duration.ofSeconds(10);
  }

  @Override
  protected Set<StoreCapability> capabilities() {
    return EnumSet.complementOf(
        EnumSet.of(StoreCapability.WAKES_NODES, StoreCapability.SPREADS_INBOX));
  }

  @Override
  protected Connection beginTransaction(String dataName) throws SQLException {
    Connection connection = dataSource(dataName).getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  boolean binaryIds() {
    return false;
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    return Optional.of(new RawTables(dataSource(dataName), dataName + ".notify_", binaryIds()));
  }

  @Override
  protected void drop(String dataName) throws Exception {
    run("DROP SCHEMA " + dataName, dataName);
  }
}
