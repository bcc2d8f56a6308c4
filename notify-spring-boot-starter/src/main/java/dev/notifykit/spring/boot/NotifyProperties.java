package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.policy.Category.Consent;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.UnknownOutcome;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The client and its policies. What is not set stays as the library has it.
 *
 * @param enabled whether NotifyKit is set up at all
 * @param autoStartup whether this process delivers; switched off, it only stores what is sent
 * @param dedupe how long event ids are remembered; a day unless set
 * @param eventIds which event ids are well formed; any unless set
 * @param zone the time zone of recipients who have none; UTC unless set
 * @param reconcileWithin how long a delivery whose outcome is unknown waits for a receipt, in a
 *     category that prefers silence; an hour unless set
 * @param pollInterval how often a shared store is asked for the work of other processes; 500 ms
 *     unless set
 * @param purgeAfter how long the log of settled deliveries is kept; for ever unless set
 * @param drainTimeout how long a shutdown waits for what is in flight
 * @param maxInFlight the most deliveries at work at once, by route; what the providers allow unless
 *     set
 * @param providerOrder names of providers in the order they are asked; others follow in bean order
 * @param templates where templates come from
 * @param retry how failed deliveries are tried again
 * @param retryByChannel how failed deliveries of one channel are tried again
 * @param rateLimits limits, each of which must have a token
 * @param categories kinds of notifications, by name; once there is one, others are refused
 * @param quietHours the quiet hours of recipients who have none of their own
 */
@ConfigurationProperties("notify")
record NotifyProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("true") boolean autoStartup,
    @Nullable Duration dedupe,
    @Nullable EventIdPolicy eventIds,
    @Nullable ZoneId zone,
    @Nullable Duration reconcileWithin,
    @Nullable Duration pollInterval,
    @Nullable Duration purgeAfter,
    @DefaultValue("30s") Duration drainTimeout,
    @DefaultValue Map<Route, Integer> maxInFlight,
    @DefaultValue List<String> providerOrder,
    @DefaultValue Templates templates,
    @Nullable Retry retry,
    @DefaultValue Map<Channel, Retry> retryByChannel,
    @DefaultValue List<Limit> rateLimits,
    @DefaultValue Map<String, CategorySettings> categories,
    @Nullable Quiet quietHours) {

  /**
   * Where templates come from.
   *
   * @param locations folders, each as classpath:folder or file:directory, asked in order
   * @param stored whether the store's templates are asked before the locations
   * @param messagePrefix asks the MessageSource last, for keys of this prefix and the file's path
   *     with dots in place of slashes; not asked unless set
   */
  record Templates(
      @DefaultValue("classpath:notifications") List<String> locations,
      @DefaultValue("false") boolean stored,
      @Nullable String messagePrefix) {}

  /**
   * How failed deliveries are tried again.
   *
   * @param base the longest wait before the second attempt; it doubles from there
   * @param maxAttempts the most attempts, the first included; 14 unless set
   * @param maxDelay the longest wait; an hour unless set
   * @param maxRetryAfter the longest wait a provider may ask for; an hour unless set
   */
  record Retry(
      @DefaultValue("2s") Duration base,
      @Nullable Integer maxAttempts,
      @Nullable Duration maxDelay,
      @Nullable Duration maxRetryAfter) {}

  /**
   * One rate limit.
   *
   * @param scope what each bucket belongs to; a recipient unless set
   * @param count deliveries in a burst, and on average in each period
   * @param period 1 ms to 3,650 days
   * @param channel the channel it counts; all unless set
   * @param category the category it counts; all unless set
   * @param provider the provider's name, for the scope provider only
   * @param onLimit whether to drop or to defer what exceeds it; drop unless set
   */
  record Limit(
      @DefaultValue("recipient") RateLimit.Scope scope,
      long count,
      @Nullable Duration period,
      @Nullable Channel channel,
      @Nullable String category,
      @Nullable String provider,
      @Nullable OnLimit onLimit) {}

  /**
   * A kind of notifications.
   *
   * @param consent whose choice counts; sent until opted out unless set
   * @param unknownOutcome whether an unknown outcome is repeated; repeated unless set
   * @param priority the priority of notifications that set none; normal unless set
   * @param timeToLive how long a notification is of use; forever unless set
   * @param fallbacks channels that stand in for others
   */
  record CategorySettings(
      @Nullable Consent consent,
      @Nullable UnknownOutcome unknownOutcome,
      @Nullable Priority priority,
      @Nullable Duration timeToLive,
      @DefaultValue List<StandIn> fallbacks) {}

  /**
   * A channel that stands in for another.
   *
   * @param from the first channel
   * @param to the channel that stands in for it
   * @param after how long the first may take to reach the recipient
   */
  record StandIn(@Nullable Channel from, @Nullable Channel to, @Nullable Duration after) {}

  /**
   * Hours in which nothing but mandatory categories is sent.
   *
   * @param from the first quiet moment, such as 22:00
   * @param to the first moment that is not quiet any more, such as 07:30
   * @param channels the channels held back; all but the inbox unless set
   */
  record Quiet(
      @Nullable LocalTime from, @Nullable LocalTime to, @DefaultValue Set<Channel> channels) {}
}
