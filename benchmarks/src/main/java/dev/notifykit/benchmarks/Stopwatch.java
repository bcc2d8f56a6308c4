package dev.notifykit.benchmarks;

import java.util.Locale;

/** Takes the time of a round, and the processor time of this process and the database. */
final class Stopwatch {
  private final Database db;
  private String last = "";

  Stopwatch(Database db) {
    this.db = db;
  }

  /** Does something a number of times. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Returns how many a second. */
  double time(int count, Work work) throws Exception {
    double server = db.serverSeconds();
    double own = Database.cpuSeconds(ProcessHandle.current());
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    last =
        String.format(
            Locale.ROOT,
            ", each %.1f us of this process and %.1f us of the server",
            (Database.cpuSeconds(ProcessHandle.current()) - own) * 1e6 / count,
            (db.serverSeconds() - server) * 1e6 / count);
    return count / seconds;
  }

  /** Returns what processor time the last round took. */
  String last() {
    return last;
  }
}
