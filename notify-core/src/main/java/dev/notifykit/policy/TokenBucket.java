package dev.notifykit.policy;

import java.time.Duration;

/**
 * A token bucket as a pure function of its state and the time: it holds at most {@code capacity}
 * tokens and gains {@code capacity} tokens evenly over each period.
 *
 * <p>The state is one number, the theoretical arrival time (TAT) of the generic cell rate algorithm
 * (ITU-T I.371): the instant at which the bucket would be full again, in nanoseconds on any clock
 * that the callers of one bucket share. Taking {@code n} tokens moves it {@code n} intervals ahead;
 * the bucket refuses when that would be more than one period away. One number can be compared and
 * set, by a processor, a script or a row update, with the same result in all of them.
 *
 * @param capacity tokens in a full bucket, at least 1
 * @param period how long an empty bucket takes to fill
 */
public record TokenBucket(long capacity, Duration period) {
  /** The state of a bucket that was never used: full at any time. */
  public static final long FULL = Long.MIN_VALUE;

  /** What {@link #take} returns when the tokens are not there. */
  public static final long REFUSED = Long.MIN_VALUE + 1;

  /**
   * The longest wait for which {@link #borrow} may be used; beyond it there is no promise to keep.
   */
  public static final long LONGEST_WAIT_NANOS = Duration.ofDays(3650).toNanos();

  /** Checks the bounds: periods of 1 ms to 3,650 days, at least one token, one ns a token. */
  public TokenBucket {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + "; it must be at least 1");
    }
    if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(Duration.ofDays(3650)) > 0) {
      throw new IllegalArgumentException("period is " + period + "; it must be 1 ms to 3,650 days");
    }
    if (capacity > period.toNanos()) {
      throw new IllegalArgumentException(
          "capacity is " + capacity + "; the period allows at most " + period.toNanos());
    }
  }

  /** Returns the nanoseconds in which one token is gained, rounded up so as never to exceed. */
  public long intervalNanos() {
    return (period.toNanos() + capacity - 1) / capacity;
  }

  /**
   * Takes tokens.
   *
   * @param state the bucket's state, or {@link #FULL}
   * @param now the time in nanoseconds
   * @param tokens how many, from 1 to the capacity
   * @return the new state, or {@link #REFUSED}
   */
  public long take(long state, long now, long tokens) {
    long next = borrow(state, now, tokens);
    return next - now > capacity * intervalNanos() ? REFUSED : next;
  }

  /**
   * Returns how many nanoseconds remain until {@link #take} would succeed, 0 if it would now.
   *
   * @param state the bucket's state, or {@link #FULL}
   * @param now the time in nanoseconds
   * @param tokens how many, from 1 to the capacity
   */
  public long nanosUntil(long state, long now, long tokens) {
    long next = borrow(state, now, tokens);
    return Math.max(0, next - now - capacity * intervalNanos());
  }

  /**
   * Takes tokens whether or not they are there yet: those that are not are owed, and everyone after
   * waits for the debt as well. The tokens are there once {@link #nanosUntil} the same state and
   * time is over. This is how deferred deliveries keep to the limit among each other.
   *
   * @param state the bucket's state, or {@link #FULL}, with a wait of at most {@link
   *     #LONGEST_WAIT_NANOS}
   * @param now the time in nanoseconds
   * @param tokens how many, from 1 to the capacity
   * @return the new state
   */
  public long borrow(long state, long now, long tokens) {
    return Math.max(state, now) + tokens * intervalNanos();
  }

  /**
   * Returns how many tokens {@link #take} would give now.
   *
   * @param state the bucket's state, or {@link #FULL}
   * @param now the time in nanoseconds
   */
  public long available(long state, long now) {
    long missing = Math.max(state, now) - now;
    return Math.max(0, (capacity * intervalNanos() - missing) / intervalNanos());
  }
}
