package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.policy.QuietHours;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.TargetKeys;
import org.jspecify.annotations.Nullable;

/**
 * What one tenant's recipients chose. Thread-safe. A choice counts for every delivery that is
 * claimed after the call returns, on every node. A category that the client does not know is
 * refused as soon as it has any: a choice about a misspelt one would be kept and never be followed.
 */
public final class Preferences {
  private final PreferenceStore store;
  private final TargetKeys targetKeys;
  private final DeliveryPolicy policy;
  private final String tenant;

  Preferences(PreferenceStore store, TargetKeys targetKeys, DeliveryPolicy policy, String tenant) {
    this.store = store;
    this.targetKeys = targetKeys;
    this.policy = policy;
    this.tenant = tenant;
  }

  /** Switches a channel off. */
  public void optOut(String recipientId, Channel channel) {
    put(recipientId, Checks.notNull("channel", channel), null, null, false);
  }

  /** Switches a category off on one channel. */
  public void optOut(String recipientId, Channel channel, String category) {
    put(recipientId, Checks.notNull("channel", channel), named(category), null, false);
  }

  /** Switches a category off on every channel where the recipient did not choose otherwise. */
  public void optOut(String recipientId, String category) {
    put(recipientId, null, named(category), null, false);
  }

  /** Switches a channel on. */
  public void optIn(String recipientId, Channel channel) {
    put(recipientId, Checks.notNull("channel", channel), null, null, true);
  }

  /** Switches a category on for one channel, even one that is off otherwise. */
  public void optIn(String recipientId, Channel channel, String category) {
    put(recipientId, Checks.notNull("channel", channel), named(category), null, true);
  }

  /** Switches a category on for every channel where the recipient did not choose otherwise. */
  public void optIn(String recipientId, String category) {
    put(recipientId, null, named(category), null, true);
  }

  /** Stops everything but mandatory categories. */
  public void mute(String recipientId) {
    put(recipientId, null, null, null, false);
  }

  /** Ends {@link #mute}; narrower choices stand. */
  public void unmute(String recipientId) {
    put(recipientId, null, null, null, true);
  }

  /** Stops one topic on every channel. */
  public void muteTopic(String recipientId, String topic) {
    put(recipientId, null, null, Checks.name("topic", topic), false);
  }

  /** Ends {@link #muteTopic}. */
  public void unmuteTopic(String recipientId, String topic) {
    put(recipientId, null, null, Checks.name("topic", topic), true);
  }

  /** Sets a recipient's own quiet hours, or with null returns to the client's. */
  public void quietHours(String recipientId, @Nullable QuietHours quietHours) {
    store.putQuietHours(tenant, Checks.name("recipientId", recipientId), quietHours);
  }

  /** Returns everything a recipient chose. */
  public PreferenceSet of(String recipientId) {
    return store.find(tenant, Checks.name("recipientId", recipientId));
  }

  /**
   * Stops the use of an address for everyone of this tenant who has it, mandatory categories
   * included.
   *
   * @param target the address
   * @param reason why, in a word of yours; at most 200 characters
   */
  public void suppress(Target target, String reason) {
    String key = targetKeys.key(Checks.notNull("target", target));
    store.suppressTarget(tenant, key, Checks.name("reason", reason));
  }

  /** Ends {@link #suppress}. */
  public void unsuppress(Target target) {
    for (String key : targetKeys.all(Checks.notNull("target", target))) {
      store.suppressTarget(tenant, key, null);
    }
  }

  private String named(String category) {
    return policy.category(Checks.name("category", category)).name();
  }

  private void put(
      String recipientId,
      @Nullable Channel channel,
      @Nullable String category,
      @Nullable String topic,
      boolean optedIn) {
    store.put(
        tenant,
        Checks.name("recipientId", recipientId),
        new Preference(channel, category, topic, optedIn));
  }
}
