package dev.notifykit.test.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.test.store.RawState;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The keys, read with Redis commands. */
final class RawKeys implements RawState {
  private final RedisProcess server;
  private final String prefix;

  RawKeys(RedisProcess server, String prefix) {
    this.server = server;
    this.prefix = prefix;
  }

  List<byte[]> keys(String pattern) {
    return server.ask(
        redis -> {
          List<byte[]> keys = new ArrayList<>();
          ScanArgs args = ScanArgs.Builder.matches(prefix + pattern).limit(1_000);
          KeyScanCursor<byte[]> cursor = redis.scan(args);
          keys.addAll(cursor.getKeys());
          while (!cursor.isFinished()) {
            cursor = redis.scan(ScanCursor.of(cursor.getCursor()), args);
            keys.addAll(cursor.getKeys());
          }
          return keys;
        });
  }

  void drop() {
    List<byte[]> keys = keys(":*");
    for (int i = 0; i < keys.size(); i += 1_000) {
      byte[][] some = keys.subList(i, Math.min(i + 1_000, keys.size())).toArray(new byte[0][]);
      server.ask(redis -> redis.unlink(some));
    }
  }

  private long count(String pattern) {
    return keys(pattern).stream().mapToLong(key -> server.ask(redis -> redis.hlen(key))).sum();
  }

  @Override
  public long notifications() {
    return count(":{*}:m");
  }

  @Override
  public long deliveries() {
    return count(":{*}:d");
  }

  /** The first byte of a row is its state. */
  @Override
  public long deliveries(DeliveryState state) {
    return keys(":{*}:d").stream()
        .flatMap(key -> server.ask(redis -> redis.hvals(key)).stream())
        .filter(row -> row[0] == state.ordinal())
        .count();
  }

  @Override
  public boolean contains(String text) {
    return keys(":*").stream().anyMatch(key -> latin(key).contains(text) || holds(key, text));
  }

  private boolean holds(byte[] key, String text) {
    return server.ask(redis -> values(redis, key)).stream().anyMatch(v -> latin(v).contains(text));
  }

  private static List<byte[]> values(RedisCommands<byte[], byte[]> redis, byte[] key) {
    return switch (redis.type(key)) {
      case "string" -> List.of(redis.get(key));
      case "list" -> redis.lrange(key, 0, -1);
      case "zset" -> redis.zrange(key, 0, -1);
      case "set" -> List.copyOf(redis.smembers(key));
      case "hash" -> {
        List<byte[]> all = new ArrayList<>();
        for (Map.Entry<byte[], byte[]> e : redis.hgetall(key).entrySet()) {
          all.add(e.getKey());
          all.add(e.getValue());
        }
        yield all;
      }
      default -> throw new IllegalStateException("a key of a type nobody writes");
    };
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void corrupt(UUID notificationId) {
    byte[] field =
        ByteBuffer.allocate(16)
            .putLong(notificationId.getMostSignificantBits())
            .putLong(notificationId.getLeastSignificantBits())
            .array();
    for (byte[] key : keys(":{*}:n")) {
      byte[] value = server.ask(redis -> redis.hget(key, field));
      if (value != null) {
        byte[] cut = Arrays.copyOf(value, value.length - 1);
        server.ask(redis -> redis.hset(key, field, cut));
      }
    }
  }
}
