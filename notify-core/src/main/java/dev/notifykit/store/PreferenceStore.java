package dev.notifykit.store;

import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What recipients chose, and which addresses must not be used. Thread-safe. A write that returned
 * is seen by every later claim, on every node.
 */
public interface PreferenceStore {
  /**
   * Returns a recipient's preferences, {@link PreferenceSet#NONE} if there are none.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   */
  PreferenceSet find(String tenant, String recipientId);

  /**
   * Returns the preferences of those who have any, in one round trip.
   *
   * @param tenant the tenant
   * @param recipientIds the recipients
   */
  Map<String, PreferenceSet> findAll(String tenant, Collection<String> recipientIds);

  /**
   * Returns what may keep a send from people and addresses, in one round trip where the store can:
   * {@link #findAll} and {@link #suppressedTargets}.
   *
   * @param tenant the tenant
   * @param recipientIds the recipients
   * @param targetKeys the keys of their addresses, perhaps none; they are digests that are made
   *     when they are first read, so a store that has no suppressions may leave them unread
   */
  default Restrictions restrictions(
      String tenant, Collection<String> recipientIds, Collection<String> targetKeys) {
    Map<String, PreferenceSet> preferences;
    if (recipientIds.size() == 1) {
      String id = recipientIds.iterator().next();
      preferences = Map.of(id, find(tenant, id));
    } else {
      preferences = findAll(tenant, recipientIds);
    }
    return new Restrictions(
        preferences, targetKeys.isEmpty() ? Set.of() : suppressedTargets(tenant, targetKeys));
  }

  /**
   * What may keep a send from people and addresses.
   *
   * @param preferences the preferences of those who have any
   * @param suppressed the addresses that must not be used
   */
  record Restrictions(Map<String, PreferenceSet> preferences, Set<String> suppressed) {
    /** Nothing restricts anybody. */
    public static final Restrictions NONE = new Restrictions(Map.of(), Set.of());
  }

  /**
   * Records a choice, replacing the one about the same channel, category and topic.
   *
   * @param tenant the tenant
   * @param recipientId the recipient, with or without a profile
   * @param choice the choice
   */
  void put(String tenant, String recipientId, Preference choice);

  /**
   * Sets or, with null, clears a recipient's own quiet hours.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param quietHours the hours, or null
   */
  void putQuietHours(String tenant, String recipientId, @Nullable QuietHours quietHours);

  /**
   * Stops or, with null, resumes the use of an address for every recipient of the tenant.
   *
   * @param tenant the tenant
   * @param targetKey the key the address is known by, {@link dev.notifykit.Delivery#targetKey}
   * @param reason why, in a provider's or the library's word; null to resume
   */
  void suppressTarget(String tenant, String targetKey, @Nullable String reason);

  /**
   * Returns which of these addresses must not be used, in one round trip.
   *
   * @param tenant the tenant
   * @param targetKeys the addresses' keys
   */
  Set<String> suppressedTargets(String tenant, Collection<String> targetKeys);
}
