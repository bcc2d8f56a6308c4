package dev.notifykit.test.store.jdbc;

import java.sql.SQLException;
import javax.sql.DataSource;

/** The contract on PostgreSQL, fsync on. */
final class PostgresStoreTest extends JdbcContract {
  @Override
  DataSource dataSource(String dataName) {
    return PostgresServer.pool();
  }

  @Override
  protected void drop(String dataName) throws SQLException {
    run("DROP SCHEMA " + dataName + " CASCADE", dataName);
  }
}
