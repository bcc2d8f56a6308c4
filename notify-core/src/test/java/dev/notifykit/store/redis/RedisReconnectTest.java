package dev.notifykit.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long a client waits before it looks again for a server that went away. */
@Timeout(60)
final class RedisReconnectTest {
  private static final RedisURI NOWHERE = RedisURI.create("redis://localhost:1");
  private static final SslOptions NO_KEYS = TlsKeys.OF_THE_JVM.options();

  @Test
  void serverIsLookedForSoonAndThenOnceASecond() {
    assertSoonAndThenOnceASecond(Redis.client(NOWHERE, NO_KEYS));
  }

  @Test
  void clusterIsLookedForSoonAndThenOnceASecond() {
    assertSoonAndThenOnceASecond(Redis.clusterClient(List.of(NOWHERE), NO_KEYS));
  }

  private static void assertSoonAndThenOnceASecond(AbstractRedisClient client) {
    try {
      Delay delay = client.getResources().reconnectDelay();
      assertThat(delay.createDelay(1)).isBetween(Duration.ofMillis(1), Duration.ofMillis(50));
      for (int attempt = 2; attempt <= 200; attempt++) {
        assertThat(delay.createDelay(attempt))
            .as("before attempt %d", attempt)
            .isBetween(delay.createDelay(attempt - 1), Duration.ofSeconds(1));
      }
      assertThat(delay.createDelay(200)).isEqualTo(Duration.ofSeconds(1));
    } finally {
      Redis.shutdown(client);
    }
  }
}
