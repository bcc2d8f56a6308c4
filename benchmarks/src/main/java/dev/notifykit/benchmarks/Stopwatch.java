package dev.notifykit.benchmarks;

import java.util.Locale;

/** Takes the time of a round, and the processor time of this process and the server. */
final class Stopwatch {
  private final Server server;
  private String last = "";

  Stopwatch(Server server) {
    this.server = server;
  }

  /** Tells the processor time that a server has taken so far. */
  @FunctionalInterface
  interface Server {
    double seconds() throws Exception;
  }

  /** Does something a number of times. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Returns how many a second. */
  double time(int count, Work work) throws Exception {
    double before = server.seconds();
    double own = Database.cpuSeconds(ProcessHandle.current());
    long start = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    last =
        String.format(
            Locale.ROOT,
            ", each %.1f us of this process and %.1f us of the server",
            (Database.cpuSeconds(ProcessHandle.current()) - own) * 1e6 / count,
            (server.seconds() - before) * 1e6 / count);
    return count / seconds;
  }

  /** Returns what processor time the last round took. */
  String last() {
    return last;
  }
}
