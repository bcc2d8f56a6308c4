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
 * @param after how long after its time the first may take to reach the recipient; positive
 */
public record Fallback(Channel from, Channel to, Duration after) {
  /** Refuses null, a channel in place of itself, and a wait that is not positive. */
  public Fallback {
    Checks.notNull("fallback.from", from);
    Checks.notNull("fallback.to", to);
    Checks.positive("fallback.after", after);
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
     * @param wait positive
     * @return the builder
     */
    B after(Duration wait);
  }
}
