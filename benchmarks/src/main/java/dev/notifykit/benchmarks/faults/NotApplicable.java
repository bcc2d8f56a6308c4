package dev.notifykit.benchmarks.faults;

/** A fault that a store or this machine cannot have; the run says why and fails nothing. */
final class NotApplicable extends RuntimeException {
  private final String why;

  NotApplicable(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
