package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;

/** The contract on PostgreSQL, fsync on. */
final class PostgresStoreTest extends JdbcContract {
  @Override
  DataSource dataSource(String dataName) {
    return PostgresServer.pool();
  }
}
