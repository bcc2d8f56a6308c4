package dev.notifykit.test.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.test.Await;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master that dies, and its replica that a Sentinel puts in its place. */
@Timeout(180)
final class RedisSentinelTest {
  private static final String NAME = "mymaster";

  private final RedisProcess master = RedisProcess.start();
  private final RedisProcess replica =
      RedisProcess.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
  private final RedisProcess sentinel = RedisProcess.startSentinel(NAME, master.port());

  @AfterEach
  void end() {
    sentinel.close();
    replica.close();
    master.close();
  }

  @Test
  void workGoesOnWhereTheReplicaTakesOver() {
    Await.until("the replica to be known", Duration.ofSeconds(60), this::knowsReplica);
    List<String> losses = new CopyOnWriteArrayList<>();
    try (RedisStore store =
            builder().timeout(Duration.ofSeconds(60)).onDataLoss(losses::add).build();
        RedisStore idle = builder().timeout(Duration.ofSeconds(60)).build()) {
      Queue<Route> told = new ConcurrentLinkedQueue<>();
      idle.queue().onWork(told::add);
      Set<String> sent = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        sent.add("before-" + i);
        Sends.send(store, "before-" + i);
      }
      long copies = master.ask(redis -> redis.waitForReplication(1, 30_000));
      assertThat(copies).isEqualTo(1);

      master.kill();
      for (int i = 0; i < 100; i++) {
        sent.add("after-" + i);
        assertThat(Sends.send(store, "after-" + i).verdict()).isIn(Verdict.NEW, Verdict.DUPLICATE);
      }

      assertThat(Sends.send(store, "before-7").verdict()).isEqualTo(Verdict.DUPLICATE);
      assertThat(Sends.claimAll(store)).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(losses).isEmpty();
      told.clear();
      Sends.send(store, "one more");
      Await.until("word of new work", Duration.ofSeconds(60), () -> told.contains(Route.EMAIL));
    }
  }

  /** Which are not those of the servers that it watches. */
  @Test
  void sentinelMayAskForCredentialsOfItsOwn() {
    sentinel.ask(
        redis ->
            redis.aclSetuser(
                "shop",
                AclSetuserArgs.Builder.on().addPassword("one").allCommands().allChannels()));
    sentinel.ask(redis -> redis.aclSetuser("default", AclSetuserArgs.Builder.addPassword("two")));
    assertThatThrownBy(() -> builder().build().close()).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> builder().sentinelCredentials("shop", "two").build().close())
        .isInstanceOf(StoreException.class)
        .hasMessageNotContaining("two");
    try (RedisStore one = builder().sentinelCredentials("shop", "one").build();
        RedisStore other = builder().sentinelCredentials(null, "two").build()) {
      assertThat(Sends.send(one, "event").verdict()).isEqualTo(Verdict.NEW);
      assertThat(Sends.send(other, "event").verdict()).isEqualTo(Verdict.DUPLICATE);
    }
  }

  @Test
  void credentialsOfSentinelsThereAreNotAreRefused() {
    assertThatThrownBy(
            () -> RedisStore.builder(master.uri()).sentinelCredentials(null, "two").build().close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("sentinelPassword is given, and the URI names no Sentinel");
  }

  private RedisStore.Builder builder() {
    return RedisStore.builder("redis-sentinel://127.0.0.1:" + sentinel.port() + "/0#" + NAME);
  }

  private boolean knowsReplica() {
    RedisClient client = RedisClient.create();
    RedisURI uri = RedisURI.create("127.0.0.1", sentinel.port());
    try (StatefulRedisSentinelConnection<String, String> connection = client.connectSentinel(uri)) {
      boolean isLinked =
          replica.ask(redis -> redis.info("replication")).contains("master_link_status:up");
      return isLinked && connection.sync().replicas(NAME).size() == 1;
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }
}
