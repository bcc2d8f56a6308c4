package dev.notifykit.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/** The places a route has for deliveries at work, free ones counted without a lock. */
final class Room {
  private final int size;
  private final AtomicInteger free;

  Room(int size) {
    this.size = size;
    this.free = new AtomicInteger(size);
  }

  /** Takes up to {@code wanted} places and returns how many. */
  int take(int wanted) {
    while (true) {
      int available = free.get();
      int taken = Math.min(wanted, available);
      if (taken <= 0) {
        return 0;
      }
      if (free.compareAndSet(available, available - taken)) {
        return taken;
      }
    }
  }

  void giveBack(int count) {
    if (count > 0) {
      free.addAndGet(count);
    }
  }

  int free() {
    return free.get();
  }

  boolean isEmpty() {
    return free.get() == size;
  }
}
