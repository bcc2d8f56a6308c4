package dev.notifykit.store.redis;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of Redis, read without asking it: its time at the last measurement plus what has passed
 * since by the local monotonic clock. Setting the local wall clock changes nothing. Measured again
 * now and then, without anybody waiting for it. Thread-safe.
 */
final class RedisClock implements InstantSource {
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  /** A measurement. */
  private record Mark(long micros, long nanoTime) {}

  private final Redis redis;
  private final AtomicLong nextMeasurement;
  private volatile Mark mark;

  RedisClock(Redis redis) {
    this.redis = redis;
    long before = System.nanoTime();
    this.mark = mark(redis.await(() -> redis.commands().time()), before);
    this.nextMeasurement = new AtomicLong(before + STALE_NANOS);
  }

  @Override
  public Instant instant() {
    measureNowAndThen();
    Mark m = mark;
    return Micros.instant(m.micros + (System.nanoTime() - m.nanoTime) / 1000);
  }

  private void measureNowAndThen() {
    long due = nextMeasurement.get();
    long now = System.nanoTime();
    if (now - due >= 0 && nextMeasurement.compareAndSet(due, now + STALE_NANOS)) {
      var unused = redis.commands().time().thenAccept(time -> mark = mark(time, now));
    }
  }

  private static Mark mark(List<byte[]> time, long before) {
    long after = System.nanoTime();
    long seconds = Long.parseLong(Packer.text(time.get(0)));
    long micros = Long.parseLong(Packer.text(time.get(1)));
    return new Mark(seconds * 1_000_000L + micros, before + (after - before) / 2);
  }
}
