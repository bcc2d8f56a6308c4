package dev.notifykit.store;

import dev.notifykit.Delivery;
import java.util.List;

/**
 * What a claim found.
 *
 * @param claimed deliveries now held by the worker, highest priority first, then longest due
 * @param quarantined deliveries whose stored form could not be read; they are dead as {@code
 *     UNREADABLE} and hold up nobody
 */
public record ClaimBatch(List<ClaimedDelivery> claimed, List<Delivery> quarantined) {
  /** No work. */
  public static final ClaimBatch EMPTY = new ClaimBatch(List.of(), List.of());
}
