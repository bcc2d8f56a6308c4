package dev.notifykit.store.redis;

import dev.notifykit.internal.ServerTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of Redis, read without asking it: see {@link ServerTime}. Measured again now and then,
 * without anybody waiting for it. Thread-safe.
 */
final class RedisClock implements InstantSource {
  private static final long STALE_NANOS = Duration.ofSeconds(30).toNanos();

  private final Redis redis;
  private final AtomicLong nextMeasurement;
  private final ServerTime time;

  RedisClock(Redis redis) {
    this.redis = redis;
    long before = System.nanoTime();
    long micros = micros(redis.await(() -> redis.commands().time()));
    this.time = new ServerTime(micros, before + (System.nanoTime() - before) / 2);
    this.nextMeasurement = new AtomicLong(before + STALE_NANOS);
  }

  @Override
  public Instant instant() {
    measureNowAndThen();
    return Micros.instant(time.micros());
  }

  private void measureNowAndThen() {
    long due = nextMeasurement.get();
    long now = System.nanoTime();
    if (now - due >= 0 && nextMeasurement.compareAndSet(due, now + STALE_NANOS)) {
      var unused = redis.commands().time().thenAccept(answer -> measured(answer, now));
    }
  }

  private void measured(List<byte[]> answer, long before) {
    if (!time.measured(micros(answer), before, System.nanoTime())) {
      nextMeasurement.set(System.nanoTime() + STALE_NANOS / 30); // soon again
    }
  }

  private static long micros(List<byte[]> answer) {
    long seconds = Long.parseLong(Packer.text(answer.get(0)));
    return seconds * 1_000_000L + Long.parseLong(Packer.text(answer.get(1)));
  }
}
