package dev.notifykit.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs contestants in turn, round after round, and prints the medians: whatever else the machine
 * does meanwhile then hits all of them alike.
 */
final class Comparison {
  /** Does its work once and returns how much it did per second. */
  @FunctionalInterface
  interface Contestant {
    double perSecond() throws Exception;
  }

  private final String name;
  private final String unit;
  private final Map<String, Contestant> contestants = new LinkedHashMap<>();

  Comparison(String name, String unit) {
    this.name = name;
    this.unit = unit;
  }

  /** Adds a contestant; the first is called {@code ours}. */
  Comparison add(String contestant, Contestant work) {
    contestants.put(contestant, work);
    return this;
  }

  /** Runs warm-up rounds, then measured ones, and prints the result line last. */
  void run(int warmUps, int rounds) throws Exception {
    Map<String, List<Double>> measured = new LinkedHashMap<>();
    for (int round = -warmUps; round < rounds; round++) {
      for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
        System.gc(); // what one leaves behind is not the next one's to collect
        double rate = contestant.getValue().perSecond();
        System.out.printf(
            Locale.ROOT,
            "%s %d %s %,.0f %s%n",
            round < 0 ? "warm-up" : "round",
            round < 0 ? round + warmUps + 1 : round + 1,
            contestant.getKey(),
            rate,
            unit);
        if (round >= 0) {
          measured.computeIfAbsent(contestant.getKey(), c -> new ArrayList<>()).add(rate);
        }
      }
    }
    System.out.println("RESULT " + name + " " + medians(measured) + " unit=" + unit);
  }

  private static String medians(Map<String, List<Double>> measured) {
    return measured.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s=%.0f", e.getKey(), median(e.getValue())))
        .collect(Collectors.joining(" "));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
