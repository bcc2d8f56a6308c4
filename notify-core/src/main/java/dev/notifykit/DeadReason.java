package dev.notifykit;

/** Why a delivery was given up. The provider's own code, where there is one, stands beside it. */
public enum DeadReason {
  /** The provider refused the content or the request for good. */
  REJECTED,
  /** The last attempt the retry policy allows has failed. */
  RETRIES_EXHAUSTED,
  /**
   * Its workers died while holding it: it was recovered three times, and then it happened again.
   */
  POISON,
  /** Whether it was sent is not known, and its category prefers silence to a duplicate. */
  OUTCOME_UNKNOWN,
  /** Its template could not be rendered. */
  RENDERING_FAILED,
  /** The stored row could not be read. */
  UNREADABLE,
  /** No provider is configured for its route. */
  NO_PROVIDER
}
