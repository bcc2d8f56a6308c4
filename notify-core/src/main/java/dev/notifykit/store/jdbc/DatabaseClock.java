package dev.notifykit.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The database's clock, read without asking it: its time at the last measurement plus what has
 * passed since by the local monotonic clock. The local wall clock has no part in it, so setting
 * that changes nothing. Measured again now and then on a connection that is borrowed anyway.
 * Thread-safe.
 */
final class DatabaseClock implements InstantSource {
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  /** A measurement. */
  private record Mark(long micros, long nanoTime) {}

  private volatile Mark mark =
      new Mark(Micros.of(Instant.now()), System.nanoTime() - STALE_NANOS - 1);
  private final AtomicLong nextRefresh = new AtomicLong(System.nanoTime());

  /** Whether it is time to measure; true for one caller at a time. */
  boolean isStale() {
    long due = nextRefresh.get();
    long now = System.nanoTime();
    return now - due >= 0 && nextRefresh.compareAndSet(due, now + STALE_NANOS);
  }

  /** Tries again soon, after a measurement failed. */
  void postpone() {
    nextRefresh.set(System.nanoTime() + STALE_NANOS / 30);
  }

  void refresh(Tx tx) throws SQLException {
    long before = System.nanoTime();
    long micros = tx.query("SELECT " + tx.dialect.now(), r -> r.getLong(1)).get(0);
    long after = System.nanoTime();
    mark = new Mark(micros, before + (after - before) / 2);
  }

  @Override
  public Instant instant() {
    return Micros.instant(micros());
  }

  long micros() {
    Mark m = mark;
    return m.micros + (System.nanoTime() - m.nanoTime) / 1000;
  }
}
