package dev.notifykit.store.redis;

import dev.notifykit.StoreException;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.KeyValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
    Map<String, PreferenceSet> found = new HashMap<>();
    values(recipientIds, id -> keys.preferences(tenant, id))
        .forEach((id, json) -> found.put(id, read(json)));
    return found;
  }

  private static PreferenceSet read(byte[] json) {
    try {
      return PreferenceJson.read(json);
    } catch (UnreadableException e) {
      throw new StoreException("the preferences of a recipient are unreadable", e);
    }
  }

  /** Returns what is there under the keys of these names. */
  private Map<String, byte[]> values(Collection<String> names, Function<String, byte[]> key) {
    List<String> all = List.copyOf(names);
    Map<String, byte[]> values = new HashMap<>();
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<String> some = all.subList(from, Math.min(from + AT_ONCE, all.size()));
      byte[][] wanted = some.stream().map(key).toArray(byte[][]::new);
      List<KeyValue<byte[], byte[]>> found = redis.await(() -> redis.commands().mget(wanted));
      for (int i = 0; i < some.size(); i++) {
        if (found.get(i).hasValue()) {
          values.put(some.get(i), found.get(i).getValue());
        }
      }
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
    return new HashSet<>(values(targetKeys, key -> keys.suppression(tenant, key)).keySet());
  }
}
