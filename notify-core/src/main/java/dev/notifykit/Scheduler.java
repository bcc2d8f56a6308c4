package dev.notifykit;

import java.time.Duration;

/**
 * Runs the library's timed work: polls, recoveries, breaker probes. Thread-safe. Tests replace it,
 * together with the clock, to step through days at once.
 */
public interface Scheduler extends AutoCloseable {
  /**
   * Runs a task once, after a delay, on a thread of the scheduler's. Tasks are short.
   *
   * @param delay not negative
   * @param task what to run; its exceptions are the scheduler's to log
   * @return cancels the task if it has not started
   */
  Runnable schedule(Duration delay, Runnable task);

  /** Drops what is scheduled and ends its threads. Idempotent. */
  @Override
  void close();
}
