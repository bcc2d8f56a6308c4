package dev.notifykit.store.redis;

import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may forbid a delivery at the last moment: preferences, suppressed addresses, disabled
 * devices. Asked for after the claim, or in the step that claims, so that whatever was written
 * before the claim is seen.
 */
final class LateChecks {
  private static final int KEYS_AT_ONCE = 2_000;

  /** A device of a tenant. */
  private record Key(String tenant, String device) {}

  private final Redis redis;
  private final Restricted restricted;
  private final Map<Key, byte[]> devices = new LinkedHashMap<>();
  private final Set<Key> disabled = new HashSet<>();
  private final List<RedisFuture<List<KeyValue<byte[], byte[]>>>> sent = new ArrayList<>();

  private LateChecks(Redis redis, Keys keys) {
    this.redis = redis;
    this.restricted = new Restricted(redis, keys);
  }

  /** Sends the question. */
  static LateChecks ask(Redis redis, Keys names, Collection<QueuedDelivery> about) {
    LateChecks checks = about(redis, names, about);
    checks.restricted.send();
    for (int i = 0; i * KEYS_AT_ONCE < checks.devices.size(); i++) {
      checks.sent.add(redis.commands().mget(checks.part(i)));
    }
    return checks;
  }

  private static LateChecks about(Redis redis, Keys names, Collection<QueuedDelivery> about) {
    LateChecks checks = new LateChecks(redis, names);
    about.forEach(d -> checks.add(names, d));
    return checks;
  }

  /**
   * Prepares the same question for the append script, of what it is to append.
   *
   * @param targetKeys what else may be a suppressed address of these
   */
  static LateChecks about(Redis redis, Keys names, NewNotification n, Iterable<String> targetKeys) {
    LateChecks checks =
        about(redis, names, n.deliveries().stream().map(NewDelivery::delivery).toList());
    targetKeys.forEach(key -> checks.restricted.askForTarget(n.notification().tenant(), key));
    return checks;
  }

  /** Writes the question as the append script reads it. */
  byte[] packed() {
    Packer out = new Packer(128);
    restricted.pack(out);
    for (int i = 0; i * KEYS_AT_ONCE < devices.size(); i++) {
      byte[][] some = part(i);
      out.u16(0).u16(some.length);
      for (byte[] key : some) {
        out.sized(key);
      }
    }
    return out.toBytes();
  }

  /** Returns what the append script found, from a place in its reply on. */
  Restricted found(List<Object> reply, int from) {
    restricted.read(reply, from);
    return restricted;
  }

  private byte[][] part(int number) {
    return devices.values().stream()
        .skip((long) number * KEYS_AT_ONCE)
        .limit(KEYS_AT_ONCE)
        .toArray(byte[][]::new);
  }

  private void add(Keys names, QueuedDelivery d) {
    String tenant = d.notification().tenant();
    String target = d.target().key();
    restricted.askForPerson(tenant, d.recipientId());
    if (!target.isEmpty()) {
      restricted.askForTarget(tenant, target);
      if (d.target().device().isPresent()) {
        devices.computeIfAbsent(
            new Key(tenant, target), key -> names.disabled(key.tenant, key.device));
      }
    }
  }

  /** Waits for the answer. */
  LateChecks answered() {
    restricted.answered();
    List<Key> asked = List.copyOf(devices.keySet());
    for (int i = 0; i < sent.size(); i++) {
      byte[][] some = part(i);
      List<KeyValue<byte[], byte[]>> values =
          redis.await(sent.get(i), () -> redis.commands().mget(some));
      for (int k = 0; k < values.size(); k++) {
        if (values.get(k).hasValue()) {
          disabled.add(asked.get(i * KEYS_AT_ONCE + k));
        }
      }
    }
    return this;
  }

  /**
   * Returns the preferences of a delivery's recipient.
   *
   * @throws UnreadableException if they are not what this version writes
   */
  PreferenceSet preferences(QueuedDelivery d) throws UnreadableException {
    byte[] value = restricted.ofPerson(d.notification().tenant(), d.recipientId());
    return value.length == 0 ? PreferenceSet.NONE : PreferenceJson.read(value);
  }

  boolean isSuppressed(QueuedDelivery d) {
    String tenant = d.notification().tenant();
    String target = d.target().key();
    return restricted.isSuppressed(tenant, target) || disabled.contains(new Key(tenant, target));
  }
}
