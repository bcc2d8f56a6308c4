package dev.notifykit.fcm;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many sends a project that was idle may have in flight: a tenth at first, all after the ramp.
 * FCM asks for a traffic that grows over at least a minute.
 */
final class RampUp {
  private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();
  private static final int FLOOR = 10;

  private final int max;
  private final long rampNanos;
  private final LongSupplier nanoTime;
  private boolean started; // guarded by this, like the two below
  private long rampStart;
  private long lastSend;

  /**
   * Creates a ramp.
   *
   * @param max what is allowed after it
   * @param ramp how long it takes, zero for none
   * @param nanoTime the monotonic clock
   */
  RampUp(int max, Duration ramp, LongSupplier nanoTime) {
    this.max = max;
    this.rampNanos = ramp.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Notes a send, which starts the ramp anew after a pause. */
  synchronized void send() {
    long now = nanoTime.getAsLong();
    if (!started || now - lastSend > IDLE_NANOS) {
      started = true;
      rampStart = now;
    }
    lastSend = now;
  }

  /** Returns how many may be in flight now; all before the first send. */
  synchronized int allowed() {
    long elapsed = nanoTime.getAsLong() - rampStart;
    if (!started || elapsed >= rampNanos) {
      return max;
    }
    int floor = Math.max(1, max / FLOOR);
    return floor + (int) ((max - floor) * ((double) elapsed / rampNanos));
  }
}
