package dev.notifykit.spring.boot;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class PostgresTransactionTest extends TransactionCases {
  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server = RealServers.postgres();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Override
  ApplicationContextRunner database() {
    String name = "shop" + DATABASES.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return Boot.withDatabase("unused")
        .withPropertyValues(
            "spring.datasource.url=" + server.getJdbcUrl("postgres", name),
            "spring.datasource.username=postgres",
            "spring.datasource.driver-class-name=org.postgresql.Driver");
  }
}
