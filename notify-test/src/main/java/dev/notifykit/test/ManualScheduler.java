package dev.notifykit.test;

import dev.notifykit.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A scheduler in which no time passes but what {@link #advance} lets pass: it moves its clock from
 * one due task to the next and runs each on the caller's thread, so that days go by in
 * milliseconds. Thread-safe; one thread advances at a time.
 *
 * <p>What a task starts on other threads may still be at work when {@code advance} goes on. {@link
 * #whenSettled} names what to wait for between two tasks; {@link TestNotifications} waits for the
 * whole pipeline.
 */
public final class ManualScheduler implements Scheduler {
  private static final Logger log = LoggerFactory.getLogger(ManualScheduler.class);
  private static final Comparator<Task> ORDER =
      Comparator.comparing((Task task) -> task.due).thenComparingLong(task -> task.number);

  private final SettableClock clock;
  private final Object advancing = new Object();
  private final PriorityQueue<Task> tasks = new PriorityQueue<>(ORDER); // guarded by itself
  private long scheduled; // guarded by tasks
  private boolean closed; // guarded by tasks
  private volatile Runnable settle = () -> {};

  private record Task(Instant due, long number, Runnable work) {}

  /**
   * Creates a scheduler.
   *
   * @param clock moved by {@link #advance}
   */
  public ManualScheduler(SettableClock clock) {
    this.clock = clock;
  }

  /** Returns the clock it moves. */
  public SettableClock clock() {
    return clock;
  }

  /**
   * Sets what is waited for before time moves: it returns when nothing is at work any more. Default
   * nothing.
   *
   * @param wait called on the advancing thread
   */
  public void whenSettled(Runnable wait) {
    this.settle = wait;
  }

  @Override
  public Runnable schedule(Duration delay, Runnable work) {
    synchronized (tasks) {
      if (closed) {
        return () -> {};
      }
      Task task = new Task(clock.instant().plus(delay), scheduled++, work);
      tasks.add(task);
      return () -> cancel(task);
    }
  }

  private void cancel(Task task) {
    synchronized (tasks) {
      tasks.remove(task);
    }
  }

  /**
   * Lets time pass: runs everything that falls due, what is scheduled on the way included, each at
   * its time and in order; tasks for the same instant run as they were scheduled.
   *
   * @param by how long; zero runs what is due now
   * @throws IllegalArgumentException if negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back by " + by);
    }
    synchronized (advancing) {
      Instant end = clock.instant().plus(by);
      settle.run();
      Task next = takeDue(end);
      while (next != null) {
        moveTo(next.due);
        run(next);
        settle.run();
        next = takeDue(end);
      }
      moveTo(end);
    }
  }

  /**
   * Lets time pass until a moment; see {@link #advance}.
   *
   * @param moment not before the clock's
   */
  public void advanceTo(Instant moment) {
    advance(Duration.between(clock.instant(), moment));
  }

  private @Nullable Task takeDue(Instant end) {
    synchronized (tasks) {
      Task next = tasks.peek();
      return next == null || next.due.isAfter(end) ? null : tasks.poll();
    }
  }

  /** A task may have been scheduled for the past, or the clock set by hand: never go back. */
  private void moveTo(Instant moment) {
    if (moment.isAfter(clock.instant())) {
      clock.set(moment);
    }
  }

  /** As with the scheduler of production, nothing but what a test asserts ends the others. */
  private static void run(Task task) {
    try {
      task.work.run();
    } catch (AssertionError e) {
      throw e;
    } catch (Throwable e) {
      log.error("a timed task failed", e);
    }
  }

  /** Returns how many tasks wait. */
  public int pending() {
    synchronized (tasks) {
      return tasks.size();
    }
  }

  @Override
  public void close() {
    synchronized (tasks) {
      closed = true;
      tasks.clear();
    }
  }
}
