package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.RecordingProvider;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
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

  @Test
  void applicationsBundleOfCertificatesIsForRedisToo(@TempDir Path folder) throws IOException {
    assumeTrue(hasTls(), "this Redis was built without TLS");
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    Path trusted = write(folder.resolve("authority.crt"), authority.certificatePem());
    HeldCertificate server = signed(authority, "127.0.0.1");
    Path serverKey = write(folder.resolve("server.key"), server.privateKeyPkcs8Pem());
    Path serverCertificate = write(folder.resolve("server.crt"), server.certificatePem());
    HeldCertificate own = signed(authority, "shop");
    RealServers.Redis tls = RealServers.redisWithTls(serverCertificate, serverKey, trusted);
    String bundle = "spring.ssl.bundle.pem.private.";
    try {
      Boot.runner()
          .withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class))
          .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
          .withPropertyValues(
              "spring.data.redis.host=127.0.0.1",
              "spring.data.redis.port=" + tls.port(),
              "spring.data.redis.ssl.bundle=private",
              bundle + "truststore.certificate=" + trusted.toUri(),
              bundle + "keystore.certificate=" + own.certificatePem(),
              bundle + "keystore.private-key=" + own.privateKeyPkcs8Pem())
          .run(RedisStoreTest::sendsByRedis);
    } finally {
      tls.server().stop();
    }
  }

  private static boolean hasTls() {
    RedisClient client = RedisClient.create("redis://localhost:" + redis.port());
    try (var connection = client.connect()) {
      return !connection.sync().configGet("tls-port").isEmpty();
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  private static Path write(Path file, String pem) throws IOException {
    return Files.writeString(file, pem);
  }

  private static HeldCertificate signed(HeldCertificate authority, String name) {
    return new HeldCertificate.Builder()
        .signedBy(authority)
        .addSubjectAlternativeName(name)
        .build();
  }

  @Test
  void bundleThatIsNotThereIsNamed() {
    Boot.runner()
        .withPropertyValues(
            "notify.store.redis.uris=rediss://localhost:" + redis.port(),
            "notify.store.redis.ssl-bundle=nowhere")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("there is no SSL bundle 'nowhere'"));
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
