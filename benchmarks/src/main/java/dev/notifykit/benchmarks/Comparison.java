package dev.notifykit.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
  private final Set<String> peers = new HashSet<>();
  private Supplier<String> remark = () -> "";

  Comparison(String name, String unit) {
    this.name = name;
    this.unit = unit;
  }

  /** Adds a contestant; the first is called {@code ours}. */
  Comparison add(String contestant, Contestant work) {
    contestants.put(contestant, work);
    return this;
  }

  /** Adds one of the peers; of these the best counts. */
  Comparison addPeer(String contestant, Contestant work) {
    peers.add(contestant);
    return add(contestant, work);
  }

  /** Adds what is worth knowing of each round to its line. */
  Comparison remark(Supplier<String> value) {
    remark = value;
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
            "%s %d %s %,.0f %s%s%n",
            round < 0 ? "warm-up" : "round",
            round < 0 ? round + warmUps + 1 : round + 1,
            contestant.getKey(),
            rate,
            unit,
            remark.get());
        if (round >= 0) {
          measured.computeIfAbsent(contestant.getKey(), c -> new ArrayList<>()).add(rate);
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Map.Entry<String, List<Double>> e : measured.entrySet()) {
      double median = median(e.getValue());
      System.out.printf(Locale.ROOT, "median %s %,.0f %s%n", e.getKey(), median, unit);
      medians.merge(peers.contains(e.getKey()) ? "peer" : e.getKey(), median, Math::max);
    }
    System.out.println("RESULT " + name + " " + joined(medians) + " unit=" + unit);
  }

  private static String joined(Map<String, Double> medians) {
    return medians.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%s=%.0f", e.getKey(), e.getValue()))
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
