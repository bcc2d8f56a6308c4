package dev.notifykit.test.store.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis of the build's own, with an append-only file under {@code target}. It can be killed and
 * started again on the same data and port. {@code -Dredis.server=/usr/bin/valkey-server} runs the
 * same tests on another version or product.
 */
public final class RedisProcess implements AutoCloseable {
  private static final Path BASE = Path.of("target", "redis").toAbsolutePath();
  private static final Path PROGRAM = program();

  private final Path directory;
  private final int port;
  private final List<String> settings;
  private @Nullable Process process;
  private @Nullable RedisClient client;
  private @Nullable StatefulRedisConnection<byte[], byte[]> connection;

  private RedisProcess(Path directory, int port, List<String> settings) {
    this.directory = directory;
    this.port = port;
    this.settings = settings;
  }

  private static Path program() {
    try {
      Files.createDirectories(BASE);
      endLeftovers();
      String other = System.getProperty("redis.server", "");
      if (!other.isEmpty()) {
        return Path.of(other);
      }
      Path directory = Files.createTempDirectory(BASE, "program");
      return ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A test JVM that was killed leaves its servers running; their pid files name them. */
  private static void endLeftovers() throws IOException {
    try (var files = Files.walk(BASE, 2)) {
      for (Path pid : files.filter(f -> f.endsWith("redis.pid")).toList()) {
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
            .filter(p -> p.info().command().orElse("").startsWith(BASE.toString()))
            .ifPresent(ProcessHandle::destroyForcibly);
        Files.delete(pid);
      }
    }
  }

  /**
   * Starts a server on a free port with an empty directory.
   *
   * @param settings options as on the command line, such as {@code --appendfsync}, {@code always}
   */
  public static RedisProcess start(String... settings) {
    try {
      Path directory = Files.createTempDirectory(BASE, "data");
      RedisProcess server = new RedisProcess(directory, freePort(), List.of(settings));
      server.restart();
      Runtime.getRuntime().addShutdownHook(new Thread(server::close));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a Sentinel that watches a master alone, and quickly. */
  static RedisProcess startSentinel(String name, int masterPort) {
    try {
      Path directory = Files.createTempDirectory(BASE, "sentinel");
      int port = freePort();
      Path config = directory.resolve("sentinel.conf");
      Files.write(
          config,
          List.of(
              "port " + port,
              "bind 127.0.0.1",
              "dir " + directory,
              "sentinel monitor " + name + " 127.0.0.1 " + masterPort + " 1",
              "sentinel down-after-milliseconds " + name + " 500",
              "sentinel failover-timeout " + name + " 5000"));
      RedisProcess sentinel = new RedisProcess(directory, port, List.of());
      sentinel.run(List.of(PROGRAM.toString(), config.toString(), "--sentinel"));
      Runtime.getRuntime().addShutdownHook(new Thread(sentinel::close));
      return sentinel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      // A cluster's bus takes the port 10,000 above.
      return socket.getLocalPort() > 55_000
          ? socket.getLocalPort() - 20_000
          : socket.getLocalPort();
    }
  }

  /** Starts the server again on what it left. */
  public void restart() {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(settings.contains("--appendonly") ? List.of() : List.of("--appendonly", "yes"));
    command.addAll(settings);
    run(command);
  }

  private void run(List<String> command) {
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
              .start();
      process = started;
      Files.writeString(directory.resolve("redis.pid"), Long.toString(started.pid()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    dev.notifykit.test.Await.until("Redis on port " + port, this::answers);
  }

  private boolean answers() {
    try {
      return ask(c -> c.ping()).equals("PONG");
    } catch (RedisException e) {
      return false;
    }
  }

  /** Returns where it listens. */
  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  /** Ends the server as kill -9 does. */
  public void kill() {
    Process running = process;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Asks the server something over a connection that is not a store's. */
  synchronized <T> T ask(Function<RedisCommands<byte[], byte[]>, T> question) {
    StatefulRedisConnection<byte[], byte[]> open = connection;
    if (open == null) {
      RedisClient opened = RedisClient.create(uri());
      try {
        open = opened.connect(ByteArrayCodec.INSTANCE);
      } catch (RedisException e) {
        shutdown(opened);
        throw e;
      }
      client = opened;
      connection = open;
    }
    return question.apply(open.sync());
  }

  private static void shutdown(RedisClient client) {
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    RedisClient opened = client;
    if (opened != null) {
      shutdown(opened);
      client = null;
      connection = null;
    }
    kill();
  }
}
