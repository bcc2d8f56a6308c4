package dev.notifykit.store;

import dev.notifykit.Channel;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.TokenBucket;
import java.util.ArrayList;
import java.util.List;

/**
 * One token to take from one bucket.
 *
 * @param key identifies the bucket
 * @param bucket its size and speed
 * @param onLimit what to do when it is empty
 */
public record BucketCharge(String key, TokenBucket bucket, OnLimit onLimit) {
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
