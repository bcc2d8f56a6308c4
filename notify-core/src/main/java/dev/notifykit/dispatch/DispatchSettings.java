package dev.notifykit.dispatch;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.policy.RetryPolicy;
import java.time.Duration;
import java.util.Map;

/**
 * What dispatch needs to know of the client.
 *
 * @param worker this client's id among those that share the store
 * @param retry the retry policy of channels that have none of their own
 * @param retryByChannel the retry policies by channel
 * @param maxInFlight the most deliveries at work at once, by route; absent for the providers' own
 * @param reconcileWithin how long an unknown outcome waits for a receipt
 * @param pollInterval how long a shared store may have work that nobody told of
 * @param recoverInterval how often lapsed leases are looked for
 */
public record DispatchSettings(
    String worker,
    RetryPolicy retry,
    Map<Channel, RetryPolicy> retryByChannel,
    Map<Route, Integer> maxInFlight,
    Duration reconcileWithin,
    Duration pollInterval,
    Duration recoverInterval) {

  RetryPolicy retryFor(Channel channel) {
    return retryByChannel.getOrDefault(channel, retry);
  }
}
