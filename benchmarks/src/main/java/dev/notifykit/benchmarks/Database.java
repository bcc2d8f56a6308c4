package dev.notifykit.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A database with the durability of production and a pool on it, in a directory of its own under
 * {@code benchmarks/target} or where the system property {@code data} says.
 */
final class Database implements AutoCloseable {
  enum Kind {
    POSTGRES,
    H2
  }

  private static final int CONNECTIONS = 40;

  final Kind kind;
  private final Path directory;
  private final HikariDataSource pool;
  private final Closeable server;

  private Database(Kind kind, Path directory, String url, String user, Closeable server) {
    this.kind = kind;
    this.directory = directory;
    this.server = server;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(CONNECTIONS);
    this.pool = new HikariDataSource(config);
  }

  static Database start(Kind kind) throws IOException {
    Path base = Path.of(System.getProperty("data", "benchmarks/target/data")).toAbsolutePath();
    Files.createDirectories(base);
    Path directory =
        Files.createTempDirectory(base, kind.name().toLowerCase(java.util.Locale.ROOT));
    if (kind == Kind.H2) {
      String url =
          "jdbc:h2:async:" + directory.resolve("store") + ";WRITE_DELAY=0;QUERY_CACHE_SIZE=64";
      return new Database(kind, directory, url, "sa", () -> {});
    }
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setPort(0)
            .setLocaleConfig("locale", "C") // LANG may name one that is not installed
            .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
            .setDataDirectory(directory.resolve("data").toFile())
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("shared_preload_libraries", System.getProperty("preload", ""))
            .start();
    // Batches of the contestants that use them become multi-row inserts.
    String url = server.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true";
    return new Database(kind, directory, url, "postgres", server);
  }

  DataSource pool() {
    return pool;
  }

  void execute(String... statements) throws SQLException {
    try (Connection c = pool.getConnection();
        Statement s = c.createStatement()) {
      for (String sql : statements) {
        s.execute(sql);
      }
    }
  }

  long number(String sql) throws SQLException {
    try (Connection c = pool.getConnection();
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery(sql)) {
      r.next();
      return r.getLong(1);
    }
  }

  /** Returns the processor time that the server's processes have taken, in seconds. */
  double serverSeconds() throws IOException {
    double seconds = 0;
    Path pidFile = directory.resolve("data").resolve("postmaster.pid");
    if (Files.exists(pidFile)) {
      long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
      for (ProcessHandle backend :
          ProcessHandle.of(pid).stream().flatMap(p -> p.children()).toList()) {
        seconds += cpuSeconds(backend);
      }
    }
    return seconds;
  }

  static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().map(d -> d.toNanos() / 1e9).orElse(0.0);
  }

  /** Drops everything, so that the next contestant finds what the one before found. */
  void clear() throws SQLException {
    if (kind == Kind.H2) {
      execute("DROP ALL OBJECTS", "CHECKPOINT");
    } else {
      execute("DROP SCHEMA public CASCADE", "CREATE SCHEMA public", "CHECKPOINT");
    }
  }

  @Override
  public void close() throws IOException {
    pool.close();
    server.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
