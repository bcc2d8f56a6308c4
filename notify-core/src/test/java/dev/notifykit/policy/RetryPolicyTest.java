package dev.notifykit.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.NotificationException;
import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryPolicyTest {
  /** Draws the longest wait there can be. */
  private static final RandomGenerator LONGEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MAX_VALUE;
        }

        @Override
        public long nextLong(long bound) {
          return bound - 1;
        }
      };

  private static final RandomGenerator SHORTEST =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 0;
        }

        @Override
        public long nextLong(long bound) {
          return 0;
        }
      };

  private final RetryPolicy policy = RetryPolicy.exponential(Duration.ofSeconds(2));

  @ParameterizedTest(name = "after attempt {0} at most {1}")
  @CsvSource({
    "1, PT2S",
    "2, PT4S",
    "3, PT8S",
    "6, PT64S",
    "11, PT2048S",
    "12, PT1H",
    "13, PT1H",
    "100, PT1H",
    "2147483647, PT1H",
    "0, PT2S",
    "-5, PT2S"
  })
  void longestWaitDoublesUpToTheCap(int attempt, Duration longest) {
    assertThat(policy.delayAfter(attempt, null, LONGEST)).isEqualTo(longest);
    assertThat(policy.delayAfter(attempt, null, SHORTEST)).isZero();
  }

  /** As the documentation says: an outage of minutes is outlived, and three hours are the most. */
  @Test
  void allWaitsTogetherAreThreeHoursAtMost() {
    Duration all =
        IntStream.range(1, policy.maxAttempts())
            .mapToObj(attempt -> policy.delayAfter(attempt, null, LONGEST))
            .reduce(Duration.ZERO, Duration::plus);
    assertThat(policy.maxAttempts()).isEqualTo(14);
    assertThat(all).isBetween(Duration.ofHours(3), Duration.ofMinutes(190));
  }

  @Test
  void waitsSpreadOverTheWholeRange() {
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    Random random = new Random(seed);
    int early = 0;
    for (int i = 0; i < 10_000; i++) {
      Duration wait = policy.delayAfter(3, null, random);
      assertThat(wait).as("seed %d", seed).isBetween(Duration.ZERO, Duration.ofSeconds(8));
      early += wait.compareTo(Duration.ofSeconds(4)) < 0 ? 1 : 0;
    }
    // Of 10,000 fair draws 5,000 are expected, with a deviation of 50: 8 of those are no chance.
    assertThat(early).as("in the first half, seed %d", seed).isBetween(4_600, 5_400);
  }

  @Test
  void retryAfterIsAFloorUnderTheJitter() {
    Duration asked = Duration.ofMinutes(10);
    assertThat(policy.delayAfter(1, asked, SHORTEST)).isEqualTo(asked);
    assertThat(policy.delayAfter(1, asked, LONGEST)).isEqualTo(asked.plusSeconds(2));
  }

  @Test
  void retryAfterIsCapped() {
    assertThat(policy.delayAfter(1, Duration.ofDays(400_000), SHORTEST))
        .isEqualTo(Duration.ofHours(1));
    RetryPolicy own = policy.maxRetryAfter(Duration.ofMinutes(5));
    assertThat(own.delayAfter(1, Duration.ofHours(1), SHORTEST)).isEqualTo(Duration.ofMinutes(5));
    assertThat(own.maxRetryAfter()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void retryAfterInThePastIsNone() {
    assertThat(policy.delayAfter(1, Duration.ofSeconds(-30), LONGEST))
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void baseAboveTheCapIsCappedAtOnce() {
    RetryPolicy steep = RetryPolicy.exponential(Duration.ofDays(2)).maxDelay(Duration.ofMinutes(1));
    assertThat(steep.delayAfter(1, null, LONGEST)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void greatestWaitsDoNotOverflow() {
    Duration greatest = Duration.ofDays(3650);
    RetryPolicy slow = RetryPolicy.exponential(greatest).maxDelay(greatest).maxRetryAfter(greatest);
    assertThat(slow.delayAfter(100, greatest, LONGEST)).isEqualTo(greatest.multipliedBy(2));
    RetryPolicy fine = RetryPolicy.exponential(Duration.ofNanos(1)).maxDelay(greatest);
    assertThat(fine.delayAfter(41, null, LONGEST)).isEqualTo(Duration.ofNanos(1L << 40));
  }

  @Test
  void noneTriesOnce() {
    assertThat(RetryPolicy.none().maxAttempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "P3651D"})
  void impossibleWaitsAreRefusedByName(Duration wait) {
    assertThatThrownBy(() -> RetryPolicy.exponential(wait))
        .isInstanceOf(NotificationException.class)
        .hasMessageContaining("retry.base");
    assertThatThrownBy(() -> policy.maxDelay(wait)).hasMessageContaining("retry.maxDelay");
    assertThatThrownBy(() -> policy.maxRetryAfter(wait))
        .hasMessageContaining("retry.maxRetryAfter");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 101})
  void impossibleNumbersOfAttemptsAreRefused(int attempts) {
    assertThatThrownBy(() -> policy.maxAttempts(attempts))
        .isInstanceOf(NotificationException.class)
        .hasMessageContaining("retry.maxAttempts is " + attempts);
  }
}
