package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.RecordingProvider;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.FilteredClassLoader;
import redis.embedded.RedisServer;

@Timeout(60)
class RedisStoreTest {
  private static RedisServer server;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    Path base = Files.createDirectories(Path.of("target", "redis").toAbsolutePath());
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    server =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("dir " + Files.createTempDirectory(base, "data"))
            .setting("appendonly yes")
            .build();
    server.start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.stop();
  }

  @Test
  void applicationsOwnRedisIsTheStoreWhereThereIsNoDatabase() {
    Boot.runner()
        .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .withPropertyValues(
            "spring.data.redis.host=localhost",
            "spring.data.redis.port=" + port,
            "notify.store.redis.key-prefix=shop")
        .run(
            context -> {
              assertThat(context).hasSingleBean(RedisStore.class);
              NotificationClient client = context.getBean(NotificationClient.class);
              TransactionCases.send(client, "A-1").completion().toCompletableFuture().join();
              assertThat(context.getBean(RecordingProvider.class).sent()).hasSize(1);
            });
  }

  @Test
  void databaseGoesBeforeRedis() {
    Boot.withDatabase("beforeredis")
        .withPropertyValues("spring.data.redis.url=redis://localhost:" + port)
        .run(context -> assertThat(context).hasSingleBean(JdbcStore.class));
  }

  @Test
  void redisCanBeAskedForBesideADatabase() {
    Boot.withDatabase("besideredis")
        .withPropertyValues(
            "notify.store.type=redis", "notify.store.redis.uris=redis://localhost:" + port)
        .run(context -> assertThat(context).hasSingleBean(RedisStore.class));
  }

  @Test
  void redisWithoutAnAddressStopsTheStart() {
    Boot.runner()
        .withPropertyValues("notify.store.type=redis")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("notify.store.redis.uris: it is missing"));
  }

  @Test
  void redisWithoutLettuceStopsTheStart() {
    Boot.runner()
        .withClassLoader(new FilteredClassLoader(RedisClient.class))
        .withPropertyValues("notify.store.type=redis")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("io.lettuce:lettuce-core is not on the class path"));
  }
}
