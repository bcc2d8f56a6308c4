package dev.notifykit.test.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.test.store.RawState;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** The keys of one server or of all masters of a cluster, read with Redis commands. */
public final class RawKeys implements RawState {
  private final List<RedisProcess> servers;
  private final String prefix;

  /** Looks at what begins with a prefix. */
  public RawKeys(List<RedisProcess> servers, String prefix) {
    this.servers = servers;
    this.prefix = prefix;
  }

  /** A key and the server that has it. */
  record Key(RedisProcess server, byte[] name) {
    <T> T ask(BiFunction<RedisCommands<byte[], byte[]>, byte[], T> question) {
      return server.ask(redis -> question.apply(redis, name));
    }
  }

  List<Key> keys(String pattern) {
    ScanArgs args = ScanArgs.Builder.matches(prefix + pattern).limit(1_000);
    List<Key> keys = new ArrayList<>();
    for (RedisProcess server : servers) {
      KeyScanCursor<byte[]> cursor = server.ask(redis -> redis.scan(args));
      cursor.getKeys().forEach(name -> keys.add(new Key(server, name)));
      while (!cursor.isFinished()) {
        ScanCursor next = ScanCursor.of(cursor.getCursor());
        cursor = server.ask(redis -> redis.scan(next, args));
        cursor.getKeys().forEach(name -> keys.add(new Key(server, name)));
      }
    }
    return keys;
  }

  /** Drops all. */
  public void drop() {
    dropMatching(":*");
  }

  /** Drops what matches a pattern after the prefix. */
  public void dropMatching(String pattern) {
    keys(pattern).forEach(key -> key.ask((redis, name) -> redis.unlink(name)));
  }

  private long count(String pattern) {
    return keys(pattern).stream().mapToLong(key -> key.ask((r, name) -> r.hlen(name))).sum();
  }

  @Override
  public long notifications() {
    return count(":{*}:m");
  }

  @Override
  public long deliveries() {
    return fields("d", RawKeys::isRow);
  }

  /** The first byte of a row is its state, but for one that says where in which lot it is. */
  @Override
  public long deliveries(DeliveryState state) {
    return keys(":{*}:d").stream()
        .flatMap(
            key ->
                key.ask((redis, name) -> redis.hgetall(name)).entrySet().stream()
                    .filter(field -> isRow(field.getKey()))
                    .map(row -> of(key, row.getValue())))
        .filter(first -> first == state.ordinal())
        .count();
  }

  /** Returns how many fields a partition's hash has that are of a kind. */
  long fields(String hash, Predicate<byte[]> kind) {
    return keys(":{*}:" + hash).stream()
        .flatMap(key -> key.ask((redis, name) -> redis.hkeys(name)).stream())
        .filter(kind)
        .count();
  }

  static boolean isRow(byte[] field) {
    return field.length == 16;
  }

  private static int of(Key rows, byte[] row) {
    if (row[0] != -1) {
      return row[0];
    }
    ByteBuffer reference = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
    long lot = (long) reference.getDouble(1);
    int place = reference.getShort(9);
    String base = latin(rows.name).substring(0, rows.name.length - 1);
    byte[] key = (base + "b" + lot).getBytes(StandardCharsets.ISO_8859_1);
    return rows.server.ask(redis -> redis.getrange(key, 19 + place, 19 + place))[0];
  }

  @Override
  public boolean contains(String text) {
    return keys(":*").stream()
        .anyMatch(
            key ->
                latin(key.name).contains(text)
                    || key.ask(RawKeys::values).stream().anyMatch(v -> latin(v).contains(text)));
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
        ByteBuffer.allocate(17)
            .putLong(notificationId.getMostSignificantBits())
            .putLong(notificationId.getLeastSignificantBits())
            .put((byte) 'n')
            .array();
    for (Key key : keys(":{*}:d")) {
      byte[] value = key.ask((redis, name) -> redis.hget(name, field));
      if (value != null) {
        byte[] cut = Arrays.copyOf(value, value.length - 1);
        key.ask((redis, name) -> redis.hset(name, field, cut));
      }
    }
  }
}
