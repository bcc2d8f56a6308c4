package dev.notifykit.test.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/**
 * A MySQL of the caller's, since there is none to be fetched by a build: {@code -Dmysql.url}, a
 * JDBC URL with user and password in it, says where. Schemas and tables come and go in it.
 */
final class MySqlServer {
  static final String URL = "mysql.url";
  static final String ABSENT =
      "no MySQL given: -Dmysql.url=jdbc:mysql://127.0.0.1:3306/test?user=root";
  private static final HikariDataSource POOL = open();

  private MySqlServer() {}

  static HikariDataSource pool() {
    return POOL;
  }

  private static HikariDataSource open() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(System.getProperty(URL));
    config.setMaximumPoolSize(24);
    return new HikariDataSource(config);
  }
}
