package dev.notifykit.store.redis;

import dev.notifykit.StoreException;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Preferences, a JSON text a person, and suppressed addresses, a key each. */
final class RedisPreferences implements PreferenceStore {
  private static final int AT_ONCE = 1_000;

  private final Redis redis;
  private final Keys keys;

  RedisPreferences(Redis redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  @Override
  public PreferenceSet find(String tenant, String recipientId) {
    return findAll(tenant, List.of(recipientId)).getOrDefault(recipientId, PreferenceSet.NONE);
  }

  @Override
  public Map<String, PreferenceSet> findAll(String tenant, Collection<String> recipientIds) {
    return restrictions(tenant, recipientIds, List.of()).preferences();
  }

  @Override
  public Restrictions restrictions(
      String tenant, Collection<String> recipientIds, Collection<String> targetKeys) {
    List<byte[]> names = new ArrayList<>(recipientIds.size() + targetKeys.size());
    recipientIds.forEach(id -> names.add(keys.preferences(tenant, id)));
    targetKeys.forEach(key -> names.add(keys.suppression(tenant, key)));
    Iterator<KeyValue<byte[], byte[]>> values = values(names).iterator();
    Map<String, PreferenceSet> preferences = new HashMap<>();
    for (String id : recipientIds) {
      KeyValue<byte[], byte[]> value = values.next();
      if (value.hasValue()) {
        preferences.put(id, read(value.getValue()));
      }
    }
    Set<String> suppressed = new HashSet<>();
    for (String key : targetKeys) {
      if (values.next().hasValue()) {
        suppressed.add(key);
      }
    }
    return new Restrictions(preferences, suppressed);
  }

  private static PreferenceSet read(byte[] json) {
    try {
      return PreferenceJson.read(json);
    } catch (UnreadableException e) {
      throw new StoreException("the preferences of a recipient are unreadable", e);
    }
  }

  /** Returns what is there under keys, in their order, asking for all at once. */
  private List<KeyValue<byte[], byte[]>> values(List<byte[]> names) {
    List<byte[][]> parts = new ArrayList<>();
    List<RedisFuture<List<KeyValue<byte[], byte[]>>>> sent = new ArrayList<>();
    for (int from = 0; from < names.size(); from += AT_ONCE) {
      byte[][] part =
          names.subList(from, Math.min(from + AT_ONCE, names.size())).toArray(new byte[0][]);
      parts.add(part);
      sent.add(redis.commands().mget(part));
    }
    List<KeyValue<byte[], byte[]>> values = new ArrayList<>(names.size());
    for (int i = 0; i < parts.size(); i++) {
      byte[][] part = parts.get(i);
      values.addAll(redis.await(sent.get(i), () -> redis.commands().mget(part)));
    }
    return values;
  }

  @Override
  public void put(String tenant, String recipientId, Preference choice) {
    change(
        tenant,
        recipientId,
        "choice",
        Packer.utf8(PreferenceJson.about(choice)),
        Packer.utf8(choice.optedIn() ? 1 : 0));
  }

  @Override
  public void putQuietHours(String tenant, String recipientId, @Nullable QuietHours quietHours) {
    change(tenant, recipientId, "quiet", Packer.utf8(PreferenceJson.quietHours(quietHours)));
  }

  void erase(String tenant, String recipientId) {
    change(tenant, recipientId, "erase");
  }

  void endErasure(String tenant, String recipientId) {
    change(tenant, recipientId, "save");
  }

  private void change(String tenant, String recipientId, String what, byte[]... with) {
    List<byte[]> args = new ArrayList<>(List.of(Packer.utf8(what)));
    args.addAll(List.of(with));
    byte[] key = keys.preferences(tenant, recipientId);
    redis.number(Script.PREFER, key, args.toArray(new byte[0][]));
  }

  @Override
  public void suppressTarget(String tenant, String targetKey, @Nullable String reason) {
    byte[] key = keys.suppression(tenant, targetKey);
    if (reason == null) {
      redis.await(() -> redis.commands().del(key));
    } else {
      // Never empty: an empty text is what a key that is not there looks like.
      byte[] why = Packer.utf8(reason.isEmpty() ? "-" : reason);
      redis.await(() -> redis.commands().set(key, why));
    }
  }

  @Override
  public Set<String> suppressedTargets(String tenant, Collection<String> targetKeys) {
    return restrictions(tenant, List.of(), targetKeys).suppressed();
  }
}
