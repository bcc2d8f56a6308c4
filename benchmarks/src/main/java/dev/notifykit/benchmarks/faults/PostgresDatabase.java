package dev.notifykit.benchmarks.faults;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A PostgreSQL with the durability of production: fsync and synchronous commit are on. */
final class PostgresDatabase implements Database {
  private final Path directory;
  private EmbeddedPostgres server;
  private final int port;

  private PostgresDatabase(Path directory, EmbeddedPostgres server) {
    this.directory = directory;
    this.server = server;
    this.port = server.getPort();
  }

  static PostgresDatabase start(Path directory) throws IOException {
    Files.createDirectories(directory);
    return new PostgresDatabase(directory, server(directory, 0));
  }

  private static EmbeddedPostgres server(Path directory, int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setPort(port)
        .setLocaleConfig("locale", "C") // LANG may name one that is not installed
        .setOverrideWorkingDirectory(directory.resolveSibling("../binaries").normalize().toFile())
        .setDataDirectory(directory.resolve("data").toFile())
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "200")
        .setPGStartupWait(Duration.ofSeconds(60))
        .start();
  }

  @Override
  public StoreAddress address(String data) {
    return new StoreAddress(
        StoreAddress.Kind.POSTGRES,
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
        "postgres",
        data);
  }

  /** The postmaster dies at once; its children find out and follow. */
  @Override
  public void kill() throws IOException {
    ProcessHandle postmaster = ProcessHandle.of(pid()).orElseThrow();
    var children = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    Pause.until(
        Duration.ofSeconds(30),
        () -> !postmaster.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
    try {
      server.close();
    } catch (IOException e) {
      // It is dead; there was nothing to stop.
    }
  }

  private long pid() throws IOException {
    Path file = directory.resolve("data").resolve("postmaster.pid");
    return Long.parseLong(Files.readAllLines(file).get(0).strip());
  }

  @Override
  public void restart() throws IOException {
    server = server(directory, port);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
