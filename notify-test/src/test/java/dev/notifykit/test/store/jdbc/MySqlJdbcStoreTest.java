package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** JdbcStore on MySQL, where one is given. */
@EnabledIfSystemProperty(
    named = MySqlServer.URL,
    matches = ".+",
    disabledReason = MySqlServer.ABSENT)
final class MySqlJdbcStoreTest extends JdbcStoreCases {
  @Override
  DataSource dataSource() {
    return MySqlServer.pool();
  }

  @Override
  boolean binaryIds() {
    return true;
  }
}
