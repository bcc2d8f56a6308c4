package dev.notifykit.spring.boot;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import redis.embedded.RedisSentinel;
import redis.embedded.RedisServer;
import redis.embedded.core.RedisServerBuilder;

/** Databases that these tests start; whoever started one stops it. */
final class RealServers {
  private RealServers() {}

  static EmbeddedPostgres postgres() throws IOException {
    Path base = Files.createDirectories(Path.of("target", "postgres").toAbsolutePath());
    return EmbeddedPostgres.builder()
        .setPort(0)
        .setLocaleConfig("locale", "C") // LANG may name one that is not installed
        .setOverrideWorkingDirectory(base.resolve("binaries").toFile())
        .setDataDirectory(Files.createTempDirectory(base, "data").toFile())
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  /** A server, and the port it listens on. */
  record Redis(RedisServer server, int port) {}

  static Redis redis() throws IOException {
    int port = freePort();
    RedisServer server = redisAt(port).build();
    server.start();
    return new Redis(server, port);
  }

  private static Path redisFolder() throws IOException {
    return Files.createDirectories(Path.of("target", "redis").toAbsolutePath());
  }

  private static RedisServerBuilder redisAt(int port) throws IOException {
    return RedisServer.newRedisServer()
        .port(port)
        .bind("127.0.0.1")
        .setting("dir " + Files.createTempDirectory(redisFolder(), "data"))
        .setting("appendonly yes");
  }

  /** A Sentinel, and the server that it watches as {@code shop}, each with a password. */
  record Watched(RedisSentinel sentinel, RedisServer server, int port) {
    void stop() throws IOException {
      sentinel.stop();
      server.stop();
    }
  }

  static Watched watchedRedis(String serverPassword, String sentinelPassword) throws IOException {
    int serverPort = freePort();
    int port = freePort();
    RedisServer server =
        redisAt(serverPort).setting("requirepass \"" + serverPassword + '"').build();
    Path config = Files.createTempFile(redisFolder(), "sentinel", ".conf");
    Files.write(
        config,
        List.of(
            "port " + port,
            "bind 127.0.0.1",
            "sentinel monitor shop 127.0.0.1 " + serverPort + " 1",
            "sentinel auth-pass shop \"" + serverPassword + '"',
            "requirepass \"" + sentinelPassword + '"'));
    RedisSentinel sentinel =
        RedisSentinel.newRedisSentinel().port(port).configFile(config.toString()).build();
    server.start();
    sentinel.start();
    return new Watched(sentinel, server, port);
  }

  /** Starts a server with TLS that asks clients for a certificate of its authority. */
  static Redis redisWithTls(Path certificate, Path key, Path authority) throws IOException {
    int port = freePort();
    RedisServer server =
        redisAt(0)
            .setting("tls-port " + port)
            .setting("tls-cert-file " + certificate)
            .setting("tls-key-file " + key)
            .setting("tls-ca-cert-file " + authority)
            .build();
    server.start();
    return new Redis(server, port);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
