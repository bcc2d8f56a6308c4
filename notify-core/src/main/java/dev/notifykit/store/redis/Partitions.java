package dev.notifykit.store.redis;

import dev.notifykit.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that events, and all that belongs to them, are spread over; each is in one slot.
 *
 * <p>Each part has an epoch, a random text written when it was first used. Every script compares it
 * before it does anything, so a flush, or a failover to a server without the data, is noticed by
 * the first script after it: reported once, and then the part starts anew.
 */
final class Partitions {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
  private static final String FORMAT = "5";

  final Redis redis;
  final Keys keys;
  private final Consumer<String> onDataLoss;
  private final AtomicReferenceArray<byte[]> epochs;

  Partitions(Redis redis, Keys keys, Consumer<String> onDataLoss) {
    this.redis = redis;
    this.keys = keys;
    this.onDataLoss = onDataLoss;
    this.epochs = new AtomicReferenceArray<>(keys.partitions());
    checkLayout();
    for (int p = 0; p < keys.partitions(); p++) {
      epochs.set(p, (byte[]) readEpoch(p).get(0));
    }
  }

  int count() {
    return keys.partitions();
  }

  int of(String tenant, String eventId) {
    return keys.partitionOf(tenant, eventId);
  }

  /** Data spread over another number of partitions would not be found. */
  private void checkLayout() {
    byte[] mine = Packer.utf8(FORMAT + ":" + keys.partitions());
    redis.await(() -> redis.commands().setnx(keys.meta(), mine));
    byte[] there = redis.await(() -> redis.commands().get(keys.meta()));
    String found = there == null ? "" : new String(there, StandardCharsets.UTF_8);
    if (!found.equals(Packer.text(mine))) {
      throw new ConfigurationException(
          "the data in Redis is of format and partitions '"
              + found
              + "', this store's of '"
              + Packer.text(mine)
              + "'; set the same number of partitions on every node, or another keyPrefix");
    }
  }

  private List<Object> readEpoch(int partition) {
    byte[] fresh = Packer.utf8(UUID.randomUUID().toString());
    return redis.list(Script.EPOCH, keys.base(partition), fresh);
  }

  /** A script about a partition, on its way. */
  final class Sent {
    private final int partition;
    private final Script script;
    private final byte[][] args;
    private Redis.Call call;
    private boolean resent;

    private Sent(int partition, Script script, byte[][] args) {
      this.partition = partition;
      this.script = script;
      this.args = args;
      this.call = send();
    }

    private Redis.Call send() {
      args[0] = epochs.get(partition);
      return redis.send(script, new byte[][] {keys.base(partition)}, args);
    }

    int partition() {
      return partition;
    }

    /** Whether it ran later than what was sent right after it. */
    boolean ranLate() {
      return resent || call.wasResent();
    }

    List<Object> list() {
      return inEpoch(Redis.Call::list);
    }

    long number() {
      return inEpoch(Redis.Call::number);
    }

    private <T> T inEpoch(Function<Redis.Call, T> reply) {
      try {
        return reply.apply(call);
      } catch (EpochException e) {
        renew(partition, args[0]);
        resent = true;
        call = send();
        return reply.apply(call);
      }
    }
  }

  /** Sends a script about a partition; the arguments are without the epoch. */
  Sent send(int partition, Script script, List<byte[]> args) {
    byte[][] all = new byte[args.size() + 1][];
    for (int i = 0; i < args.size(); i++) {
      all[i + 1] = args.get(i);
    }
    return new Sent(partition, script, all);
  }

  Sent send(int partition, Script script, byte[]... args) {
    return send(partition, script, List.of(args));
  }

  /** Sends a script to every partition and returns the replies in their order. */
  <T> List<T> everywhere(BiFunction<Integer, Partitions, Sent> send, Function<Sent, T> reply) {
    List<Sent> sent = new ArrayList<>();
    for (int p = 0; p < count(); p++) {
      sent.add(send.apply(p, this));
    }
    return sent.stream().map(reply).toList();
  }

  private synchronized void renew(int partition, byte[] stale) {
    if (epochs.get(partition) != stale) {
      return;
    }
    checkLayout();
    epochs.set(partition, (byte[]) readEpoch(partition).get(0));
    String message =
        "the data in Redis was flushed, evicted or lost in a failover (partition "
            + partition
            + "): what was queued there is gone, and event ids sent before it are not known any more";
    LOG.error("{}", message);
    onDataLoss.accept(message);
  }
}
