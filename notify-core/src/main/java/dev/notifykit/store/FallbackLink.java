package dev.notifykit.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery is tied to those of another channel that it stands in for, or that stand in for
 * it. Stores keep it with the delivery and give it back with the claim.
 *
 * @param standsInFor the deliveries it is the fallback of; empty if it is none's
 * @param at when it goes out although those may yet reach the recipient; null if it is none's
 * @param hasStandIn whether another delivery is its fallback
 * @param after how long before {@code at} those were planned to be due, which counts anew for one
 *     that a rate limit put off; null if it is none's
 */
public record FallbackLink(
    List<UUID> standsInFor, @Nullable Instant at, boolean hasStandIn, @Nullable Duration after) {
  /** The link of a delivery that has a fallback and is none itself. */
  public static final FallbackLink FIRST = new FallbackLink(List.of(), null, true, null);

  /** Copies the ids. */
  public FallbackLink {
    standsInFor = List.copyOf(standsInFor);
  }

  /** Returns whether the delivery is the fallback of another. */
  public boolean isStandIn() {
    return !standsInFor.isEmpty();
  }

  /** Returns this link for a delivery that has a fallback besides. */
  public FallbackLink withStandIn() {
    return hasStandIn ? this : new FallbackLink(standsInFor, at, true, after);
  }
}
