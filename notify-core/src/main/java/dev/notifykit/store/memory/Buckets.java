package dev.notifykit.store.memory;

import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.RateLimitStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The token buckets, each one atomic number.
 *
 * <h2>One bucket</h2>
 *
 * Its state goes to the next by compare-and-set of what {@link TokenBucket} computes; nobody waits.
 *
 * <h2>Several buckets for one delivery</h2>
 *
 * All must give or none, and nobody may see one that gave while another refuses: taking one after
 * the other and giving back would refuse deliveries that had a right to their token. So the buckets
 * are held, in the order of their keys, by setting each but the last to {@link #HELD}; then all are
 * asked. The last, mostly that of the whole tenant, which everybody wants, goes to its new state by
 * compare-and-set, which decides; then each of the others gets its new state or its old one back.
 * Whoever meets a held bucket spins for these few instructions. The fixed order excludes a
 * deadlock.
 *
 * <h2>Idle buckets</h2>
 *
 * A bucket that is full again is as good as none. It is removed by compare-and-set of that very
 * state to {@link #RETIRED}, so that nobody who still has it in hand can take from it: they look it
 * up anew. Each new bucket looks at a few old ones, which keeps the number of idle ones below that
 * of the live. (A cache that expires by time cannot do that: it drops the entry whatever the state,
 * and a taker with the old one in hand would then take a token too many.)
 */
final class Buckets implements RateLimitStore {
  /** What {@link #admit} returns for a delivery that got its tokens. */
  static final long ADMITTED = 0;

  /** What {@link #admit} returns for a delivery that is to be suppressed. */
  static final long DROPPED = -1;

  /** What an attempt returns that met a retired bucket. */
  private static final long AGAIN = -2;

  private static final long HELD = Long.MIN_VALUE + 2;
  private static final long RETIRED = Long.MIN_VALUE + 3;
  private static final int SWEPT_PER_NEW = 4;
  private static final Comparator<BucketCharge> BY_KEY = Comparator.comparing(BucketCharge::key);

  private final StoreTime time;
  private final ConcurrentHashMap<String, AtomicLong> buckets = new ConcurrentHashMap<>();
  private final ReentrantLock sweeping = new ReentrantLock();
  private final AtomicInteger made = new AtomicInteger(); // since the last sweep
  private Iterator<Map.Entry<String, AtomicLong>> sweep = buckets.entrySet().iterator();

  Buckets(StoreTime time) {
    this.time = time;
  }

  // --- for an append ------------------------------------------------------------------------

  /**
   * Takes a delivery's tokens.
   *
   * @param charges at least one
   * @param now the time in nanoseconds
   * @return {@link #ADMITTED}, {@link #DROPPED}, or the nanoseconds to defer it by; a deferred
   *     delivery has taken tokens that are yet to come
   */
  long admit(List<BucketCharge> charges, long now) {
    long wait = charges.size() == 1 ? admitOne(charges.get(0), now) : admitAll(charges, now);
    sweepForNew(now);
    return wait;
  }

  private long admitOne(BucketCharge charge, long now) {
    TokenBucket bucket = charge.bucket();
    while (true) {
      AtomicLong cell = cell(charge.key());
      long state = cell.get();
      if (isBusy(state, cell, charge.key())) {
        continue;
      }
      long wait = bucket.nanosUntil(state, now, 1);
      if (wait > 0 && isDropped(charge, wait)) {
        return DROPPED;
      }
      if (cell.compareAndSet(state, bucket.borrow(state, now, 1))) {
        return wait;
      }
    }
  }

  private static boolean isDropped(BucketCharge charge, long wait) {
    return charge.refuses(Duration.ofNanos(wait));
  }

  private long admitAll(List<BucketCharge> charges, long now) {
    BucketCharge[] sorted = charges.toArray(new BucketCharge[0]);
    java.util.Arrays.sort(sorted, BY_KEY);
    AtomicLong[] cells = new AtomicLong[sorted.length];
    long[] states = new long[sorted.length];
    long wait;
    do {
      for (int i = 0; i < sorted.length; i++) {
        cells[i] = cell(sorted[i].key());
      }
      int last = last(cells);
      wait = hold(sorted, cells, states, last) ? charge(sorted, cells, states, last, now) : AGAIN;
    } while (wait == AGAIN);
    return wait;
  }

  /** Returns where the last cell comes first. */
  private static int last(AtomicLong[] cells) {
    int last = cells.length - 1;
    while (isRepeat(cells, last)) {
      last--;
    }
    return last;
  }

  /** Holds all cells before one, or none. A key that comes twice is held once. */
  private boolean hold(BucketCharge[] charges, AtomicLong[] cells, long[] states, int before) {
    for (int i = 0; i < before; i++) {
      if (isRepeat(cells, i)) {
        continue;
      }
      long state = take(cells[i]);
      if (state == RETIRED) {
        buckets.remove(charges[i].key(), cells[i]);
        release(cells, states, i);
        return false;
      }
      states[i] = state;
    }
    return true;
  }

  private static long take(AtomicLong cell) {
    while (true) {
      long state = cell.get();
      if (state == RETIRED || (state != HELD && cell.compareAndSet(state, HELD))) {
        return state;
      }
      Thread.onSpinWait();
    }
  }

  private static void release(AtomicLong[] cells, long[] states, int count) {
    for (int i = 0; i < count; i++) {
      if (!isRepeat(cells, i)) {
        cells[i].setRelease(states[i]);
      }
    }
  }

  private static boolean isRepeat(AtomicLong[] cells, int i) {
    return i > 0 && cells[i] == cells[i - 1];
  }

  /**
   * Asks all buckets and charges them or none: the last, which nobody holds, by the one step that
   * settles it; all before it are held.
   */
  private long charge(
      BucketCharge[] charges, AtomicLong[] cells, long[] states, int last, long now) {
    while (true) {
      long state = cells[last].get();
      if (isBusy(state, cells[last], charges[last].key())) {
        if (state == HELD) {
          continue;
        }
        release(cells, states, last);
        return AGAIN;
      }
      states[last] = state;
      long[] next = states.clone();
      long wait = draw(charges, cells, next, now);
      if (wait == DROPPED || cells[last].compareAndSet(state, next[last])) {
        release(cells, wait == DROPPED ? states : next, last);
        return wait;
      }
    }
  }

  /** Takes a token of each, and returns the longest wait for one. */
  private static long draw(BucketCharge[] charges, AtomicLong[] cells, long[] states, long now) {
    long longest = 0;
    boolean dropped = false;
    int first = 0;
    for (int i = 0; i < charges.length; i++) {
      first = isRepeat(cells, i) ? first : i;
      TokenBucket bucket = charges[i].bucket();
      long wait = bucket.nanosUntil(states[first], now, 1);
      dropped |= wait > 0 && isDropped(charges[i], wait);
      longest = Math.max(longest, wait);
      states[first] = bucket.borrow(states[first], now, 1);
    }
    return dropped ? DROPPED : longest;
  }

  // --- outside of an append -----------------------------------------------------------------

  @Override
  public Grant take(BucketCharge charge, int wanted) {
    TokenBucket bucket = charge.bucket();
    while (true) {
      long now = time.nanos();
      AtomicLong cell = cell(charge.key());
      long state = cell.get();
      if (isBusy(state, cell, charge.key())) {
        continue;
      }
      int tokens = (int) Math.min(wanted, bucket.available(state, now));
      long next = tokens == 0 ? state : bucket.take(state, now, tokens);
      if (cell.compareAndSet(state, next)) {
        sweepForNew(now);
        long wait = tokens == wanted ? 0 : bucket.nanosUntil(next, now, 1);
        return new Grant(tokens, Duration.ofNanos(wait));
      }
    }
  }

  @Override
  public Duration waitFor(BucketCharge charge) {
    long now = time.nanos();
    while (true) {
      AtomicLong cell = buckets.get(charge.key());
      long state = cell == null ? TokenBucket.FULL : cell.get();
      if (cell == null || !isBusy(state, cell, charge.key())) {
        return Duration.ofNanos(charge.bucket().nanosUntil(state, now, 1));
      }
    }
  }

  // --- cells --------------------------------------------------------------------------------

  /** Returns whether a bucket has to be looked at again, having helped it out of the way. */
  private boolean isBusy(long state, AtomicLong cell, String key) {
    if (state == HELD) {
      Thread.onSpinWait();
      return true;
    }
    if (state == RETIRED) {
      buckets.remove(key, cell);
      return true;
    }
    return false;
  }

  private AtomicLong cell(String key) {
    AtomicLong cell = buckets.get(key);
    return cell != null ? cell : buckets.computeIfAbsent(key, this::newCell);
  }

  private AtomicLong newCell(String key) {
    made.incrementAndGet();
    return new AtomicLong(TokenBucket.FULL);
  }

  /** Only after the new buckets were drawn on: until then they look idle. */
  private void sweepForNew(long now) {
    if (made.get() == 0 || !sweeping.tryLock()) {
      return;
    }
    try {
      for (int i = made.getAndSet(0) * SWEPT_PER_NEW; i > 0; i--) {
        if (!sweep.hasNext()) {
          sweep = buckets.entrySet().iterator();
          return;
        }
        retireIfFull(sweep.next(), now);
      }
    } finally {
      sweeping.unlock();
    }
  }

  private void retireIfFull(Map.Entry<String, AtomicLong> entry, long now) {
    long state = entry.getValue().get();
    boolean idle = state != HELD && state != RETIRED && state <= now;
    if (idle && entry.getValue().compareAndSet(state, RETIRED)) {
      buckets.remove(entry.getKey(), entry.getValue());
    }
  }

  /** Returns how many buckets are kept. */
  int size() {
    return buckets.size();
  }
}
