package dev.notifykit.store;

import dev.notifykit.Route;
import java.time.Duration;
import java.util.Map;

/**
 * What the dispatcher beside the caller has room for: a store may append that many deliveries
 * already claimed for it and give them back at once, which saves the claim.
 *
 * @param worker the dispatcher's id
 * @param lease how long its claims last
 * @param slots how many it takes by route
 */
public record Handoff(String worker, Duration lease, Map<Route, Integer> slots) {
  /** Hands nothing over. */
  public static final Handoff NONE = new Handoff("", Duration.ZERO, Map.of());
}
