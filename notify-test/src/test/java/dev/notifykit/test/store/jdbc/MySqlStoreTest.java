package dev.notifykit.test.store.jdbc;

import javax.sql.DataSource;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The contract on MySQL, where one is given. */
@EnabledIfSystemProperty(
    named = MySqlServer.URL,
    matches = ".+",
    disabledReason = MySqlServer.ABSENT)
final class MySqlStoreTest extends JdbcContract {
  @Override
  DataSource dataSource(String dataName) {
    return MySqlServer.pool();
  }

  @Override
  boolean binaryIds() {
    return true;
  }
}
