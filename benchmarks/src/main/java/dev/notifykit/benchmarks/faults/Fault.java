package dev.notifykit.benchmarks.faults;

/** A fault: does its damage in a safety phase, ends it, and judges what came of it. */
@FunctionalInterface
interface Fault {
  void run(Trial trial) throws Exception;
}
