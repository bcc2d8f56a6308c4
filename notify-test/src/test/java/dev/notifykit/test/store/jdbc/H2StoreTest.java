package dev.notifykit.test.store.jdbc;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The contract on H2 in a file; several nodes are several stores in this process. */
final class H2StoreTest extends JdbcContract {
  private static final Path DIRECTORY = Path.of("target", "h2").toAbsolutePath();
  private final Map<String, JdbcConnectionPool> pools = new ConcurrentHashMap<>();

  @Override
  DataSource dataSource(String dataName) {
    return pools.computeIfAbsent(
        dataName,
        name -> {
          JdbcConnectionPool pool =
              JdbcConnectionPool.create(
                  "jdbc:h2:file:" + DIRECTORY.resolve(name) + ";WRITE_DELAY=0", "sa", "");
          pool.setMaxConnections(24);
          return pool;
        });
  }

  @Override
  protected NotificationStore open(String dataName) {
    return JdbcStore.builder(dataSource(dataName)).tablePrefix(dataName + "_").build();
  }

  @Override
  protected java.util.Optional<dev.notifykit.test.store.RawState> raw(String dataName) {
    return java.util.Optional.of(new RawTables(dataSource(dataName), dataName + "_", false));
  }

  /** Without a checkpoint, as near to a dead process as one comes in the same process. */
  @Override
  protected void crash(NotificationStore node) {
    for (Map.Entry<String, JdbcConnectionPool> e : pools.entrySet()) {
      try (Connection c = e.getValue().getConnection();
          Statement s = c.createStatement()) {
        s.execute("SHUTDOWN IMMEDIATELY");
      } catch (SQLException ended) {
        // The statement ends its own connection.
      }
      e.getValue().dispose();
    }
    pools.clear();
    node.close();
  }

  @Override
  protected void drop(String dataName) throws IOException {
    pools.values().forEach(JdbcConnectionPool::dispose);
    pools.clear();
    Files.deleteIfExists(DIRECTORY.resolve(dataName + ".mv.db"));
    Files.deleteIfExists(DIRECTORY.resolve(dataName + ".trace.db"));
  }
}
