package dev.notifykit;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Where a delivery stands. {@link #canBecome} is the only place that says which state may follow
 * which; every store enforces it with a conditional write.
 */
public enum DeliveryState {
  /** Waits for its time. */
  SCHEDULED,
  /** Due, waits for a worker. */
  READY,
  /** A worker holds its lease and may be talking to a provider. */
  CLAIMED,
  /** Failed for now; will be ready again after its backoff. */
  RETRY_WAIT,
  /**
   * The provider may or may not have taken it; waits for a receipt or for the category's policy.
   */
  UNKNOWN,
  /** The provider took it. Terminal unless a receipt says more. */
  ACCEPTED,
  /** The provider reported that it arrived. Terminal. */
  DELIVERED,
  /** The provider reported that it did not arrive. Terminal. */
  UNDELIVERED,
  /** Not sent, for a {@link SuppressionReason}. Terminal. */
  SUPPRESSED,
  /** Its time to live ended before it could be sent. Terminal. */
  EXPIRED,
  /** Called back by the application before a worker took it. Terminal. */
  CANCELLED,
  /** Given up; listed as a dead letter. Terminal unless replayed. */
  DEAD;

  private static final Map<DeliveryState, Set<DeliveryState>> NEXT = transitions();

  private static Map<DeliveryState, Set<DeliveryState>> transitions() {
    Map<DeliveryState, Set<DeliveryState>> next = new EnumMap<>(DeliveryState.class);
    next.put(SCHEDULED, EnumSet.of(READY, CANCELLED, EXPIRED));
    next.put(READY, EnumSet.of(CLAIMED, CANCELLED, EXPIRED));
    next.put(CLAIMED, EnumSet.of(ACCEPTED, RETRY_WAIT, DEAD, SUPPRESSED, EXPIRED, UNKNOWN, READY));
    next.put(RETRY_WAIT, EnumSet.of(READY, CANCELLED, EXPIRED));
    next.put(UNKNOWN, EnumSet.of(ACCEPTED, RETRY_WAIT, DEAD));
    next.put(ACCEPTED, EnumSet.of(DELIVERED, UNDELIVERED));
    next.put(DEAD, EnumSet.of(READY));
    return next;
  }

  /**
   * Returns whether a delivery in this state may go to {@code next} in one step. A change that is
   * told of may be of several steps: an erasure ends what waits as suppressed, and a receipt takes
   * what is unknown to delivered.
   */
  public boolean canBecome(DeliveryState next) {
    return NEXT.getOrDefault(this, Set.of()).contains(next);
  }

  /** Returns whether the library is done with a delivery in this state. */
  public boolean isTerminal() {
    return switch (this) {
      case ACCEPTED, DELIVERED, UNDELIVERED, SUPPRESSED, EXPIRED, CANCELLED, DEAD -> true;
      case SCHEDULED, READY, CLAIMED, RETRY_WAIT, UNKNOWN -> false;
    };
  }

  /** Returns whether a delivery in this state waits in its queue and can be cancelled. */
  public boolean isWaiting() {
    return this == SCHEDULED || this == READY || this == RETRY_WAIT;
  }
}
