package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.RecordingProvider;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;

@Timeout(60)
class RedisStoreTest {
  private static RealServers.Redis redis;

  @BeforeAll
  static void start() throws IOException {
    redis = RealServers.redis();
  }

  @AfterAll
  static void stop() throws IOException {
    redis.server().stop();
  }

  @Test
  void applicationsOwnRedisIsTheStoreWhereThereIsNoDatabase() {
    Boot.runner()
        .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .withPropertyValues(
            "spring.data.redis.host=localhost",
            "spring.data.redis.port=" + redis.port(),
            "notify.store.redis.key-prefix=shop")
        .run(RedisStoreTest::sendsByRedis);
  }

  @Test
  void applicationsSentinelsAreAskedWhereRedisIs() throws IOException {
    RealServers.Watched watched = RealServers.watchedRedis("p@ss:w/rd", "another");
    try {
      Boot.runner()
          .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
          .withPropertyValues(
              "spring.data.redis.password=p@ss:w/rd",
              "spring.data.redis.sentinel.master=shop",
              "spring.data.redis.sentinel.nodes=127.0.0.1:" + watched.port(),
              "spring.data.redis.sentinel.password=another")
          .run(RedisStoreTest::sendsByRedis);
    } finally {
      watched.stop();
    }
  }

  private static void sendsByRedis(AssertableApplicationContext context) {
    assertThat(context).hasSingleBean(RedisStore.class);
    NotificationClient client = context.getBean(NotificationClient.class);
    TransactionCases.send(client, "A-1").completion().toCompletableFuture().join();
    assertThat(context.getBean(RecordingProvider.class).sent()).hasSize(1);
  }

  @Test
  void passwordOfSentinelsThereAreNotIsNamed() {
    Boot.runner()
        .withPropertyValues(
            "notify.store.redis.uris=redis://localhost:" + redis.port(),
            "notify.store.redis.sentinel-password=tower")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageStartingWith("sentinelPassword is given, and the URI names no"));
  }

  @Test
  void databaseGoesBeforeRedis() {
    Boot.withDatabase("beforeredis")
        .withPropertyValues("spring.data.redis.url=redis://localhost:" + redis.port())
        .run(context -> assertThat(context).hasSingleBean(JdbcStore.class));
  }

  @Test
  void redisCanBeAskedForBesideADatabase() {
    Boot.withDatabase("besideredis")
        .withPropertyValues(
            "notify.store.type=redis", "notify.store.redis.uris=redis://localhost:" + redis.port())
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
