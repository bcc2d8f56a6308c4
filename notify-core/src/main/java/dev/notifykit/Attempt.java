package dev.notifykit;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One try at sending a delivery. Attempts that were accepted at once are told by the delivery
 * itself; every other one is logged.
 *
 * @param deliveryId the delivery
 * @param number the attempt, from 1
 * @param provider the provider that was asked, or null if it did not come that far
 * @param outcome the class of the outcome, such as {@code Retryable}, or {@code Stale} for a result
 *     that came after its lease was lost
 * @param code the provider's or the library's code, or null
 * @param startedAt when it began
 * @param took how long it took
 */
public record Attempt(
    UUID deliveryId,
    int number,
    @Nullable String provider,
    String outcome,
    @Nullable String code,
    Instant startedAt,
    Duration took) {}
