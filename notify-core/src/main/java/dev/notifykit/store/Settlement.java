package dev.notifykit.store;

import dev.notifykit.Attempt;
import dev.notifykit.DeliveryState;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a claim ended with.
 *
 * @param claimed the claim
 * @param to the next state, one that {@code CLAIMED} can become
 * @param reason a suppression or dead reason by name, or a provider's code; null if there is none
 * @param delay for {@code RETRY_WAIT} how long to wait, for {@code UNKNOWN} how long to wait for a
 *     receipt; null otherwise
 * @param spendsAttempt whether the attempt counts; false gives it back
 * @param provider the provider that was asked, or null
 * @param providerMessageId the provider's id, or null
 * @param attempt what to add to the attempt log, or null for nothing
 */
public record Settlement(
    ClaimedDelivery claimed,
    DeliveryState to,
    @Nullable String reason,
    @Nullable Duration delay,
    boolean spendsAttempt,
    @Nullable String provider,
    @Nullable String providerMessageId,
    @Nullable Attempt attempt) {}
