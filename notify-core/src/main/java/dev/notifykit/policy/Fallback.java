package dev.notifykit.policy;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.time.Duration;

/**
 * Another channel for what one channel did not bring across.
 *
 * @param from the first channel
 * @param to the channel that stands in for it
 * @param after how long after its time the first may take to reach the recipient; positive, at most
 *     3,650 days
 */
public record Fallback(Channel from, Channel to, Duration after) {
  /** Beyond it nothing can be scheduled. */
  private static final Duration LONGEST = Duration.ofDays(3_650);

  /** Refuses null, a channel in place of itself, and a wait that is not positive or too long. */
  public Fallback {
    Checks.notNull("fallback.from", from);
    Checks.notNull("fallback.to", to);
    Checks.positive("fallback.after", after);
    if (after.compareTo(LONGEST) > 0) {
      throw new InvalidNotificationException(
          "fallback.after", "is " + after + "; it must be at most 3,650 days");
    }
    if (from == to) {
      throw new InvalidNotificationException("fallback", "is from " + from + " to itself");
    }
  }

  /**
   * The second half of {@code fallback(from, to).after(wait)}.
   *
   * @param <B> what goes on after it
   */
  @FunctionalInterface
  public interface Step<B> {
    /**
     * Sets how long after its time the first channel may take to reach the recipient.
     *
     * @param wait positive, at most 3,650 days
     * @return the builder
     */
    B after(Duration wait);
  }
}
