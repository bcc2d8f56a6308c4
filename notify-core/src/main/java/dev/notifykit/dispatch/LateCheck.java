package dev.notifykit.dispatch;

import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The last look before a delivery goes out, on what the store knew when it was claimed: expiry,
 * opt-out, dead address, quiet hours.
 */
final class LateCheck {
  private final DeliveryPolicy policy;

  LateCheck(DeliveryPolicy policy) {
    this.policy = policy;
  }

  /** Returns the end of a claim that must not be sent now, or null if it may go. */
  @Nullable Settlement stop(ClaimedDelivery claimed, Category category, Instant now) {
    StoredNotification notification = claimed.delivery().notification();
    Instant expiresAt = notification.expiresAt();
    if (expiresAt != null && !now.isBefore(expiresAt)) {
      return end(claimed, DeliveryState.EXPIRED, null, null);
    }
    SuppressionReason reason = suppression(claimed, category);
    if (reason != null) {
      return end(claimed, DeliveryState.SUPPRESSED, reason.name(), null);
    }
    Instant quietUntil = quietUntil(claimed, category, now);
    return quietUntil == null
        ? null
        : end(claimed, DeliveryState.RETRY_WAIT, null, Duration.between(now, quietUntil));
  }

  private @Nullable SuppressionReason suppression(ClaimedDelivery claimed, Category category) {
    return policy
        .suppression(
            claimed.preferences(),
            claimed.targetSuppressed(),
            claimed.delivery().channel(),
            category,
            claimed.delivery().notification().topic())
        .orElse(null);
  }

  private @Nullable Instant quietUntil(ClaimedDelivery claimed, Category category, Instant now) {
    QueuedDelivery delivery = claimed.delivery();
    return policy
        .quietUntil(claimed.preferences(), delivery.channel(), category, delivery.zone(), now)
        .orElse(null);
  }

  private static Settlement end(
      ClaimedDelivery claimed,
      DeliveryState to,
      @Nullable String reason,
      @Nullable Duration delay) {
    return new Settlement(claimed, to, reason, delay, false, null, null, null);
  }
}
