package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class TokenBucketTest {
  private static final long SECOND = 1_000_000_000L;

  // --- arithmetic ---------------------------------------------------------------------------

  @ParameterizedTest(name = "{0} in {1} ns")
  @CsvSource({
    // capacity, period, interval
    "1, 1000000, 1000000",
    "10, 1000000000, 100000000",
    "3, 1000000000, 333333334",
    "7, 3600000000000, 514285714286",
    "1000000, 1000000, 1",
    "999999, 1000000, 2"
  })
  void intervalIsRoundedUp(long capacity, long period, long interval) {
    TokenBucket bucket = new TokenBucket(capacity, Duration.ofNanos(period));
    assertThat(bucket.intervalNanos()).isEqualTo(interval);
    assertThat(bucket.intervalNanos() * capacity).isGreaterThanOrEqualTo(period);
  }

  @ParameterizedTest(name = "state {0} at {1}, {2} tokens")
  @CsvSource({
    // Ten tokens, one a second. state, now, tokens, next (R for refused), wait, available
    "FULL, 0, 1, 1, 0, 10",
    "FULL, 0, 10, 10, 0, 10",
    "FULL, -5, 1, -4, 0, 10",
    "10, 0, 1, R, 1, 0",
    "10, 1, 1, 11, 0, 1",
    "10, 1, 2, R, 1, 1",
    "10, 9, 9, 19, 0, 9",
    "10, 10, 10, 20, 0, 10",
    "10, 10000, 10, 10010, 0, 10",
    "5, 3, 8, 13, 0, 8",
    "5, 3, 9, R, 1, 8",
    "25, 0, 1, R, 16, 0"
  })
  void tokensAreTakenByArithmetic(
      String state, long now, long tokens, String next, long wait, long available) {
    TokenBucket bucket = new TokenBucket(10, Duration.ofSeconds(10));
    long before = state.equals("FULL") ? TokenBucket.FULL : Long.parseLong(state) * SECOND;
    long expected = next.equals("R") ? TokenBucket.REFUSED : Long.parseLong(next) * SECOND;
    assertThat(bucket.take(before, now * SECOND, tokens)).isEqualTo(expected);
    assertThat(bucket.nanosUntil(before, now * SECOND, tokens)).isEqualTo(wait * SECOND);
    assertThat(bucket.available(before, now * SECOND)).isEqualTo(available);
  }

  @Test
  void tokenIsThereOnTheNanosecondAndNotBefore() {
    TokenBucket bucket = new TokenBucket(2, Duration.ofSeconds(1));
    long empty = bucket.take(TokenBucket.FULL, 0, 2);
    assertThat(bucket.take(empty, SECOND / 2 - 1, 1)).isEqualTo(TokenBucket.REFUSED);
    assertThat(bucket.take(empty, SECOND / 2, 1)).isEqualTo(SECOND + SECOND / 2);
  }

  @Test
  void clockThatStepsBackGivesNothingAway() {
    TokenBucket bucket = new TokenBucket(2, Duration.ofSeconds(1));
    long empty = bucket.take(TokenBucket.FULL, 100 * SECOND, 2);
    assertThat(bucket.take(empty, 40 * SECOND, 1)).isEqualTo(TokenBucket.REFUSED);
  }

  @Test
  void borrowedTokensComeOneIntervalApart() {
    TokenBucket bucket = new TokenBucket(2, Duration.ofSeconds(1));
    long state = bucket.take(TokenBucket.FULL, 0, 2);
    for (int i = 1; i <= 100; i++) {
      assertThat(bucket.nanosUntil(state, 0, 1)).isEqualTo(i * SECOND / 2);
      state = bucket.borrow(state, 0, 1);
    }
    assertThat(bucket.take(state, 50 * SECOND, 1)).isEqualTo(TokenBucket.REFUSED);
  }

  @Test
  void largestBucketsDoNotOverflow() {
    Duration period = Duration.ofDays(3650);
    for (long capacity : new long[] {1, 2, 1_000_003, period.toNanos() / 2 + 1, period.toNanos()}) {
      TokenBucket bucket = new TokenBucket(capacity, period);
      long now = 4L * 1_000_000_000_000_000_000L;
      long empty = bucket.take(TokenBucket.FULL, now, capacity);
      assertThat(empty).isGreaterThan(now);
      assertThat(bucket.take(empty, now, 1)).isEqualTo(TokenBucket.REFUSED);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, PT1H", "-1, PT1H", "1, PT0.000999999S", "1, P3651D", "1000001, PT0.001S"})
  void impossibleBucketsAreRefused(long capacity, Duration period) {
    assertThatThrownBy(() -> new TokenBucket(capacity, period))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" is ");
  }

  // --- properties ---------------------------------------------------------------------------

  /**
   * Bucket4j refills greedily and without loss: after {@code t} it has gained the whole part of
   * {@code t * capacity / period}. With an interval that divides the period nothing is rounded, and
   * both must agree on every single answer.
   */
  @Test
  void agreesWithBucket4jOnEveryAnswer() {
    for (long seed : seeds(200)) {
      Random random = new Random(seed);
      long interval = 1 + random.nextInt(1_000_000);
      long capacity = Math.max(1_000_000 / interval + 1, 1 + random.nextInt(500));
      walk(seed, random, new TokenBucket(capacity, Duration.ofNanos(capacity * interval)), 0);
    }
  }

  /**
   * Where the interval is rounded up, by less than a nanosecond a token, this bucket gains up to
   * that much less: over a walk it may be behind by at most the ratio of the rounding, and one
   * token for the part that is not whole. It must never be ahead.
   */
  @Test
  void isNeverAheadOfBucket4jAndBehindOnlyByRounding() {
    for (long seed : seeds(200)) {
      Random random = new Random(seed);
      long capacity = 1 + random.nextInt(1_000);
      TokenBucket bucket =
          new TokenBucket(capacity, Duration.ofNanos(1_000_000 + random.nextInt(1_000_000_000)));
      walk(seed, random, bucket, 1);
    }
  }

  private static void walk(long seed, Random random, TokenBucket bucket, int slack) {
    AtomicLong clock = new AtomicLong();
    Bucket oracle = oracle(bucket, clock);
    long state = TokenBucket.FULL;
    long rounding = bucket.intervalNanos() * bucket.capacity() - bucket.period().toNanos();
    for (int step = 0; step < 500; step++) {
      long now = clock.addAndGet(pause(random, bucket));
      long wanted = 1 + (long) (random.nextDouble() * bucket.capacity());
      long next = bucket.take(state, now, wanted);
      long had = oracle.getAvailableTokens();
      boolean taken = next != TokenBucket.REFUSED;
      long lost = slack == 0 ? 0 : slack + rounding * (now / bucket.period().toNanos() + 1);
      if (taken) {
        assertThat(oracle.tryConsume(wanted)).as("ahead: seed %d step %d", seed, step).isTrue();
        state = next;
      } else {
        assertThat(had).as("behind: seed %d step %d", seed, step).isLessThan(wanted + 1 + lost);
        if (slack == 0) {
          assertThat(oracle.tryConsume(wanted)).as("seed %d step %d", seed, step).isFalse();
        }
      }
    }
  }

  private static Bucket oracle(TokenBucket bucket, AtomicLong clock) {
    return Bucket.builder()
        .withCustomTimePrecision(
            new TimeMeter() {
              @Override
              public long currentTimeNanos() {
                return clock.get();
              }

              @Override
              public boolean isWallClockBased() {
                return false;
              }
            })
        .addLimit(
            Bandwidth.builder()
                .capacity(bucket.capacity())
                .refillGreedy(bucket.capacity(), bucket.period())
                .build())
        .build();
  }

  private static long pause(Random random, TokenBucket bucket) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt((int) Math.min(bucket.intervalNanos(), Integer.MAX_VALUE - 1) + 1);
      case 2 -> bucket.intervalNanos() * (1 + random.nextInt(3));
      default -> (long) (random.nextDouble() * 1.5 * bucket.period().toNanos());
    };
  }

  /** In any window of one period no more than a full bucket and what it gained is given. */
  @Test
  void noWindowOfOnePeriodGivesMoreThanTwiceTheCapacity() {
    for (long seed : seeds(100)) {
      Random random = new Random(seed);
      TokenBucket bucket = new TokenBucket(1 + random.nextInt(50), Duration.ofMillis(100));
      Deque<Long> given = new ArrayDeque<>();
      long state = TokenBucket.FULL;
      long now = 0;
      for (int step = 0; step < 2_000; step++) {
        now += random.nextInt(3_000_000);
        long next = bucket.take(state, now, 1);
        if (next != TokenBucket.REFUSED) {
          state = next;
          given.addLast(now);
        }
        while (!given.isEmpty() && given.getFirst() <= now - bucket.period().toNanos()) {
          given.removeFirst();
        }
        assertThat(given.size())
            .as("seed %d", seed)
            .isLessThanOrEqualTo(2 * (int) bucket.capacity());
      }
    }
  }

  /** Waiting exactly as long as told is enough, and any less is not. */
  @Test
  void toldWaitIsExact() {
    for (long seed : seeds(100)) {
      Random random = new Random(seed);
      TokenBucket bucket =
          new TokenBucket(
              1 + random.nextInt(100), Duration.ofNanos(1_000_000 + random.nextInt(1_000_000_000)));
      long state = TokenBucket.FULL;
      long now = 0;
      for (int step = 0; step < 200; step++) {
        now += random.nextInt(1_000_000);
        long wanted = 1 + random.nextInt((int) bucket.capacity());
        long wait = bucket.nanosUntil(state, now, wanted);
        if (wait > 0) {
          assertThat(bucket.take(state, now + wait - 1, wanted))
              .as("seed %d", seed)
              .isEqualTo(TokenBucket.REFUSED);
        }
        state = bucket.take(state, now + wait, wanted);
        assertThat(state).as("seed %d", seed).isNotEqualTo(TokenBucket.REFUSED);
        now += wait;
      }
    }
  }

  /** The first is what {@code -Dnotifykit.seed=...} says: any that failed comes first then. */
  private static long[] seeds(int count) {
    long first = Long.getLong("notifykit.seed", System.nanoTime());
    return LongStream.concat(LongStream.of(first), new Random(first).longs(count - 1)).toArray();
  }
}
