package dev.notifykit.store.redis;

import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.DetachedRateLimits.Draw;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were taken before the append they are for, because the buckets are in another slot or
 * another store. All buckets are in one slot, as a delivery takes from several at once.
 */
final class RedisDraw implements Draw {
  private static final byte[] NONE = new byte[0];

  private final Redis redis;
  private final Keys keys;
  private final List<List<BucketCharge>> deliveries;
  private final List<Object> reply;

  /** How the draw left each bucket, empty if it borrowed from it. */
  private final Map<BucketCharge, byte[]> states = new HashMap<>();

  private RedisDraw(Redis redis, Keys keys, List<List<BucketCharge>> deliveries) {
    this.redis = redis;
    this.keys = keys;
    this.deliveries = deliveries;
    Charges charges = new Charges(keys);
    List<byte[]> each = pack(charges, deliveries);
    List<byte[]> args = new ArrayList<>();
    charges.addTo(args);
    args.addAll(each);
    this.reply = redis.list(Script.CHARGE, keys.bucket(""), args.toArray(new byte[0][]));
    int at = 1 + deliveries.size();
    for (BucketCharge bucket : charges.buckets()) {
      states.put(bucket, (byte[]) reply.get(at++));
    }
  }

  static RedisDraw of(Redis redis, Keys keys, List<List<BucketCharge>> deliveries) {
    return new RedisDraw(redis, keys, deliveries);
  }

  private static List<byte[]> pack(Charges charges, List<List<BucketCharge>> deliveries) {
    List<byte[]> each = new ArrayList<>(deliveries.size());
    for (List<BucketCharge> delivery : deliveries) {
      Packer packer = new Packer(8);
      charges.pack(packer, delivery);
      each.add(packer.toBytes());
    }
    return each;
  }

  /** Returns when the tokens were taken, in microseconds. */
  long now() {
    return (Long) reply.get(0);
  }

  @Override
  public @Nullable Duration waitOf(int index) {
    long wait = (Long) reply.get(1 + index);
    return wait < 0 ? null : Micros.duration(wait);
  }

  @Override
  public void giveBack(Collection<Integer> indexes) {
    Charges charges = new Charges(keys);
    List<byte[]> each =
        pack(
            charges, indexes.stream().filter(i -> waitOf(i) != null).map(deliveries::get).toList());
    if (charges.count() == 0) {
      return;
    }
    List<byte[]> args = new ArrayList<>();
    charges.addTo(args);
    charges.buckets().forEach(bucket -> args.add(states.getOrDefault(bucket, NONE)));
    args.addAll(each);
    redis.number(Script.REFUND, keys.bucket(""), args.toArray(new byte[0][]));
  }
}
