package dev.notifykit.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CellsTest {
  private static final int ENTRIES = 32;

  private final Cells cells = new Cells(ENTRIES);
  private final Map<Integer, Integer> hashes = new HashMap<>(); // by slot

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatWasAddedIsFoundUntilItIsCleared(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      int slot = random.nextInt(ENTRIES);
      if (hashes.containsKey(slot)) {
        clear(slot);
      } else {
        add(slot, crowded(random));
      }
      int asked = crowded(random);
      assertThat(slots(cells, asked)).as("seed %s, step %s", seed, i).isEqualTo(expected(asked));
    }
    Cells larger = new Cells(ENTRIES * 2);
    larger.addAll(cells);
    for (int hash : hashes.values()) {
      assertThat(slots(larger, hash)).as("seed %s", seed).isEqualTo(expected(hash));
    }
  }

  /** Few homes, the last ones among them, and several hashes and entries for each. */
  private static int crowded(Random random) {
    return (random.nextInt(6) - 3) << 8 | random.nextInt(3);
  }

  private void add(int slot, int hash) {
    hashes.put(slot, hash);
    cells.add(hash, slot);
  }

  private void clear(int slot) {
    int hash = hashes.remove(slot);
    int cell = cells.first(hash);
    while (cells.slot(cell) != slot) {
      cell = cells.next(cell, hash);
    }
    cells.clear(cell);
  }

  private static List<Integer> slots(Cells cells, int hash) {
    List<Integer> found = new ArrayList<>();
    for (int cell = cells.first(hash); cell != Cells.NONE; cell = cells.next(cell, hash)) {
      found.add(cells.slot(cell));
    }
    found.sort(null);
    return found;
  }

  private List<Integer> expected(int hash) {
    return hashes.keySet().stream().filter(s -> hashes.get(s) == hash).sorted().toList();
  }
}
