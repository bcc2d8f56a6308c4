package dev.notifykit.test.store.redis;

import dev.notifykit.test.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A cluster of three masters that share the slots. */
final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16_384;

  private final List<RedisProcess> masters = new ArrayList<>();
  private final List<RedisProcess> replicas = new ArrayList<>();

  /** Starts one; returns when it is whole. */
  static RedisCluster start() {
    RedisCluster cluster = new RedisCluster();
    for (int i = 0; i < 3; i++) {
      RedisProcess master = server();
      int[] slots = IntStream.range(SLOTS * i / 3, SLOTS * (i + 1) / 3).toArray();
      master.ask(redis -> redis.clusterAddSlots(slots));
      cluster.masters.add(master);
    }
    cluster.awaitWhole();
    return cluster;
  }

  private static RedisProcess server() {
    return RedisProcess.start("--cluster-enabled", "yes", "--cluster-node-timeout", "2000");
  }

  private void awaitWhole() {
    List<RedisProcess> all = Stream.concat(masters.stream(), replicas.stream()).toList();
    int port = masters.get(0).port();
    all.forEach(server -> server.ask(redis -> redis.clusterMeet("127.0.0.1", port)));
    String known = "cluster_known_nodes:" + all.size();
    Await.until(
        "the cluster",
        () ->
            all.stream()
                .map(server -> server.ask(redis -> redis.clusterInfo()))
                .allMatch(info -> info.contains("cluster_state:ok") && info.contains(known)));
  }

  List<RedisProcess> masters() {
    return masters;
  }

  /** Adds a replica of a master; returns when it has what the master has. */
  RedisProcess replicaOf(RedisProcess master) {
    RedisProcess replica = server();
    replicas.add(replica);
    awaitWhole();
    String id = master.ask(redis -> redis.clusterMyId());
    replica.ask(redis -> redis.clusterReplicate(id));
    Await.until(
        "the replica",
        () -> replica.ask(redis -> redis.info("replication")).contains("master_link_status:up"));
    return replica;
  }

  @Override
  public void close() {
    masters.forEach(RedisProcess::close);
    replicas.forEach(RedisProcess::close);
  }
}
