package dev.notifykit.benchmarks.faults;

import java.io.PrintStream;
import java.util.Map;

/**
 * Runs one fault and prints, last, {@code RESULT F<n> lost=<n> unexpected=<n> duplicated=<n>
 * inflight=<n> seed=<n>}; exits with 1 if the fault's pass condition does not hold.
 */
final class Faults {
  private static final Map<String, Fault> ALL =
      Map.ofEntries(
          Map.entry("F1", new KilledWorkers()));

  private Faults() {}

  public static void main(String[] args) throws Exception {
    Options options = Options.parse(args);
    System.exit(run(options, System.out) ? 0 : 1);
  }

  /** Returns whether the pass condition holds, or the fault is not applicable. */
  static boolean run(Options options, PrintStream out) throws Exception {
    Fault fault = ALL.get(options.fault());
    if (fault == null) {
      throw new IllegalArgumentException(options.fault() + " is none of " + ALL.keySet());
    }
    long began = System.nanoTime();
    out.printf("%s on %s, seed %d%n", options.fault(), options.store(), options.seed());
    try (Trial trial = new Trial(options, out)) {
      try {
        fault.run(trial);
      } catch (NotApplicable e) {
        out.println("NOT APPLICABLE " + options.fault() + ": " + e.getMessage());
      } catch (Exception | Error e) {
        e.printStackTrace(out);
        trial.require(false, "the run broke off: %s", e);
      }
      out.printf(
          java.util.Locale.ROOT,
          "%s after %.0f s%n",
          trial.passed() ? "PASSED" : "FAILED; logs in " + trial.directory,
          (System.nanoTime() - began) / 1e9);
      out.println(trial.result());
      return trial.passed();
    }
  }
}
