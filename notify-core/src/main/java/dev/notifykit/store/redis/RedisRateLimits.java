package dev.notifykit.store.redis;

import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.DetachedRateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The token buckets; the scripts compute what {@link dev.notifykit.policy.TokenBucket} does. */
final class RedisRateLimits implements DetachedRateLimits {
  /** With more the script's arithmetic would not be exact. */
  private static final int MOST = 1_000_000;

  private final Redis redis;
  private final Keys keys;

  RedisRateLimits(Redis redis, Keys keys) {
    this.redis = redis;
    this.keys = keys;
  }

  @Override
  public Grant take(BucketCharge charge, int wanted) {
    List<byte[]> args = new ArrayList<>();
    args.add(Packer.utf8(Math.min(wanted, MOST)));
    Charges.addTo(args, keys, charge);
    List<Object> reply = ask(Script.TAKE, charge, args);
    return new Grant((int) (long) (Long) reply.get(0), duration(reply, 1));
  }

  @Override
  public Duration waitFor(BucketCharge charge) {
    List<byte[]> args = new ArrayList<>();
    Charges.addTo(args, keys, charge);
    return duration(ask(Script.WAIT, charge, args), 0);
  }

  @Override
  public Draw draw(List<List<BucketCharge>> deliveries) {
    return RedisDraw.of(redis, keys, deliveries);
  }

  private List<Object> ask(Script script, BucketCharge charge, List<byte[]> args) {
    return redis.list(script, keys.bucket(charge.key()), args.toArray(new byte[0][]));
  }

  private static Duration duration(List<Object> reply, int at) {
    return Duration.ofSeconds((Long) reply.get(at), (Long) reply.get(at + 1));
  }
}
