package dev.notifykit.internal;

import java.time.Duration;

/**
 * The time of a server, known without asking it: what it said at the last measurement, plus what
 * has passed since by the local monotonic clock. The local wall clock has no part in it, so setting
 * that changes nothing. Thread-safe.
 */
public final class ServerTime {
  /**
   * Of a measurement that took longer nobody knows when in between the server looked at its clock:
   * taken for the middle of a stall, its answer would be early by half of that.
   */
  private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

  /** A measurement. */
  private record Mark(long micros, long nanoTime) {}

  private volatile Mark mark;

  /**
   * Creates one.
   *
   * @param micros the time in microseconds since 1970, as well as it is known for now
   * @param nanoTime when that was, by {@link System#nanoTime}
   */
  public ServerTime(long micros, long nanoTime) {
    this.mark = new Mark(micros, nanoTime);
  }

  /**
   * Takes a measurement, unless it took so long that the one before is worth more.
   *
   * @param micros what the server said, in microseconds since 1970
   * @param before when it was asked, by {@link System#nanoTime}
   * @param after when it had answered
   * @return whether it was taken
   */
  public boolean measured(long micros, long before, long after) {
    if (after - before > LONGEST_NANOS) {
      return false;
    }
    mark = new Mark(micros, before + (after - before) / 2);
    return true;
  }

  /** Returns the server's time in microseconds since 1970. */
  public long micros() {
    Mark m = mark;
    return m.micros + (System.nanoTime() - m.nanoTime) / 1000;
  }
}
