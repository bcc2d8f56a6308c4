package dev.notifykit.test.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Recipient;
import dev.notifykit.store.jdbc.JdbcStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

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

  /** To MySQL's driver, which many use for both, a MariaDB is a MySQL; so it is to this one. */
  @Test
  void idsThatDifferInATrailingBlankDifferWhateverTheDriverCallsTheDatabase() {
    try (HikariDataSource pool = MariaDbServer.pool("useMysqlMetadata=true");
        JdbcStore store = JdbcStore.builder(pool).tablePrefix(prefix() + "mysql_").build()) {
      store.recipients().save("", Recipient.builder("ann").name("Ann").build());
      store.recipients().save("", Recipient.builder("ann ").name("Other").build());
      assertThat(store.recipients().find("", "ann").orElseThrow().name()).contains("Ann");
    }
  }

  /** As clusters do, and MySQL by sql_require_primary_key. */
  @Test
  void serverThatWantsAPrimaryKeyInEachTableGetsThem() throws SQLException {
    try (Connection c = dataSource().getConnection();
        Statement s = c.createStatement()) {
      s.execute("SET GLOBAL innodb_force_primary_key = ON");
      try (JdbcStore store =
          JdbcStore.builder(dataSource()).tablePrefix(prefix() + "keyed_").build()) {
        assertThat(store.migrate()).isZero();
      } finally {
        s.execute("SET GLOBAL innodb_force_primary_key = OFF");
      }
    }
  }
}
