package dev.notifykit.benchmarks.faults;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.embedded.core.ExecutableProvider;

/** A Redis whose append-only file is flushed at each write, or as {@code APPENDFSYNC} says. */
final class RedisDatabase implements Database {
  private static final Duration START = Duration.ofSeconds(30);
  private static final String APPENDFSYNC = System.getenv().getOrDefault("APPENDFSYNC", "always");

  /**
   * While a flush is under way Redis answers before it writes, for so long; and a tick of 100 ms.
   */
  private static final Duration LONGEST_UNWRITTEN = Duration.ofMillis(2_100);

  private final Path directory;
  private final Path program;
  private final int port;
  private Process server;

  private RedisDatabase(Path directory, Path program, int port) throws IOException {
    this.directory = directory;
    this.program = program;
    this.port = port;
    this.server = server();
  }

  static RedisDatabase start(Path directory) throws IOException {
    Path program = Files.createDirectories(directory.resolve("program"));
    return new RedisDatabase(
        directory,
        ExecutableProvider.newJarResourceProvider(program.toFile()).get().toPath(),
        freePort());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private Process server() throws IOException {
    List<String> command =
        List.of(
            program.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            directory.toString(),
            "--save",
            "",
            "--appendonly",
            "yes",
            "--appendfsync",
            APPENDFSYNC);
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("redis.log").toFile()))
            .start();
    Files.writeString(directory.resolve("redis.pid"), Long.toString(started.pid()));
    if (!Pause.until(START, this::answers)) {
      started.destroyForcibly();
      throw new IOException("Redis did not start; see its log in " + directory);
    }
    return started;
  }

  private boolean answers() {
    RedisClient client =
        RedisClient.create(RedisURI.builder().withHost("127.0.0.1").withPort(port).build());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection.sync().ping().equals("PONG");
    } catch (RedisException e) {
      return false;
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public StoreAddress address(String data) {
    return new StoreAddress(StoreAddress.Kind.REDIS, "redis://127.0.0.1:" + port + "/0", "-", data);
  }

  @Override
  public boolean isRelational() {
    return false;
  }

  @Override
  public Duration unwritten() {
    return APPENDFSYNC.equals("always") ? Duration.ZERO : LONGEST_UNWRITTEN;
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
