package dev.notifykit.policy;

/** What to do with a delivery that would exceed a rate limit. */
public enum OnLimit {
  /** Suppress it as rate limited. The default. */
  DROP,
  /** Send it as soon as the limit allows; suppress it if it would have expired by then. */
  DEFER
}
