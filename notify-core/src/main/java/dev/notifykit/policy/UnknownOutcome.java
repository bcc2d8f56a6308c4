package dev.notifykit.policy;

/** What to do with a delivery of which nobody knows whether the provider took it. */
public enum UnknownOutcome {
  /** Send it again: at least once. The default. */
  PREFER_DUPLICATE,
  /** Never send it again: at most once. It waits for a receipt and is dead without one. */
  PREFER_SILENCE
}
