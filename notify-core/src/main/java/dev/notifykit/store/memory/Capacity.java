package dev.notifykit.store.memory;

import dev.notifykit.QueueFullException;
import dev.notifykit.StoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts the deliveries that are not settled and holds them to a limit. The count is one atomic
 * number; the lock is only for those who wait.
 */
final class Capacity {
  private final long limit;
  private final @Nullable Duration patience;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  /**
   * Creates a limit.
   *
   * @param patience how long to wait for room, or null to refuse at once
   */
  Capacity(long limit, @Nullable Duration patience) {
    this.limit = limit;
    this.patience = patience;
  }

  /** Takes room for a whole batch or none of it. */
  void acquire(int deliveries) {
    if (tryAcquire(deliveries)) {
      return;
    }
    if (patience == null || deliveries > limit || !await(deliveries, patience)) {
      throw new QueueFullException(
          "the in-memory store holds "
              + used.get()
              + " unsettled deliveries and has room for "
              + limit
              + "; "
              + deliveries
              + " more were refused. Send again later, or raise InMemoryStore's capacity");
    }
  }

  /** Takes room above the limit if need be: an operator's replay is not refused. */
  void acquireAnyway() {
    used.incrementAndGet();
  }

  void release(long deliveries) {
    if (deliveries == 0) {
      return;
    }
    used.addAndGet(-deliveries);
    // A waiter registers before it looks again, so one of the two sees the other.
    if (waiting.get() > 0) {
      lock.lock();
      try {
        room.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean tryAcquire(int deliveries) {
    while (true) {
      long now = used.get();
      if (now + deliveries > limit && deliveries > 0) {
        return false;
      }
      if (used.compareAndSet(now, now + deliveries)) {
        return true;
      }
    }
  }

  private boolean await(int deliveries, Duration atMost) {
    waiting.incrementAndGet();
    lock.lock();
    try {
      long left = TimeUnit.NANOSECONDS.convert(atMost);
      while (!tryAcquire(deliveries)) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted while waiting for room in the in-memory store", e);
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }
}
