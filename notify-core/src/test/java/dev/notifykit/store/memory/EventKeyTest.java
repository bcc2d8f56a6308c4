package dev.notifykit.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EventKeyTest {
  private final EventKey.Maker keys = new EventKey.Maker(new SplittableRandom(1));

  @Test
  void sameIdHasTheSameKey() {
    assertThat(keys.make("t", "orders#1")).isEqualTo(keys.make("t", new String("orders#1")));
  }

  /** Where a tenant ends and an id begins, and where the last three characters are not full. */
  @Test
  void likePairsHaveDifferentKeys() {
    String[][] pairs = {
      {"", "abc"}, {"a", "bc"}, {"ab", "c"}, {"abc", ""}, {"", ""}, {"", "\0"}, {"", "\0\0"},
      {"", "\0\0\0"}, {"\0", ""}, {"", "a"}, {"", "a\0"}, {"", "\0a"}, {"", "ab"}, {"", "ba"}
    };
    Set<EventKey> seen = new HashSet<>();
    for (String[] pair : pairs) {
      assertThat(seen.add(keys.make(pair[0], pair[1]))).as(pair[0] + "|" + pair[1]).isTrue();
    }
  }

  @Test
  void manyIdsHaveManyKeysInBothHalves() {
    Set<Long> high = new HashSet<>();
    Set<Long> low = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      EventKey key = keys.make("", "orders#" + i);
      high.add(key.high());
      low.add(key.low());
      assertThat(key.high()).isBetween(0L, (1L << 61) - 2);
    }
    assertThat(high).hasSize(100_000);
    assertThat(low).hasSize(100_000);
  }
}
