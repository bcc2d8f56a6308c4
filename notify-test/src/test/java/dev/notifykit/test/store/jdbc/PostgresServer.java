package dev.notifykit.test.store.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A PostgreSQL of the build's own, started once a JVM, with the durability of production: fsync and
 * synchronous commit are on. Its files lie under {@code target}.
 */
final class PostgresServer {
  private static final PostgresServer INSTANCE = start();

  private final HikariDataSource pool;

  private PostgresServer(HikariDataSource pool) {
    this.pool = pool;
  }

  static HikariDataSource pool() {
    return INSTANCE.pool;
  }

  private static PostgresServer start() {
    try {
      Path base = Path.of("target", "postgres").toAbsolutePath();
      Files.createDirectories(base);
      Path data = Files.createTempDirectory(base, "data");
      Leftovers.end(base, "postmaster.pid");
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setPort(0)
              .setLocaleConfig("locale", "C") // LANG may name one that is not installed
              .setOverrideWorkingDirectory(base.resolve("binaries").toFile())
              .setDataDirectory(data.toFile())
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("max_connections", "100")
              .start();
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
      config.setMaximumPoolSize(24);
      return new PostgresServer(new HikariDataSource(config));
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL did not start", e);
    }
  }
}
