package dev.notifykit.store;

import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery to append.
 *
 * @param delivery the delivery
 * @param state {@code READY}, {@code SCHEDULED} or {@code SUPPRESSED}
 * @param reason why, if suppressed
 * @param notBefore when it is due, if scheduled
 * @param charges the tokens it needs, all or none; empty if suppressed
 */
public record NewDelivery(
    QueuedDelivery delivery,
    DeliveryState state,
    @Nullable SuppressionReason reason,
    @Nullable Instant notBefore,
    List<BucketCharge> charges) {

  /**
   * Returns this delivery as it is once it has met a rate limit.
   *
   * @param limit what it met
   */
  public NewDelivery limited(AppendResult.Limited limit) {
    boolean deferred = limit.deferredTo() != null;
    return new NewDelivery(
        delivery,
        deferred ? DeliveryState.SCHEDULED : DeliveryState.SUPPRESSED,
        deferred ? null : SuppressionReason.RATE_LIMITED,
        limit.deferredTo(),
        List.of());
  }

  /** Returns this delivery without charges: its tokens were taken. */
  public NewDelivery charged() {
    return charges.isEmpty()
        ? this
        : new NewDelivery(delivery, state, reason, notBefore, List.of());
  }
}
