package dev.notifykit.test.store.redis;

import dev.notifykit.test.store.StoreCapability;
import dev.notifykit.test.store.StoreContract;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;

/** The contract on a Redis server: each test has a key prefix of its own, and real time passes. */
@Timeout(120)
abstract class RedisContract extends StoreContract {
  @Override
  protected void advance(Duration by) {
    long end = System.nanoTime() + by.toNanos();
    for (long left = by.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  protected Duration unit() {
    return Duration.ofMillis(50);
  }

  @Override
  protected Duration clockError() {
    return Duration.ofMillis(100);
  }

  @Override
  protected Duration longestAdvance() {
    return Duration.ofSeconds(10);
  }

  @Override
  protected Set<StoreCapability> capabilities() {
    return EnumSet.complementOf(EnumSet.of(StoreCapability.JOINS_TRANSACTIONS));
  }
}
