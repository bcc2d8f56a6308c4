package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Recipient;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.store.RawState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on one server. */
final class RedisStoreTest extends RedisContract {
  private static final RedisProcess SERVER = RedisProcess.start();

  @AfterAll
  static void endServer() {
    SERVER.close();
  }

  @Override
  protected NotificationStore open(String dataName) {
    return RedisStore.builder(SERVER.uri()).keyPrefix(dataName).build();
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    return Optional.of(new RawKeys(List.of(SERVER), dataName));
  }

  @Override
  protected void drop(String dataName) {
    new RawKeys(List.of(SERVER), dataName).drop();
  }

  @Test
  void appendsLookUpWhatRestrictsASend() {
    try (NotificationStore store = open("unread")) {
      assertThat(store.queue().unrestricted()).isPresent();
    } finally {
      drop("unread");
    }
  }

  @Test
  void waysToOpenOneThatTheGuideShows() {
    String uri = SERVER.uri();
    List<String> lost = new CopyOnWriteArrayList<>();
    // region open
    RedisStore store = RedisStore.create(uri); // redis://localhost:6379, redis-sentinel://a,b#shop
    RedisStore own =
        RedisStore.builder(uri) // or clusterBuilder("redis://a", "redis://b").partitions(16)
            .keyPrefix("shop")
            .timeout(Duration.ofSeconds(3))
            .onUnsafeSettings(RedisStore.OnUnsafeSettings.REFUSE)
            .onDataLoss(lost::add)
            .build();
    // endregion
    for (RedisStore opened : List.of(store, own)) {
      try (opened) {
        opened.recipients().save("", Recipient.builder("ann").build());
        assertThat(opened.recipients().find("", "ann")).isPresent();
      }
    }
    assertThat(lost).isEmpty();
  }
}
