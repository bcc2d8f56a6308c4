package dev.notifykit.sms;

import dev.notifykit.provider.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a provider's code means for the message, the number and the account. */
enum CodeClass {
  INVALID_TARGET,
  OPTED_OUT,
  REJECTED,
  MISCONFIGURED,
  THROTTLED,
  /** Throttled for one pair of sender and recipient only. */
  TARGET_THROTTLED,
  /** A daily cap: trying again within minutes is pointless. */
  CAPPED,
  RETRYABLE,
  UNKNOWN;

  private static final Duration CAP_WAIT = Duration.ofHours(1);

  Outcome outcome(String code, @Nullable Duration retryAfter) {
    return switch (this) {
      case INVALID_TARGET -> new Outcome.InvalidTarget(code);
      case OPTED_OUT -> new Outcome.OptedOut(code);
      case REJECTED -> new Outcome.Rejected(code);
      case MISCONFIGURED -> new Outcome.Misconfigured(code);
      case THROTTLED -> new Outcome.Throttled(code, retryAfter, Outcome.Scope.PROVIDER);
      case TARGET_THROTTLED -> new Outcome.Throttled(code, retryAfter, Outcome.Scope.TARGET);
      case CAPPED ->
          new Outcome.Throttled(
              code, retryAfter == null ? CAP_WAIT : retryAfter, Outcome.Scope.PROVIDER);
      case RETRYABLE -> new Outcome.Retryable(code, retryAfter);
      case UNKNOWN -> new Outcome.Unknown(code);
    };
  }
}
