package dev.notifykit.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets that can be drawn on before another store appends; see {@link CompositeStore}.
 * Thread-safe and exact across nodes.
 */
public interface DetachedRateLimits extends RateLimitStore {
  /**
   * Takes the tokens of deliveries as an append does, one delivery after the other, each all or
   * none, in one atomic step.
   *
   * @param deliveries the charges of each; none for one that needs no token
   */
  Draw draw(List<List<BucketCharge>> deliveries);

  /** What deliveries met at the buckets. */
  interface Draw {
    /**
     * Returns how long a delivery has to wait for the tokens it took: zero if they were there, null
     * if it took none, being dropped.
     *
     * @param index its index among the deliveries
     */
    @Nullable Duration waitOf(int index);

    /**
     * Gives back the tokens of deliveries that were not stored after all. A bucket that somebody
     * drew on meanwhile, or borrowed from, keeps them: whoever came later was judged with them
     * gone, and giving them back would let too many through.
     *
     * @param indexes the deliveries
     */
    void giveBack(Collection<Integer> indexes);
  }
}
