package dev.notifykit.policy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Options;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often and after what waits a delivery that definitely was not taken is tried again.
 * Immutable.
 *
 * <p>The wait before attempt n+1 is drawn evenly between zero and {@code base * 2^(n-1)}, capped
 * ("full jitter"), and never shorter than the provider's Retry-After, which is capped too.
 */
public final class RetryPolicy {
  private static final Duration LONGEST = Duration.ofDays(3650);

  private final Duration base;
  private final Duration maxDelay;
  private final Duration maxRetryAfter;
  private final int maxAttempts;

  private RetryPolicy(Duration base, Duration maxDelay, Duration maxRetryAfter, int maxAttempts) {
    this.base = wait("retry.base", base);
    this.maxDelay = wait("retry.maxDelay", maxDelay);
    this.maxRetryAfter = wait("retry.maxRetryAfter", maxRetryAfter);
    this.maxAttempts = maxAttempts;
    if (maxAttempts < 1 || maxAttempts > 100) {
      throw new ConfigurationException(
          "retry.maxAttempts is " + maxAttempts + "; it must be 1 to 100");
    }
  }

  /** Bounded, so that nanoseconds and sums of two waits fit in a long. */
  private static Duration wait(String option, Duration value) {
    if (Options.positive(option, value).compareTo(LONGEST) > 0) {
      throw new ConfigurationException(option + " is " + value + "; it must be at most 3,650 days");
    }
    return value;
  }

  /**
   * Returns a policy of 14 attempts whose waits double from {@code base} up to an hour: from two
   * seconds, they are over in an hour and a half, three at most, which outlives most outages.
   *
   * @param base the longest wait before the second attempt
   */
  public static RetryPolicy exponential(Duration base) {
    return new RetryPolicy(base, Duration.ofHours(1), Duration.ofHours(1), 14);
  }

  /** Returns a policy that never tries again. */
  public static RetryPolicy none() {
    return exponential(Duration.ofSeconds(1)).maxAttempts(1);
  }

  /**
   * Returns a copy with another number of attempts, the first included; default 14, at most 100.
   */
  public RetryPolicy maxAttempts(int value) {
    return new RetryPolicy(base, maxDelay, maxRetryAfter, value);
  }

  /** Returns a copy with another longest wait; default an hour. */
  public RetryPolicy maxDelay(Duration value) {
    return new RetryPolicy(base, value, maxRetryAfter, maxAttempts);
  }

  /** Returns a copy with another cap on the provider's Retry-After; default an hour. */
  public RetryPolicy maxRetryAfter(Duration value) {
    return new RetryPolicy(base, maxDelay, value, maxAttempts);
  }

  /** Returns the longest wait that a provider's Retry-After can ask for. */
  public Duration maxRetryAfter() {
    return maxRetryAfter;
  }

  /** Returns the most attempts, the first included. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /**
   * Returns how long to wait after a failed attempt.
   *
   * @param attempt the attempt that failed, from 1
   * @param retryAfter what the provider asked for, or null
   * @param random draws the jitter
   */
  public Duration delayAfter(int attempt, @Nullable Duration retryAfter, RandomGenerator random) {
    int doublings = Math.min(Math.max(attempt - 1, 0), 40);
    Duration ceiling = min(maxDelay, saturated(base, doublings));
    Duration jittered = Duration.ofNanos(random.nextLong(ceiling.toNanos() + 1));
    if (retryAfter == null || retryAfter.isNegative()) {
      return jittered;
    }
    // Jitter on top of the floor: everyone told "in 60 seconds" must not come back at once.
    return min(retryAfter, maxRetryAfter).plus(jittered);
  }

  private Duration saturated(Duration value, int doublings) {
    return value.compareTo(maxDelay.dividedBy(1L << doublings)) > 0
        ? maxDelay
        : value.multipliedBy(1L << doublings);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  @Override
  public String toString() {
    return "RetryPolicy[" + maxAttempts + " attempts, base " + base + ", max " + maxDelay + "]";
  }
}
