package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;

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
}
