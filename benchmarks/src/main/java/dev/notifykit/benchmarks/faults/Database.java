package dev.notifykit.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a store keeps its data in, on this machine, started for one run. */
interface Database extends AutoCloseable {
  /** Returns where a store of its own lies. */
  StoreAddress address(String data) throws Exception;

  /** Returns whether several processes can use it at once. */
  default boolean isShared() {
    return true;
  }

  /** Returns whether its data outlives a worker. */
  default boolean isDurable() {
    return true;
  }

  /** Returns whether workers reach it by JDBC, so that they can be halted within an operation. */
  default boolean isRelational() {
    return true;
  }

  /**
   * Returns how old what was answered may be that a kill takes with it; nothing is, where a server
   * writes before it answers.
   */
  default Duration unwritten() {
    return Duration.ZERO;
  }

  /** kill -9 of the server. */
  default void kill() throws Exception {
    throw new NotApplicable("there is no server to kill");
  }

  /** Starts the killed server again, on the same files and port. */
  default void restart() throws Exception {
    throw new NotApplicable("there is no server to start");
  }

  @Override
  void close() throws Exception;

  static Database start(String name, Path directory) throws Exception {
    return switch (name) {
      case "postgres" -> PostgresDatabase.start(directory.resolve("postgres"));
      case "mariadb" -> MariaDbDatabase.start(directory.resolve("mariadb"));
      case "redis" -> RedisDatabase.start(Files.createDirectories(directory.resolve("redis")));
      case "h2" -> new H2(Files.createDirectories(directory.resolve("h2")));
      case "memory" -> new Memory();
      default ->
          throw new IllegalArgumentException(
              "--store " + name + " is none of postgres, mariadb, h2, redis, memory");
    };
  }

  /** Files of one process: workers come one after the other. */
  record H2(Path directory) implements Database {
    @Override
    public StoreAddress address(String data) {
      return new StoreAddress(
          StoreAddress.Kind.H2, directory.toAbsolutePath().toString(), "-", data);
    }

    @Override
    public boolean isShared() {
      return false;
    }

    @Override
    public void close() throws IOException {}
  }

  /** A store in the parent's own memory; workers are threads of the parent. */
  record Memory() implements Database {
    @Override
    public StoreAddress address(String data) {
      return new StoreAddress(StoreAddress.Kind.MEMORY, "-", "-", data);
    }

    @Override
    public boolean isShared() {
      return false;
    }

    @Override
    public boolean isDurable() {
      return false;
    }

    @Override
    public void close() {}
  }
}
