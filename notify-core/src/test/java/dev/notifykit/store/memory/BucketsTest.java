package dev.notifykit.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.store.BucketCharge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BucketsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final Given given = new Given();
  private final StoreTime time = new StoreTime(given.clock);
  private final Buckets buckets = new Buckets(time);

  private static BucketCharge charge(String key, long count, OnLimit onLimit) {
    return new BucketCharge(key, new TokenBucket(count, HOUR), onLimit);
  }

  private long admit(BucketCharge... charges) {
    return buckets.admit(List.of(charges), time.nanos());
  }

  @Test
  void refusedDeliveryTakesFromNoBucket() {
    BucketCharge wide = charge("wide", 10, OnLimit.DROP);
    BucketCharge narrow = charge("narrow", 1, OnLimit.DROP);
    assertThat(admit(wide, narrow)).isEqualTo(Buckets.ADMITTED);
    for (int i = 0; i < 20; i++) {
      assertThat(admit(wide, narrow)).isEqualTo(Buckets.DROPPED);
    }
    assertThat(buckets.take(wide, 100).tokens()).isEqualTo(9);
  }

  @Test
  void deferredDeliveriesAreDueOneIntervalApart() {
    BucketCharge defer = charge("b", 2, OnLimit.DEFER);
    assertThat(admit(defer)).isZero();
    assertThat(admit(defer)).isZero();
    for (int i = 1; i <= 10; i++) {
      assertThat(admit(defer)).isEqualTo(HOUR.dividedBy(2).multipliedBy(i).toNanos());
    }
    given.advance(HOUR.multipliedBy(5));
    assertThat(admit(charge("b", 2, OnLimit.DROP))).as("all were spoken for").isEqualTo(-1);
    given.advance(HOUR.dividedBy(2));
    assertThat(admit(charge("b", 2, OnLimit.DROP))).isZero();
  }

  @Test
  void dropWinsOverDefer() {
    BucketCharge defer = charge("a", 1, OnLimit.DEFER);
    BucketCharge drop = charge("b", 1, OnLimit.DROP);
    assertThat(admit(defer, drop)).isZero();
    assertThat(admit(defer, drop)).isEqualTo(Buckets.DROPPED);
    assertThat(admit(defer)).as("nothing was borrowed").isEqualTo(HOUR.toNanos());
  }

  @Test
  void debtHasAnEnd() {
    BucketCharge slow =
        new BucketCharge("s", new TokenBucket(1, Duration.ofDays(3650)), OnLimit.DEFER);
    assertThat(admit(slow)).isZero();
    assertThat(admit(slow)).isPositive();
    for (int i = 0; i < 100; i++) {
      assertThat(admit(slow)).isEqualTo(Buckets.DROPPED);
    }
  }

  @Test
  void keyThatComesTwiceCostsTwoTokens() {
    BucketCharge twice = charge("k", 5, OnLimit.DROP);
    assertThat(admit(twice, twice)).isZero();
    assertThat(admit(twice, twice)).isZero();
    assertThat(admit(twice, twice)).isEqualTo(Buckets.DROPPED);
    assertThat(buckets.take(twice, 5).tokens()).isEqualTo(1);
  }

  @Test
  void takeGivesWhatThereIsAndSaysWhenTheNextComes() {
    BucketCharge charge = charge("p", 10, OnLimit.DEFER);
    assertThat(buckets.waitFor(charge)).isZero();
    assertThat(buckets.take(charge, 4)).isEqualTo(new Buckets.Grant(4, Duration.ZERO));
    assertThat(buckets.take(charge, 10)).isEqualTo(new Buckets.Grant(6, HOUR.dividedBy(10)));
    assertThat(buckets.waitFor(charge)).isEqualTo(HOUR.dividedBy(10));
    given.advance(HOUR.dividedBy(10));
    assertThat(buckets.waitFor(charge)).isZero();
    assertThat(buckets.take(charge, 3).tokens()).isEqualTo(1);
  }

  @Test
  void idleBucketsAreForgottenAndUsedOnesAreNot() {
    BucketCharge busy = charge("busy", 1, OnLimit.DROP);
    for (int i = 0; i < 10_000; i++) {
      admit(charge("old-" + i, 5, OnLimit.DROP));
    }
    given.advance(HOUR);
    admit(busy);
    for (int i = 0; i < 5_000; i++) {
      admit(charge("new-" + i, 5, OnLimit.DROP));
    }
    assertThat(buckets.size()).isLessThan(6_000);
    assertThat(admit(busy)).isEqualTo(Buckets.DROPPED);
  }

  @Test
  void newBucketsOfOneDeliveryDoNotForgetEachOther() {
    for (int i = 0; i < 1_000; i++) {
      BucketCharge a = charge("a-" + i, 1, OnLimit.DROP);
      BucketCharge b = charge("b-" + i, 1, OnLimit.DROP);
      assertThat(admit(a, b)).isZero();
      assertThat(admit(b, a)).isEqualTo(Buckets.DROPPED);
    }
  }

  /**
   * Many threads over few buckets, with one, two and three charges in any order, while idle ones
   * are swept: no bucket gives more than it has, and each that refused was empty in the end.
   */
  @Test
  void noBucketGivesATokenTooManyOrTooFew() throws Exception {
    int threads = 8;
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    SplittableRandom seeds = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      int[] sizes = new Random(round).ints(4, 1, 200).toArray();
      AtomicInteger[] given4 = new AtomicInteger[4];
      String prefix = "round-" + round + "-";
      for (int i = 0; i < 4; i++) {
        given4[i] = new AtomicInteger();
      }
      Supplier<Callable<Void>> task =
          () -> {
            Random random = new Random(seeds.nextLong());
            return () -> {
              for (int i = 0; i < 200; i++) {
                List<Integer> chosen = new ArrayList<>(List.of(0, 1, 2, 3));
                Collections.shuffle(chosen, random);
                chosen = chosen.subList(0, 1 + random.nextInt(3));
                List<BucketCharge> charges = new ArrayList<>();
                chosen.forEach(b -> charges.add(charge(prefix + b, sizes[b], OnLimit.DROP)));
                if (buckets.admit(charges, time.nanos()) == Buckets.ADMITTED) {
                  chosen.forEach(b -> given4[b].incrementAndGet());
                }
                admit(charge(prefix + "idle-" + random.nextLong(), 1, OnLimit.DROP));
              }
              return null;
            };
          };
      run(threads, task);
      for (int b = 0; b < 4; b++) {
        int leftOver = buckets.take(charge(prefix + b, sizes[b], OnLimit.DROP), 1_000).tokens();
        assertThat(given4[b].get() + leftOver)
            .as("bucket %d of round %d, seed %d", b, round, seed)
            .isEqualTo(sizes[b]);
      }
    }
  }

  /** Two charges that would each fit must never refuse one another by a passing hold. */
  @Test
  void nobodyIsRefusedByAHoldThatIsGivenBack() throws Exception {
    for (int round = 0; round < 200; round++) {
      String key = "k-" + round;
      BucketCharge last = charge(key, 1, OnLimit.DROP);
      BucketCharge empty = charge(key + "-empty", 1, OnLimit.DROP);
      admit(empty);
      AtomicInteger admitted = new AtomicInteger();
      ExecutorService pool = Executors.newFixedThreadPool(2);
      try {
        Future<?> refused =
            pool.submit(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    admit(last, empty); // always refused by the second
                  }
                });
        Future<?> rightful = pool.submit(() -> admitted.addAndGet(admit(last) == 0 ? 1 : 0));
        refused.get();
        rightful.get();
      } finally {
        pool.shutdownNow();
      }
      assertThat(admitted.get()).isEqualTo(1);
    }
  }

  private static void run(int threads, Supplier<Callable<Void>> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Void> done : pool.invokeAll(Stream.generate(task).limit(threads).toList())) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
