package dev.notifykit.dispatch;

import dev.notifykit.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The timer of all flights that took off together, which is cancelled when the last of them has
 * landed. A timer for each flight would cost more than the rest of its way. Thread-safe.
 */
final class Deadline {
  private final AtomicReferenceArray<@Nullable Flight> flights;
  private final int[] legs;
  private final AtomicInteger left;
  private volatile @Nullable Runnable cancel;

  /**
   * Creates a deadline for so many flights.
   *
   * @param flights how many {@link #add} is called for
   */
  Deadline(int flights) {
    this.flights = new AtomicReferenceArray<>(flights);
    this.legs = new int[flights];
    this.left = new AtomicInteger(flights);
  }

  /** Adds a flight, before anyone can land it. */
  void add(int place, Flight flight, int leg) {
    legs[place] = leg;
    flights.set(place, flight);
  }

  /** Starts the timer, when all are added; what has not landed when it ends is handed over. */
  void start(Scheduler scheduler, Duration timeout, ObjIntConsumer<Flight> late) {
    cancel = scheduler.schedule(timeout, () -> expire(late));
  }

  private void expire(ObjIntConsumer<Flight> late) {
    for (int i = 0; i < legs.length; i++) {
      Flight flight = flights.getAndSet(i, null);
      if (flight != null) {
        late.accept(flight, legs[i]);
      }
    }
  }

  /**
   * Tells that a flight has landed, which is then not kept any longer. A stage of another's making
   * may tell twice: counted twice, it would end the timer of those that are still aloft.
   */
  void landed(int place) {
    boolean isNews = flights.getAndSet(place, null) != null;
    Runnable timer = cancel;
    if (isNews && left.decrementAndGet() == 0 && timer != null) {
      timer.run();
    }
  }
}
