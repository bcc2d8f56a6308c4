package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.Await;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master of a cluster that dies, and its replica that takes its slots over. */
@Timeout(180)
final class RedisClusterFailoverTest {
  private final RedisCluster cluster = RedisCluster.start();
  private final RedisProcess master = cluster.masters().get(1);
  private final RedisProcess replica = cluster.replicaOf(master);
  private final List<String> losses = new CopyOnWriteArrayList<>();
  private final Set<String> sent = new HashSet<>();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void workGoesOnInEverySlotOnceTheReplicaHasTakenOver() {
    try (RedisStore store =
        RedisStore.clusterBuilder(cluster.masters().get(0).uri())
            .partitions(8)
            .timeout(Duration.ofSeconds(15)) // no look at the cluster at fixed times falls into it
            .onDataLoss(losses::add)
            .build()) {
      sendAll(store, "before");
      assertThat(master.<Long>ask(redis -> redis.waitForReplication(1, 30_000))).isEqualTo(1);
      master.kill();
      Await.until("the takeover", Duration.ofSeconds(60), this::hasTakenOver);
      sendAll(store, "after");
      assertThat(Sends.claimAll(store)).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(losses).isEmpty();
    }
  }

  private boolean hasTakenOver() {
    return replica.ask(redis -> redis.info("replication")).contains("role:master")
        && replica.ask(redis -> redis.clusterInfo()).contains("cluster_state:ok");
  }

  private void sendAll(RedisStore store, String name) {
    for (int i = 0; i < 60; i++) {
      sent.add(name + "-" + i);
      assertThat(Sends.send(store, name + "-" + i).verdict()).isEqualTo(Verdict.NEW);
    }
  }
}
