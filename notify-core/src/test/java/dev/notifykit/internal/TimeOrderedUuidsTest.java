package dev.notifykit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TimeOrderedUuidsTest {
  private static final long NOW = Instant.parse("2026-11-21T10:00:00Z").toEpochMilli();

  private final AtomicLong millis = new AtomicLong(NOW);
  private final TimeOrderedUuids ids =
      new TimeOrderedUuids(() -> Instant.ofEpochMilli(millis.get()));

  @Test
  void idHasVersionVariantAndTime() {
    for (int i = 0; i < 10_000; i++) {
      UUID id = ids.next();
      assertThat(id.version()).isEqualTo(7);
      assertThat(id.variant()).as("RFC 9562").isEqualTo(2);
    }
    millis.addAndGet(60_000);
    assertThat(ids.next().getMostSignificantBits() >>> 16).isEqualTo(NOW + 60_000);
  }

  @Test
  void idsStrictlyIncreaseWhileTheClockStandsStill() {
    assertIncreasing(next(20_000));
  }

  @Test
  void idsStrictlyIncreaseWhileTheClockStepsBack() {
    List<UUID> all = new ArrayList<>(next(5_000));
    millis.addAndGet(-86_400_000);
    all.addAll(next(5_000));
    millis.addAndGet(2 * 86_400_000);
    all.addAll(next(5_000));
    assertIncreasing(all);
  }

  @Test
  void idsOfManyThreadsAreDistinctAndIncreaseInEach() throws Exception {
    long seed = Long.getLong("notifykit.seed", System.nanoTime());
    List<Callable<List<UUID>>> tasks =
        new Random(seed).longs(8).mapToObj(this::nextUnderAClockThatSteps).toList();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      Set<UUID> all = new HashSet<>();
      for (Future<List<UUID>> thread : pool.invokeAll(tasks)) {
        assertIncreasing(thread.get());
        all.addAll(thread.get());
      }
      assertThat(all).as("seed %d", seed).hasSize(40_000);
    } finally {
      pool.shutdownNow();
    }
  }

  private Callable<List<UUID>> nextUnderAClockThatSteps(long seed) {
    Random random = new Random(seed);
    return () -> {
      List<UUID> mine = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        millis.addAndGet(random.nextInt(-2, 3));
        mine.add(ids.next());
      }
      return mine;
    };
  }

  private List<UUID> next(int count) {
    List<UUID> next = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      next.add(ids.next());
    }
    return next;
  }

  /** By text, the order that indexes and people see. */
  private static void assertIncreasing(List<UUID> all) {
    for (int i = 1; i < all.size(); i++) {
      assertThat(all.get(i).toString()).isGreaterThan(all.get(i - 1).toString());
    }
  }
}
