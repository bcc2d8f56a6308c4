package dev.notifykit.dispatch;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Routing;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What dispatch needs to know of the client.
 *
 * @param worker this client's id among those that share the store
 * @param retry the retry policy of channels that have none of their own
 * @param retryByChannel the retry policies by channel
 * @param routing how deliveries are spread over providers, by channel; absent for the order the
 *     providers were added in
 * @param maxInFlight the most deliveries at work at once, by route; absent for the providers' own
 * @param reconcileWithin how long an unknown outcome waits for a receipt
 * @param pollInterval how long a shared store may have work that nobody told of
 * @param recoverInterval how often lapsed leases are looked for
 */
public record DispatchSettings(
    String worker,
    RetryPolicy retry,
    Map<Channel, RetryPolicy> retryByChannel,
    Map<Channel, Routing> routing,
    Map<Route, Integer> maxInFlight,
    Duration reconcileWithin,
    Duration pollInterval,
    Duration recoverInterval) {

  RetryPolicy retryFor(Channel channel) {
    return retryByChannel.getOrDefault(channel, retry);
  }

  @Nullable Routing routingFor(Channel channel) {
    return routing.get(channel);
  }
}
