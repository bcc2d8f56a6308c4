package dev.notifykit.store.memory;

import java.time.Duration;

/**
 * How much of the past a lane keeps.
 *
 * @param age how long
 * @param count how many settled deliveries, and as many dead letters besides
 */
record Retention(Duration age, int count) {
  /** Returns the time before which the past is forgotten. */
  long oldest(long now) {
    return now - StoreTime.micros(age);
  }
}
