package dev.notifykit.store.jdbc;

import dev.notifykit.internal.ServerTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The database's clock, read without asking it: see {@link ServerTime}. Measured again now and then
 * on a connection that is borrowed anyway. Thread-safe.
 */
final class DatabaseClock implements InstantSource {
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Until the first measurement the local time, which is better than none. */
  private final ServerTime time = new ServerTime(Micros.of(Instant.now()), System.nanoTime());

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
    if (!time.measured(micros, before, System.nanoTime())) {
      postpone();
    }
  }

  @Override
  public Instant instant() {
    return Micros.instant(micros());
  }

  long micros() {
    return time.micros();
  }
}
