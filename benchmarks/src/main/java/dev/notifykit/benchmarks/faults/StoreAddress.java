package dev.notifykit.benchmarks.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/**
 * Where a store's data lies, as a worker is told on its command line.
 *
 * @param kind the database
 * @param url its JDBC URL, or for H2 the file
 * @param user the user, "-" for none
 * @param data sets the data of one trial apart from others in the same database
 */
record StoreAddress(Kind kind, String url, String user, String data) {
  enum Kind {
    POSTGRES,
    MARIADB,
    H2,
    MEMORY
  }

  /** A store, and what has to be closed with it. */
  record Opened(NotificationStore store, DataSource dataSource, AutoCloseable pool)
      implements AutoCloseable {
    Connection connection() throws SQLException {
      return dataSource.getConnection();
    }

    @Override
    public void close() throws Exception {
      store.close();
      pool.close();
    }
  }

  StoreAddress through(int port) {
    return new StoreAddress(
        kind, url.replaceFirst("//([^:/]+):\\d+/", "//127.0.0.1:" + port + "/"), user, data);
  }

  /**
   * Opens the store.
   *
   * @param connections how many connections the pool may have
   * @param around wraps the DataSource
   */
  Opened open(int connections, UnaryOperator<DataSource> around) {
    if (kind == Kind.H2) {
      // As JdbcStore.h2 opens it, but for what is wrapped around the pool.
      JdbcConnectionPool pool =
          JdbcConnectionPool.create(
              "jdbc:h2:file:" + Path.of(url).resolve(data) + ";WRITE_DELAY=0", "sa", "");
      pool.setMaxConnections(connections);
      return new Opened(
          JdbcStore.builder(around.apply(pool)).tablePrefix(data + "_").build(),
          pool,
          pool::dispose);
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(30_000);
    HikariDataSource pool = new HikariDataSource(config);
    try {
      return new Opened(
          JdbcStore.builder(around.apply(pool)).tablePrefix(data + "_").build(), pool, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }
}
