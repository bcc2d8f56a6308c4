package dev.notifykit.store;

import dev.notifykit.Priority;
import dev.notifykit.policy.UnknownOutcome;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notification as stores keep it, once for all its deliveries.
 *
 * @param id a time-ordered id
 * @param tenant the tenant, empty for the default one
 * @param eventId the idempotency key
 * @param fingerprint a 64-bit digest of what the caller asked for, to tell a repeat from a conflict
 * @param template the template's key, empty when all content is given
 * @param category the category's name
 * @param topic the topic, or null
 * @param priority the order in its queues
 * @param unknownOutcome whether a lapsed lease means "send again" or "never again"
 * @param createdAt when it was admitted, by the store's clock
 * @param expiresAt when it loses its use, or null for never
 * @param content what it says
 */
public record StoredNotification(
    UUID id,
    String tenant,
    String eventId,
    long fingerprint,
    String template,
    String category,
    @Nullable String topic,
    Priority priority,
    UnknownOutcome unknownOutcome,
    Instant createdAt,
    @Nullable Instant expiresAt,
    Content content) {}
