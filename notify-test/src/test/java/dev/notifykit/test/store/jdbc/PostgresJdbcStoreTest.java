package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;

/** JdbcStore on PostgreSQL, fsync on. */
final class PostgresJdbcStoreTest extends JdbcStoreCases {
  @Override
  DataSource dataSource() {
    return PostgresServer.pool();
  }
}
