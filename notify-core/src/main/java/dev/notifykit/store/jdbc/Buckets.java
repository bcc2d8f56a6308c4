package dev.notifykit.store.jdbc;

import dev.notifykit.SuppressionReason;
import dev.notifykit.internal.Fingerprint;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Token buckets as rows of one number, {@link TokenBucket}'s state. A row is locked, judged and
 * written back in one transaction; rows are locked in the order of their keys. A bucket without row
 * is full.
 */
final class Buckets {
  private static final int LONGEST_KEY = 700;
  private static final long NANOS_PER_MICRO = 1000;

  private final Map<String, Long> states = new HashMap<>();
  private final Map<String, Long> changed = new TreeMap<>();
  private final long now;

  private Buckets(long now) {
    this.now = now;
  }

  /** Takes the tokens of every delivery of these, or suppresses or defers it. */
  static void charge(Tx tx, List<Entry> entries) throws SQLException {
    TreeSet<String> keys = new TreeSet<>();
    for (Entry e : entries) {
      for (Entry.Item item : e.items) {
        if (!item.isSettled()) {
          item.source.charges().forEach(c -> keys.add(key(c)));
        }
      }
    }
    if (keys.isEmpty()) {
      return;
    }
    Buckets buckets = lock(tx, keys);
    for (Entry e : entries) {
      e.items.stream().filter(i -> !i.isSettled()).forEach(buckets::charge);
    }
    buckets.save(tx);
  }

  /** A key that is too long for the column is known by its digest. */
  static String key(BucketCharge charge) {
    String key = charge.key();
    return key.length() <= LONGEST_KEY ? key : "sha256:" + Fingerprint.of("bucket", key);
  }

  static Buckets lock(Tx tx, Collection<String> sortedKeys) throws SQLException {
    tx.dialect.touchBuckets(tx, sortedKeys);
    Map<String, Long> found = new HashMap<>();
    tx.queryIn(
        "SELECT bucket_key, full_at FROM {bucket} WHERE bucket_key IN (?*)"
            + " ORDER BY bucket_key FOR UPDATE",
        r -> found.put(r.getString("bucket_key"), r.getLong("full_at")),
        sortedKeys);
    if (found.size() < sortedKeys.size()) {
      throw Failures.again(); // the purge was faster: what would be written of these is nowhere
    }
    // Read after the locks, so that time does not run backwards from one holder to the next.
    Buckets buckets = new Buckets(tx.freshNow() * NANOS_PER_MICRO);
    buckets.states.putAll(found);
    return buckets;
  }

  private long state(String key) {
    return states.getOrDefault(key, TokenBucket.FULL);
  }

  private void charge(Entry.Item item) {
    List<BucketCharge> charges = item.source.charges();
    long wait = 0;
    for (BucketCharge c : charges) {
      long nanos = c.bucket().nanosUntil(state(key(c)), now, 1);
      if (nanos > 0 && c.refuses(Duration.ofNanos(nanos))) {
        item.suppress(SuppressionReason.RATE_LIMITED);
        return;
      }
      wait = Math.max(wait, nanos);
    }
    for (BucketCharge c : charges) {
      set(key(c), c.bucket().borrow(state(key(c)), now, 1));
    }
    if (wait > 0) {
      item.defer((now + wait) / NANOS_PER_MICRO + 1);
    }
  }

  private void set(String key, long state) {
    states.put(key, state);
    changed.put(key, state);
  }

  /** Takes up to {@code wanted} tokens and returns how many. */
  int take(BucketCharge charge, int wanted) {
    long state = state(key(charge));
    int taken = 0;
    while (taken < wanted) {
      long next = charge.bucket().take(state, now, 1);
      if (next == TokenBucket.REFUSED) {
        break;
      }
      state = next;
      taken++;
    }
    if (taken > 0) {
      set(key(charge), state);
    }
    return taken;
  }

  Duration waitFor(BucketCharge charge) {
    return Duration.ofNanos(charge.bucket().nanosUntil(state(key(charge)), now, 1));
  }

  void save(Tx tx) throws SQLException {
    List<List<?>> rows = new ArrayList<>(changed.size());
    changed.forEach((key, state) -> rows.add(List.of(state, key)));
    tx.batch("UPDATE {bucket} SET full_at = ? WHERE bucket_key = ?", rows);
  }

  /** Reads one bucket without taking from it. */
  static Buckets peek(Tx tx, String key) throws SQLException {
    Buckets buckets = new Buckets(tx.freshNow() * NANOS_PER_MICRO);
    tx.query(
        "SELECT full_at FROM {bucket} WHERE bucket_key = ?",
        r -> buckets.states.put(key, r.getLong("full_at")),
        key);
    return buckets;
  }
}
