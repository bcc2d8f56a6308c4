package dev.notifykit.store;

import dev.notifykit.policy.PreferenceSet;

/**
 * A delivery that one worker holds until its lease ends.
 *
 * @param delivery the delivery
 * @param token the fencing token of this claim; every later claim has a higher one
 * @param attempt the attempt this claim makes, from 1
 * @param preferences the recipient's preferences, read in the step that claimed or after it, so
 *     that whatever was written before the claim is in them
 * @param targetSuppressed whether the target was known then not to work or to have opted out
 */
public record ClaimedDelivery(
    QueuedDelivery delivery,
    long token,
    int attempt,
    PreferenceSet preferences,
    boolean targetSuppressed) {}
