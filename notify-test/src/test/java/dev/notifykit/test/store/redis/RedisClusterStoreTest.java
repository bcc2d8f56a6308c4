package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.store.RawState;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on a cluster of three masters, the queues spread over eight partitions. */
final class RedisClusterStoreTest extends RedisContract {
  private static final RedisCluster CLUSTER = RedisCluster.start();

  @AfterAll
  static void endCluster() {
    CLUSTER.close();
  }

  @Override
  protected NotificationStore open(String dataName) {
    return RedisStore.clusterBuilder(CLUSTER.masters().get(1).uri())
        .keyPrefix(dataName)
        .partitions(8)
        .build();
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    return Optional.of(new RawKeys(CLUSTER.masters(), dataName));
  }

  @Override
  protected void drop(String dataName) {
    new RawKeys(CLUSTER.masters(), dataName).drop();
  }

  @Test
  void whatRestrictsASendIsInOtherSlotsThanItsEvent() {
    try (NotificationStore store = open("unread")) {
      assertThat(store.queue().unrestricted()).isEmpty();
    } finally {
      drop("unread");
    }
  }
}
