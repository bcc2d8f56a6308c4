package dev.notifykit.benchmarks.faults;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a run was asked for: a fault, a store, a seed, and how much of it.
 *
 * @param fault the fault, such as {@code F1}
 * @param numbers {@code --seed}, {@code --sends} and whatever else the fault reads
 */
record Options(String fault, String store, Map<String, Long> numbers) {
  static Options of(String fault, String store, long seed) {
    return new Options(fault, store, Map.of("seed", seed));
  }

  static Options parse(String[] words) {
    if (words.length == 0 || words.length % 2 == 0) {
      throw new IllegalArgumentException(
          "usage: F<n> --store postgres|mariadb|h2|redis|memory [--seed n] [--sends n] [--kills n]"
              + " ...");
    }
    String store = "postgres";
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i += 2) {
      if (words[i].equals("--store")) {
        store = words[i + 1];
      } else {
        numbers.put(words[i].replaceFirst("^--", ""), Long.valueOf(words[i + 1]));
      }
    }
    numbers.putIfAbsent("seed", System.nanoTime() % 1_000_000);
    return new Options(words[0], store, numbers);
  }

  Options with(String name, long value) {
    Map<String, Long> copy = new LinkedHashMap<>(numbers);
    copy.put(name, value);
    return new Options(fault, store, copy);
  }

  long seed() {
    return numbers.getOrDefault("seed", 0L);
  }

  int number(String name, int otherwise) {
    return Math.toIntExact(numbers.getOrDefault(name, (long) otherwise));
  }
}
