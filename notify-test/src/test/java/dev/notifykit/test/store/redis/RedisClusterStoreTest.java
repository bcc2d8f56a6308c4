package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.Await;
import dev.notifykit.test.store.RawState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on a cluster of three masters, the queues spread over eight partitions. */
final class RedisClusterStoreTest extends RedisContract {
  private static final int SLOTS = 16_384;
  private static final List<RedisProcess> MASTERS = startCluster();

  private static List<RedisProcess> startCluster() {
    List<RedisProcess> masters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      RedisProcess master = RedisProcess.start("--cluster-enabled", "yes");
      int first = SLOTS * i / 3;
      int[] slots = java.util.stream.IntStream.range(first, SLOTS * (i + 1) / 3).toArray();
      master.ask(redis -> redis.clusterAddSlots(slots));
      masters.add(master);
    }
    int port = masters.get(0).port();
    masters.forEach(master -> master.ask(redis -> redis.clusterMeet("127.0.0.1", port)));
    Await.until("the cluster", () -> masters.stream().allMatch(RedisClusterStoreTest::isWhole));
    return masters;
  }

  private static boolean isWhole(RedisProcess master) {
    String info = master.ask(redis -> redis.clusterInfo());
    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
  }

  @AfterAll
  static void endCluster() {
    MASTERS.forEach(RedisProcess::close);
  }

  @Override
  protected NotificationStore open(String dataName) {
    return RedisStore.clusterBuilder(MASTERS.get(1).uri())
        .keyPrefix(dataName)
        .partitions(8)
        .build();
  }

  @Override
  protected Optional<RawState> raw(String dataName) {
    return Optional.of(new RawKeys(MASTERS, dataName));
  }

  @Override
  protected void drop(String dataName) {
    new RawKeys(MASTERS, dataName).drop();
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
