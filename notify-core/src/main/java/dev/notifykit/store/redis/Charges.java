package dev.notifykit.store.redis;

import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The buckets that one script is to draw on, each named once. Not thread-safe. */
final class Charges {
  /** Charges name a bucket by a number of two bytes. */
  static final int MOST = 60_000;

  private static final long SECOND = 1_000_000_000L;

  private final Keys keys;
  private final Map<BucketCharge, Integer> numbers = new LinkedHashMap<>();

  Charges(Keys keys) {
    this.keys = keys;
  }

  /**
   * Adds a delivery's charges as the scripts read them: a bucket's number, and the longest wait in
   * microseconds, none where it drops.
   */
  void pack(Packer out, List<BucketCharge> charges) {
    for (BucketCharge charge : charges) {
      // What to do when it is empty is the delivery's matter, not the bucket's.
      BucketCharge bucket = new BucketCharge(charge.key(), charge.bucket(), OnLimit.DROP);
      Integer known = numbers.putIfAbsent(bucket, numbers.size());
      out.u16(known == null ? numbers.size() - 1 : known);
      out.number(charge.onLimit() == OnLimit.DROP ? 0 : charge.longestWait().toNanos() / 1_000);
    }
  }

  int count() {
    return numbers.size();
  }

  /** Returns the buckets in the order of their numbers. */
  Set<BucketCharge> buckets() {
    return numbers.keySet();
  }

  /** Adds how many buckets there are, and each with its key and its speed. */
  void addTo(List<byte[]> args) {
    args.add(Packer.utf8(numbers.size()));
    numbers.keySet().forEach(charge -> addTo(args, keys, charge));
  }

  static void addTo(List<byte[]> args, Keys keys, BucketCharge charge) {
    TokenBucket bucket = charge.bucket();
    long interval = bucket.intervalNanos();
    long burst = bucket.capacity() * interval;
    args.add(keys.bucket(charge.key()));
    args.add(
        new Packer(32)
            .number(interval / SECOND)
            .number(interval % SECOND)
            .number(burst / SECOND)
            .number(burst % SECOND)
            .toBytes());
  }
}
