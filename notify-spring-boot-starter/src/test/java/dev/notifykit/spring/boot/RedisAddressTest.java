package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class RedisAddressTest {
  private final MockEnvironment environment = new MockEnvironment();

  private RedisAddressTest with(String property, String value) {
    environment.setProperty(property, value);
    return this;
  }

  private RedisAddressTest withSpring(String property, String value) {
    return with("spring.data.redis." + property, value);
  }

  private RedisAddress address() {
    return RedisAddress.of(environment);
  }

  @Test
  void nothingSaysWhereItIs() {
    assertThat(address().isKnown()).isFalse();
  }

  @Test
  void hostIsCompletedWithLoginPortAndDatabase() {
    withSpring("host", "redis.example")
        .withSpring("username", "app")
        .withSpring("password", "a b/c");
    withSpring("port", "7000").withSpring("database", "3").withSpring("ssl.enabled", "true");
    assertThat(address().uris()).containsExactly("rediss://app:a%20b%2Fc@redis.example:7000/3");
    assertThat(address().isCluster()).isFalse();
  }

  @Test
  void urlGoesBeforeHost() {
    withSpring("host", "other").withSpring("url", "redis://redis.example:6380/1");
    assertThat(address().uris()).containsExactly("redis://redis.example:6380/1");
  }

  @Test
  void sentinelsGoFirstAndHaveALoginOfTheirOwn() {
    withSpring("host", "other").withSpring("cluster.nodes", "c:1").withSpring("password", "p@ss");
    withSpring("sentinel.master", "my shop").withSpring("sentinel.nodes", "a:26379, b:26380");
    withSpring("sentinel.username", "watch").withSpring("sentinel.password", "tower");
    assertThat(address())
        .isEqualTo(
            new RedisAddress(
                List.of("redis-sentinel://:p%40ss@a:26379,b:26380/0#my%20shop"),
                false,
                "watch",
                "tower",
                "spring.data.redis.ssl.bundle"));
  }

  @Test
  void bundleOfCertificatesTurnsTlsOn() {
    withSpring("host", "redis.example").withSpring("ssl.bundle", "private");
    assertThat(address().uris()).containsExactly("rediss://redis.example:6379/0");
    assertThat(address().sslBundle()).isEqualTo("spring.data.redis.ssl.bundle");
    withSpring("ssl.enabled", "false");
    assertThat(address().uris()).containsExactly("redis://redis.example:6379/0");
    with("notify.store.redis.uris", "rediss://own");
    assertThat(address().sslBundle()).isEqualTo("notify.store.redis.ssl-bundle");
  }

  @Test
  void membersOfAClusterGoBeforeOneServer() {
    withSpring("host", "other").withSpring("password", "secret");
    withSpring("cluster.nodes[0]", "a:7000").withSpring("cluster.nodes[1]", "b:7001");
    assertThat(address().uris())
        .containsExactly("redis://:secret@a:7000", "redis://:secret@b:7001");
    assertThat(address().isCluster()).isTrue();
  }

  @Test
  void ownAddressGoesBeforeTheApplications() {
    withSpring("sentinel.master", "shop").withSpring("sentinel.password", "other");
    with("notify.store.redis.uris", "redis-sentinel://a,b#mine");
    with("notify.store.redis.sentinel-password", "tower");
    assertThat(address().uris()).containsExactly("redis-sentinel://a,b#mine");
    assertThat(address().sentinelPassword()).isEqualTo("tower");
    assertThat(address().isCluster()).isFalse();
    with("notify.store.redis.cluster", "true");
    assertThat(address().isCluster()).isTrue();
  }

  @Test
  void addressIsNotShown() {
    withSpring("url", "redis://:secret@redis.example");
    assertThat(address()).asString().doesNotContain("secret");
  }
}
