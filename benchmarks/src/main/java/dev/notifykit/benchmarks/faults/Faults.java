package dev.notifykit.benchmarks.faults;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs one fault and prints, last, {@code RESULT F<n> lost=<n> unexpected=<n> duplicated=<n>
 * inflight=<n> seed=<n>}; exits with 1 if the fault's pass condition does not hold.
 */
final class Faults {
  private static final Map<String, Supplier<Fault>> ALL =
      Map.ofEntries(
          Map.entry("F1", KilledWorkers::new),
          Map.entry("F2", HaltedSteps::new),
          Map.entry("F3", StoppedWorker::new),
          Map.entry("F4", DatabaseKilled::new),
          Map.entry("F6", LostReply::new),
          Map.entry("F7", FailingProvider::new),
          Map.entry("F11", LostResponse::new),
          Map.entry("F9", SlowRoute::new),
          Map.entry("F14", WrongClock::new),
          Map.entry("F15", FullDisk::new),
          Map.entry("F16", CorruptRows::new),
          Map.entry("F20", Backlog::new),
          Map.entry("F19", Terminated::new),
          Map.entry("F23", SharedLimit::new),
          Map.entry("F12", ManyNodes::new),
          Map.entry("F21", SameEvent::new),
          Map.entry("F22", OptOutRace::new));

  private Faults() {}

  public static void main(String[] args) throws Exception {
    Options options = Options.parse(args);
    RunDirectory files = RunDirectory.create();
    boolean passed;
    try (Database database = Database.start(options.store(), files.path())) {
      passed = run(options, database, files.path(), System.out);
    }
    if (passed) {
      files.close(); // else the workers' logs are of use
    }
    System.exit(passed ? 0 : 1);
  }

  /** Returns whether the pass condition holds, or the fault is not applicable. */
  static boolean run(Options options, Database database, Path directory, PrintStream out)
      throws Exception {
    Supplier<Fault> fault = ALL.get(options.fault());
    if (fault == null) {
      throw new IllegalArgumentException(options.fault() + " is none of " + ALL.keySet());
    }
    long began = System.nanoTime();
    try (Trial trial = new Trial(options, database, directory, out)) {
      trial.note("%s on %s, seed %d", options.fault(), options.store(), options.seed());
      try {
        run(fault.get(), trial, out);
      } catch (NotApplicable e) {
        trial.note("NOT APPLICABLE %s: %s", options.fault(), e.why());
        return true;
      }
      trial.note(
          "%s after %.0f s",
          trial.passed() ? "PASSED" : "FAILED; logs in " + directory,
          (System.nanoTime() - began) / 1e9);
      out.println(trial.result());
      return trial.passed();
    }
  }

  private static void run(Fault fault, Trial trial, PrintStream out) {
    try {
      fault.run(trial);
    } catch (NotApplicable e) {
      throw e;
    } catch (Exception | Error e) {
      e.printStackTrace(out);
      trial.require(false, "the run broke off: %s", e);
    }
  }
}
