package dev.notifykit.dispatch;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.DeadReason;
import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.provider.Outcome;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What each outcome means for the delivery: the one place that says so. */
final class OutcomeRules {
  /** How long to leave a provider alone that asked to slow down and did not say for how long. */
  static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

  /** How soon to look again at a delivery whose providers are all out of use. */
  static final Duration NO_PROVIDER_DELAY = Duration.ofSeconds(5);

  private final DispatchSettings settings;

  OutcomeRules(DispatchSettings settings) {
    this.settings = settings;
  }

  Settlement settle(Flight flight, Outcome outcome, long tookNanos) {
    ClaimedDelivery claimed = flight.claimed;
    String provider = flight.gate.name();
    if (outcome instanceof Outcome.Accepted accepted) {
      return new Settlement(
          claimed,
          DeliveryState.ACCEPTED,
          null,
          null,
          true,
          provider,
          accepted.messageId(),
          flight.failure());
    }
    Attempt attempt = attempt(flight, outcome, tookNanos);
    if (outcome instanceof Outcome.Rejected) {
      return dead(claimed, DeadReason.REJECTED, provider, attempt);
    }
    if (outcome instanceof Outcome.InvalidTarget) {
      return suppressed(claimed, SuppressionReason.INVALID_TARGET, provider, attempt);
    }
    if (outcome instanceof Outcome.OptedOut) {
      return suppressed(claimed, SuppressionReason.OPTED_OUT, provider, attempt);
    }
    if (outcome instanceof Outcome.Misconfigured) {
      return later(claimed, NO_PROVIDER_DELAY.plus(jitter()), false, provider, attempt);
    }
    if (outcome instanceof Outcome.Throttled throttled) {
      return throttled(claimed, throttled, provider, attempt);
    }
    if (outcome instanceof Outcome.Unknown) {
      return unknown(claimed, provider, attempt);
    }
    return retry(claimed, ((Outcome.Retryable) outcome).retryAfter(), provider, attempt);
  }

  private Settlement throttled(
      ClaimedDelivery claimed, Outcome.Throttled throttled, String provider, Attempt attempt) {
    if (throttled.scope() == Outcome.Scope.TARGET) {
      return retry(claimed, throttled.retryAfter(), provider, attempt);
    }
    Duration pause = pause(claimed.delivery().channel(), throttled);
    return later(claimed, pause.plus(jitter()), false, provider, attempt);
  }

  /** Returns how long a provider is left alone that asked to slow down. */
  Duration pause(Channel channel, Outcome.Throttled throttled) {
    Duration asked = throttled.retryAfter();
    if (asked == null || asked.isNegative() || asked.isZero()) {
      return DEFAULT_PAUSE;
    }
    Duration most = settings.retryFor(channel).maxRetryAfter();
    return asked.compareTo(most) < 0 ? asked : most;
  }

  private Duration jitter() {
    return Duration.ofMillis(ThreadLocalRandom.current().nextInt(1_000));
  }

  private Settlement unknown(ClaimedDelivery claimed, String provider, Attempt attempt) {
    if (claimed.delivery().notification().unknownOutcome() == UnknownOutcome.PREFER_DUPLICATE) {
      // CLAIMED, UNKNOWN and RETRY_WAIT in one write: the policy is known, there is nothing to
      // wait for. The attempt log keeps the word "Unknown".
      return retry(claimed, null, provider, attempt);
    }
    return new Settlement(
        claimed,
        DeliveryState.UNKNOWN,
        attempt.code(),
        settings.reconcileWithin(),
        true,
        provider,
        null,
        attempt);
  }

  private Settlement retry(
      ClaimedDelivery claimed,
      @Nullable Duration retryAfter,
      @Nullable String provider,
      Attempt attempt) {
    RetryPolicy policy = settings.retryFor(claimed.delivery().channel());
    if (claimed.attempt() >= policy.maxAttempts()) {
      return dead(claimed, DeadReason.RETRIES_EXHAUSTED, provider, attempt);
    }
    Duration delay = policy.delayAfter(claimed.attempt(), retryAfter, ThreadLocalRandom.current());
    return later(claimed, delay, true, provider, attempt);
  }

  private static Settlement later(
      ClaimedDelivery claimed,
      Duration delay,
      boolean spendsAttempt,
      @Nullable String provider,
      Attempt attempt) {
    return new Settlement(
        claimed,
        DeliveryState.RETRY_WAIT,
        attempt.code(),
        delay,
        spendsAttempt,
        provider,
        null,
        attempt);
  }

  private static Settlement suppressed(
      ClaimedDelivery claimed, SuppressionReason reason, String provider, Attempt attempt) {
    return new Settlement(
        claimed, DeliveryState.SUPPRESSED, reason.name(), null, true, provider, null, attempt);
  }

  private static Settlement dead(
      ClaimedDelivery claimed, DeadReason reason, @Nullable String provider, Attempt attempt) {
    return new Settlement(
        claimed, DeliveryState.DEAD, reason.name(), null, true, provider, null, attempt);
  }

  /** Returns the end of a claim that died before any provider was asked. */
  Settlement deadBeforeSend(
      ClaimedDelivery claimed, DeadReason reason, String code, Instant startedAt) {
    return dead(claimed, reason, null, notSent(claimed, code, startedAt));
  }

  /**
   * Returns the end of a claim that failed before any provider was asked and may be tried again.
   */
  Settlement retryBeforeSend(ClaimedDelivery claimed, String code, Instant startedAt) {
    return retry(claimed, null, null, notSent(claimed, code, startedAt));
  }

  private static Attempt notSent(ClaimedDelivery claimed, String code, Instant startedAt) {
    return new Attempt(
        claimed.delivery().id(),
        claimed.attempt(),
        null,
        "NotSent",
        code,
        startedAt,
        Duration.ZERO);
  }

  /** Returns the end of a claim that found no provider free: nothing happened, nothing is spent. */
  Settlement notNow(ClaimedDelivery claimed, Duration delay) {
    return new Settlement(
        claimed, DeliveryState.RETRY_WAIT, null, delay.plus(jitter()), false, null, null, null);
  }

  /** Returns the end of a claim that is given back untouched. */
  static Settlement handBack(ClaimedDelivery claimed) {
    return new Settlement(claimed, DeliveryState.READY, null, null, false, null, null, null);
  }

  /** Returns what the log says of a provider's answer. */
  private static Attempt attempt(Flight flight, Outcome outcome, long tookNanos) {
    return new Attempt(
        flight.claimed.delivery().id(),
        flight.claimed.attempt(),
        flight.gate.name(),
        outcome.getClass().getSimpleName(),
        outcome.code(),
        flight.startedAt,
        Duration.ofNanos(tookNanos));
  }
}
