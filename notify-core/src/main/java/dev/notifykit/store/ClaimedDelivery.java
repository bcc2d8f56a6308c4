package dev.notifykit.store;

import dev.notifykit.policy.PreferenceSet;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that one worker holds until its lease ends.
 *
 * @param delivery the delivery
 * @param token the fencing token of this claim; every later claim has a higher one
 * @param attempt the attempt this claim makes, from 1
 * @param preferences the recipient's preferences, read in the step that claimed or after it, so
 *     that whatever was written before the claim is in them
 * @param targetSuppressed whether the target was known then not to work or to have opted out
 * @param handle what the store itself wants to find again when the claim is settled, or null;
 *     nobody else looks at it. It decides nothing: a settlement is held to id, token and state
 */
public record ClaimedDelivery(
    QueuedDelivery delivery,
    long token,
    int attempt,
    PreferenceSet preferences,
    boolean targetSuppressed,
    @Nullable Object handle) {

  /** Creates a claim of a store that needs no handle. */
  public ClaimedDelivery(
      QueuedDelivery delivery,
      long token,
      int attempt,
      PreferenceSet preferences,
      boolean targetSuppressed) {
    this(delivery, token, attempt, preferences, targetSuppressed, null);
  }
}
