package dev.notifykit.benchmarks.faults;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits: for a moment of a fault, or for something to become true. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    micros(millis * 1_000);
  }

  static void micros(long micros) {
    long end = System.nanoTime() + micros * 1_000;
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Returns whether the condition came true within the time. */
  static boolean until(Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(2_000_000);
    }
    return true;
  }
}
