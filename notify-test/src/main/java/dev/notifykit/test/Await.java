package dev.notifykit.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits until something is so, for tests in which other threads do the work. */
public final class Await {
  private static final long PAUSE_NANOS = 2_000_000;

  private Await() {}

  /**
   * Waits at most 20 seconds.
   *
   * @param what what is waited for, for the failure's message
   * @param condition asked every few milliseconds
   * @throws AssertionError if it does not come true in time
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, Duration.ofSeconds(20), condition);
  }

  /**
   * Waits for a condition.
   *
   * @param what what is waited for, for the failure's message
   * @param patience how long, in real time
   * @param condition asked every few milliseconds
   * @throws AssertionError if it does not come true in time
   */
  public static void until(String what, Duration patience, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError("waited " + patience + " in vain for " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("interrupted while waiting for " + what);
      }
    }
  }
}
