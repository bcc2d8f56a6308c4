package dev.notifykit.store.jdbc;

import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.RateLimitStore;
import java.time.Duration;
import java.util.List;

/** Token buckets outside of an append. */
final class JdbcRateLimits implements RateLimitStore {
  private final Database db;

  JdbcRateLimits(Database db) {
    this.db = db;
  }

  @Override
  public Grant take(BucketCharge charge, int wanted) {
    return db.write(
        tx -> {
          Buckets buckets = Buckets.lock(tx, List.of(Buckets.key(charge)));
          int taken = buckets.take(charge, wanted);
          buckets.save(tx);
          return new Grant(taken, taken == wanted ? Duration.ZERO : buckets.waitFor(charge));
        });
  }

  @Override
  public Duration waitFor(BucketCharge charge) {
    return db.read(tx -> Buckets.peek(tx, Buckets.key(charge)).waitFor(charge));
  }
}
