package dev.notifykit.store;

import java.time.Duration;

/** Token buckets that are drawn on outside of an append. Thread-safe and exact across nodes. */
public interface RateLimitStore {
  /**
   * Takes as many tokens as there are, up to {@code wanted}, in one atomic step.
   *
   * @param charge the bucket
   * @param wanted at least 1
   */
  Grant take(BucketCharge charge, int wanted);

  /**
   * Returns how long until a bucket would give a token, zero if it would now; takes none.
   *
   * @param charge the bucket
   */
  Duration waitFor(BucketCharge charge);

  /**
   * What a bucket gave.
   *
   * @param tokens how many
   * @param retryIn how long until one more is there; zero if all wanted were given
   */
  record Grant(int tokens, Duration retryIn) {}
}
