package dev.notifykit.store.redis;

import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Preferences, a JSON text a person, and suppressed addresses; see {@link Restricted}. */
final class RedisPreferences implements PreferenceStore {
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
    Restricted restricted = new Restricted(redis, keys);
    recipientIds.forEach(id -> restricted.askForPerson(tenant, id));
    targetKeys.forEach(key -> restricted.askForTarget(tenant, key));
    return restricted.send().answered().restrictions(tenant, recipientIds, targetKeys);
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
    List<byte[]> args = new ArrayList<>();
    args.add(Restricted.Kind.PERSON.field(tenant, recipientId));
    args.add(Packer.utf8(what));
    args.addAll(List.of(with));
    byte[] key = keys.people(keys.partitionOf(tenant, recipientId));
    redis.number(Script.PREFER, key, args.toArray(new byte[0][]));
  }

  @Override
  public void suppressTarget(String tenant, String targetKey, @Nullable String reason) {
    byte[] key = keys.people(keys.partitionOf(tenant, targetKey));
    byte[] field = Restricted.Kind.TARGET.field(tenant, targetKey);
    if (reason == null) {
      redis.await(() -> redis.commands().hdel(key, field));
    } else {
      // Never empty: an empty text is what a key that is not there looks like.
      byte[] why = Packer.utf8(reason.isEmpty() ? "-" : reason);
      redis.await(() -> redis.commands().hset(key, field, why));
    }
  }

  @Override
  public Set<String> suppressedTargets(String tenant, Collection<String> targetKeys) {
    return restrictions(tenant, List.of(), targetKeys).suppressed();
  }
}
