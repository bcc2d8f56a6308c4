package dev.notifykit.store.redis;

import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may forbid a delivery at the last moment: preferences, suppressed addresses, disabled
 * devices. Asked for after the claim, so that whatever was written before the claim is seen. One
 * question for all of a claim.
 */
final class LateChecks {
  private static final int KEYS_AT_ONCE = 2_000;
  private static final byte[] NONE = new byte[0];

  /** Something of one tenant: a person, or a target. */
  private record Key(String tenant, String name) {}

  private final Redis redis;
  private final List<byte[]> keys = new ArrayList<>();
  private final Map<Key, Integer> people = new HashMap<>();
  private final Map<Key, Integer> targets = new HashMap<>();
  private final List<RedisFuture<List<KeyValue<byte[], byte[]>>>> sent = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();

  private LateChecks(Redis redis) {
    this.redis = redis;
  }

  /** Sends the question. */
  static LateChecks ask(Redis redis, Keys names, Collection<QueuedDelivery> about) {
    LateChecks checks = new LateChecks(redis);
    about.forEach(d -> checks.add(names, d));
    for (int i = 0; i * KEYS_AT_ONCE < checks.keys.size(); i++) {
      checks.sent.add(redis.commands().mget(checks.part(i)));
    }
    return checks;
  }

  private byte[][] part(int number) {
    int from = number * KEYS_AT_ONCE;
    int to = Math.min(from + KEYS_AT_ONCE, keys.size());
    return keys.subList(from, to).toArray(new byte[0][]);
  }

  private void add(Keys names, QueuedDelivery d) {
    String tenant = d.notification().tenant();
    if (people.putIfAbsent(new Key(tenant, d.recipientId()), keys.size()) == null) {
      keys.add(names.preferences(tenant, d.recipientId()));
    }
    String target = d.target().key();
    if (!target.isEmpty() && targets.putIfAbsent(new Key(tenant, target), keys.size()) == null) {
      keys.add(names.suppression(tenant, target));
      keys.add(names.disabled(tenant, target));
    }
  }

  /** Waits for the answer. */
  LateChecks answered() {
    for (int i = 0; i < sent.size(); i++) {
      byte[][] some = part(i);
      redis
          .await(sent.get(i), () -> redis.commands().mget(some))
          .forEach(kv -> values.add(kv.getValueOrElse(NONE)));
    }
    return this;
  }

  /**
   * Returns the preferences of a delivery's recipient.
   *
   * @throws UnreadableException if they are not what this version writes
   */
  PreferenceSet preferences(QueuedDelivery d) throws UnreadableException {
    byte[] value = value(people.get(new Key(d.notification().tenant(), d.recipientId())));
    return value.length == 0 ? PreferenceSet.NONE : PreferenceJson.read(value);
  }

  boolean isSuppressed(QueuedDelivery d) {
    Integer at = targets.get(new Key(d.notification().tenant(), d.target().key()));
    return at != null && (value(at).length > 0 || value(at + 1).length > 0);
  }

  private byte[] value(@Nullable Integer at) {
    return at == null ? NONE : values.get(at);
  }
}
