package dev.notifykit;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of one message to one address or device: a row of the notification log.
 *
 * @param id identifies the delivery; stable over retries; a notification's first delivery has the
 *     notification's
 * @param notificationId the notification it belongs to
 * @param tenant the tenant, empty for the default one
 * @param recipientId whom it is for
 * @param channel the channel it takes
 * @param route the queue it takes
 * @param targetKey a hash, with a secret, of the address; or the device's id; empty where there is
 *     neither
 * @param template the template key, or empty for content given inline
 * @param category the category
 * @param state where it stands
 * @param reason the {@link SuppressionReason} or {@link DeadReason} by name, or a provider's code;
 *     null when there is nothing to say
 * @param attempts how many attempts were spent
 * @param provider the provider that was last asked, or null
 * @param providerMessageId the provider's id for it, or null
 * @param dueAt not before this instant; null once it is settled
 * @param createdAt when it was admitted
 * @param updatedAt when its state last changed
 */
public record Delivery(
    UUID id,
    UUID notificationId,
    String tenant,
    String recipientId,
    Channel channel,
    Route route,
    String targetKey,
    String template,
    String category,
    DeliveryState state,
    @Nullable String reason,
    int attempts,
    @Nullable String provider,
    @Nullable String providerMessageId,
    @Nullable Instant dueAt,
    Instant createdAt,
    Instant updatedAt) {

  /** Returns why it was suppressed, if it was. */
  public Optional<SuppressionReason> suppression() {
    return state == DeliveryState.SUPPRESSED && reason != null
        ? Optional.of(SuppressionReason.valueOf(reason))
        : Optional.empty();
  }
}
