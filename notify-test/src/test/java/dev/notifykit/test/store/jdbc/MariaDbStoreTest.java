package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;

/** The contract on MariaDB, flushed at each commit. */
final class MariaDbStoreTest extends JdbcContract {
  @Override
  DataSource dataSource(String dataName) {
    return MariaDbServer.pool();
  }

  @Override
  boolean binaryIds() {
    return true;
  }
}
