package dev.notifykit.store.jdbc;

import dev.notifykit.ConfigurationException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** A database file of the store's own. The only class that needs H2 on the class path. */
final class EmbeddedH2 {
  private static final int CONNECTIONS = 16;

  private EmbeddedH2() {}

  /** A pool together with what ends it. */
  record Opened(DataSource dataSource, Runnable close) {}

  static Opened open(Path file) {
    String path = file.toAbsolutePath().normalize().toString();
    if (path.indexOf(';') >= 0) {
      throw new ConfigurationException("the database file's path must not contain ';'");
    }
    // Acknowledged means written: H2's default may lose the last second of commits in a crash. Our
    // statements are more than the 8 it keeps parsed by default. By default it also closes the file
    // from a shutdown hook of its own, beside the one in which the application drains its client.
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:file:" + path + ";WRITE_DELAY=0;QUERY_CACHE_SIZE=64;DB_CLOSE_ON_EXIT=FALSE",
            "sa",
            "");
    pool.setMaxConnections(CONNECTIONS);
    // H2 closes the file with its last connection, which may be another store's in this process.
    return new Opened(pool, pool::dispose);
  }
}
