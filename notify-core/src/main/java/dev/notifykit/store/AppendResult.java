package dev.notifykit.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of an append.
 *
 * @param notifications one entry for each notification, in order
 * @param handedOff deliveries that were claimed for the caller's dispatcher on the way
 */
public record AppendResult(List<Appended> notifications, List<ClaimedDelivery> handedOff) {

  /** How an event id met what the store knows. */
  public enum Verdict {
    /** Stored. */
    NEW,
    /** The same event id with the same content is stored already; nothing was added. */
    DUPLICATE,
    /** The same event id is stored with other content; nothing was added. */
    CONFLICT
  }

  /**
   * What became of one notification.
   *
   * @param notificationId its id; for a duplicate the id of the first
   * @param verdict how its event id fared
   * @param limited the deliveries that met a rate limit
   */
  public record Appended(UUID notificationId, Verdict verdict, List<Limited> limited) {}

  /**
   * A delivery that met a rate limit.
   *
   * @param index its index among the notification's deliveries
   * @param deferredTo when it is due instead, or null if it was suppressed
   */
  public record Limited(int index, @Nullable Instant deferredTo) {}
}
