package dev.notifykit.benchmarks.faults;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.redis.RedisStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/**
 * Where a store's data lies, as a worker is told on its command line.
 *
 * @param kind the database
 * @param url its JDBC or Redis URL, or for H2 the directory
 * @param user the user, "-" for none
 * @param data sets the data of one trial apart from others in the same database
 */
record StoreAddress(Kind kind, String url, String user, String data) {
  enum Kind {
    POSTGRES,
    MARIADB,
    H2,
    REDIS,
    MEMORY
  }

  /** A store, and what has to be closed with it. */
  record Opened(NotificationStore store, @Nullable DataSource dataSource, AutoCloseable pool)
      implements AutoCloseable {
    Connection connection() throws SQLException {
      if (dataSource == null) {
        throw new NotApplicable("only a relational store has rows to damage");
      }
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
    if (kind == Kind.REDIS) {
      return new Opened(RedisStore.builder(url).keyPrefix(data).build(), null, () -> {});
    }
    if (kind == Kind.H2) {
      // As JdbcStore.h2 opens it, but for what is wrapped around the pool.
      JdbcConnectionPool pool =
          JdbcConnectionPool.create(
              "jdbc:h2:async:"
                  + Path.of(url).resolve(data)
                  + ";WRITE_DELAY=0;QUERY_CACHE_SIZE=64;DB_CLOSE_ON_EXIT=FALSE",
              "sa",
              "");
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
