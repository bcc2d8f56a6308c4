package dev.notifykit.store;

import dev.notifykit.Channel;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One token to take from one bucket.
 *
 * @param key identifies the bucket
 * @param bucket its size and speed
 * @param onLimit what to do when it is empty
 * @param longestWait the longest wait for the token for which the delivery is deferred; beyond it,
 *     and for a bucket that drops at any wait, it is suppressed and takes no token: what would
 *     expire before it is sent must keep none from those that come after
 */
public record BucketCharge(String key, TokenBucket bucket, OnLimit onLimit, Duration longestWait) {
  private static final Duration LONGEST = Duration.ofNanos(TokenBucket.LONGEST_WAIT_NANOS);

  /** Holds the wait to what a bucket can reckon with. */
  public BucketCharge {
    longestWait = longestWait.compareTo(LONGEST) < 0 ? longestWait : LONGEST;
  }

  /**
   * Creates a charge that waits as long as it takes.
   *
   * @param key identifies the bucket
   * @param bucket its size and speed
   * @param onLimit what to do when it is empty
   */
  public BucketCharge(String key, TokenBucket bucket, OnLimit onLimit) {
    this(key, bucket, onLimit, LONGEST);
  }

  /**
   * Returns whether a delivery is suppressed that would have to wait so long.
   *
   * @param wait positive
   */
  public boolean refuses(Duration wait) {
    return onLimit == OnLimit.DROP || wait.compareTo(longestWait) > 0;
  }

  /** Returns this charge for a delivery that is of no use any more after a time. */
  public BucketCharge waitingLessThan(Duration time) {
    return new BucketCharge(key, bucket, onLimit, time.minusNanos(1));
  }

  /**
   * Returns the tokens a delivery needs, those of providers aside.
   *
   * @param limits the client's limits
   * @param tenant the delivery's tenant
   * @param recipientId whom it is for
   * @param channel its channel
   * @param category its category
   */
  public static List<BucketCharge> of(
      List<RateLimit> limits,
      String tenant,
      String recipientId,
      Channel channel,
      Category category) {
    if (limits.isEmpty()) {
      return List.of();
    }
    List<BucketCharge> charges = new ArrayList<>(limits.size());
    for (RateLimit limit : limits) {
      if (limit.appliesTo(channel, category)) {
        String key = limit.bucketKey(tenant, recipientId);
        charges.add(new BucketCharge(key, limit.bucket(), limit.onLimit()));
      }
    }
    return charges;
  }
}
