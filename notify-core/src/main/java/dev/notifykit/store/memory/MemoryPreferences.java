package dev.notifykit.store.memory;

import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Preferences and suppressed addresses. A read sees every write that returned before it. */
final class MemoryPreferences implements PreferenceStore {
  static final PreferenceSet ERASED = new PreferenceSet(List.of(), null, /* erased= */ true);

  private final ByTenant<PreferenceSet> choices = new ByTenant<>();
  private final ByTenant<String> suppressed = new ByTenant<>();

  /** The devices whose push service refuses them, by id, which is their target's key. */
  private final ByTenant<Boolean> refusedDevices = new ByTenant<>();

  @Override
  public PreferenceSet find(String tenant, String recipientId) {
    PreferenceSet found = choices.get(tenant, recipientId);
    return found == null ? PreferenceSet.NONE : found;
  }

  /** Returns what counts for a claim; a row whose content was erased stays erased. */
  PreferenceSet atClaim(Row row) {
    return row.erased ? ERASED : find(row.tenant(), row.recipientId);
  }

  boolean isSuppressed(Row row) {
    return isIn(suppressed, row) || (row.target.device().isPresent() && isIn(refusedDevices, row));
  }

  /** The key of an address is a digest: not computed for tenants that have nothing to find. */
  private static boolean isIn(ByTenant<?> keys, Row row) {
    return !keys.isEmpty(row.tenant()) && keys.get(row.tenant(), row.target.key()) != null;
  }

  void refuseDevice(String tenant, String deviceId) {
    refusedDevices.of(tenant).put(deviceId, true);
  }

  void acceptDevice(String tenant, String deviceId) {
    refusedDevices.of(tenant).remove(deviceId);
  }

  @Override
  public Map<String, PreferenceSet> findAll(String tenant, Collection<String> recipientIds) {
    if (choices.isEmpty(tenant)) {
      return Map.of();
    }
    Map<String, PreferenceSet> found = new HashMap<>();
    for (String id : recipientIds) {
      PreferenceSet set = choices.get(tenant, id);
      if (set != null) {
        found.put(id, set);
      }
    }
    return found;
  }

  @Override
  public void put(String tenant, String recipientId, Preference choice) {
    choices
        .of(tenant)
        .compute(recipientId, (id, now) -> (now == null ? PreferenceSet.NONE : now).with(choice));
  }

  @Override
  public void putQuietHours(String tenant, String recipientId, @Nullable QuietHours quietHours) {
    choices
        .of(tenant)
        .compute(
            recipientId,
            (id, now) ->
                now == null && quietHours == null
                    ? null
                    : (now == null ? PreferenceSet.NONE : now).withQuietHours(quietHours));
  }

  void erase(String tenant, String recipientId) {
    choices.of(tenant).put(recipientId, ERASED);
  }

  void endErasure(String tenant, String recipientId) {
    choices
        .of(tenant)
        .computeIfPresent(
            recipientId,
            (id, now) ->
                now.erased()
                    ? new PreferenceSet(now.choices(), now.quietHours(), /* erased= */ false)
                    : now);
  }

  @Override
  public void suppressTarget(String tenant, String targetKey, @Nullable String reason) {
    if (reason == null) {
      suppressed.of(tenant).remove(targetKey);
    } else {
      suppressed.of(tenant).put(targetKey, reason);
    }
  }

  @Override
  public Set<String> suppressedTargets(String tenant, Collection<String> targetKeys) {
    if (suppressed.isEmpty(tenant)) {
      return Set.of();
    }
    Set<String> found = new HashSet<>();
    for (String key : targetKeys) {
      if (suppressed.get(tenant, key) != null) {
        found.add(key);
      }
    }
    return found;
  }
}
