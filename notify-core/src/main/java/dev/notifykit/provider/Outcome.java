package dev.notifykit.provider;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one send, as far as the provider said. The set is closed: each outcome has its own
 * consequence, and a classifier maps every code of its provider to exactly one. Codes are the
 * provider's own words and never contain an address, a token or content.
 */
public sealed interface Outcome {
  /** Returns the provider's code, or null where it gave none. */
  default @Nullable String code() {
    return null;
  }

  /**
   * The provider took the message.
   *
   * @param messageId the provider's id for it, or null if it gives none
   */
  record Accepted(@Nullable String messageId) implements Outcome {}

  /**
   * The provider refused the request or its content for good: the delivery is dead.
   *
   * @param code the provider's code
   */
  record Rejected(String code) implements Outcome {}

  /**
   * The address or device does not work any more: it is disabled and not tried again.
   *
   * @param code the provider's code
   * @param since since when, where the provider tells; a target registered later is kept
   */
  record InvalidTarget(String code, @Nullable Instant since) implements Outcome {
    /** Creates an outcome whose time the provider did not tell. */
    public InvalidTarget(String code) {
      this(code, null);
    }
  }

  /**
   * The provider knows that the recipient opted out: recorded as such.
   *
   * @param code the provider's code
   */
  record OptedOut(String code) implements Outcome {}

  /** What a limit applies to. */
  enum Scope {
    /** This target only. */
    TARGET,
    /** Everything sent with these credentials. */
    PROVIDER
  }

  /**
   * The provider asks to slow down and did not take the message. Spends no attempt when the whole
   * provider is meant.
   *
   * @param code the provider's code
   * @param retryAfter how long to wait, or null if it did not say
   * @param scope what is limited
   */
  record Throttled(String code, @Nullable Duration retryAfter, Scope scope) implements Outcome {}

  /**
   * Definitely not taken, for a passing reason: tried again after a backoff, or at another provider
   * at once.
   *
   * @param code the provider's code, or the library's for connection failures
   * @param retryAfter the least wait, or null if the provider did not say
   */
  record Retryable(String code, @Nullable Duration retryAfter) implements Outcome {
    /** Creates an outcome without a wait. */
    public Retryable(String code) {
      this(code, null);
    }
  }

  /**
   * Credentials or settings are wrong, for this and every other message: the provider is left alone
   * until probed, the operator alerted, no attempt spent.
   *
   * @param code the provider's code
   */
  record Misconfigured(String code) implements Outcome {}

  /**
   * The message may or may not have been taken: a timeout after bytes were written, a reset before
   * the reply. What follows is the category's choice.
   *
   * @param code what happened
   */
  record Unknown(String code) implements Outcome {}
}
