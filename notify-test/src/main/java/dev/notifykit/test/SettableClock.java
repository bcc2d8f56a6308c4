package dev.notifykit.test;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until it is told to move. Thread-safe.
 *
 * <p>Give it to the client and the store alike. Where a {@link ManualScheduler} is used too, move
 * time with that, so that what is due runs on the way.
 */
public final class SettableClock implements InstantSource {
  /** When a clock starts that was not told: a Monday, at noon in UTC. */
  public static final Instant START = Instant.parse("2026-06-01T12:00:00Z");

  private volatile Instant now;

  /** Creates a clock that shows {@link #START}. */
  public SettableClock() {
    this(START);
  }

  /**
   * Creates a clock.
   *
   * @param start what it shows
   */
  public SettableClock(Instant start) {
    this.now = start;
  }

  @Override
  public Instant instant() {
    return now;
  }

  /**
   * Moves the clock.
   *
   * @param by how far; negative to set it back, as clocks of machines sometimes are
   * @return what it shows now
   */
  public synchronized Instant advance(Duration by) {
    now = now.plus(by);
    return now;
  }

  /**
   * Sets the clock.
   *
   * @param instant what it is to show, later or earlier
   */
  public synchronized void set(Instant instant) {
    now = instant;
  }

  @Override
  public String toString() {
    return "SettableClock[" + now + "]";
  }
}
