package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent appends share one commit. Thread-safe.
 *
 * <p>Invariants: at most one caller leads at a time. A caller that finds no leader leads at once,
 * so one that is alone waits for nobody. A leader takes what waits, up to a size, stores it in one
 * transaction and then makes the first of those who came meanwhile the next leader; it never works
 * for others twice. A caller leaves only with its own unit decided, even when interrupted: the unit
 * may be in a transaction that is about to commit.
 *
 * <p>When a shared transaction fails, each of its units is stored by itself, so that one that
 * cannot be stored fails alone. That is not done when the outcome of the commit is unknown.
 */
final class AppendCoalescer {
  /**
   * A transaction of more rows would keep the callers in it waiting without being cheaper a row.
   */
  static final int MOST_NOTIFICATIONS = 512;

  private final Function<List<AppendUnit>, List<AppendResult>> store;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>(); // guarded by lock
  private boolean led; // guarded by lock

  AppendCoalescer(Function<List<AppendUnit>, List<AppendResult>> store) {
    this.store = store;
  }

  private static final class Waiting {
    final AppendUnit unit;
    final CountDownLatch woken = new CountDownLatch(1);
    // Written by the leader before it counts down, read after.
    @Nullable AppendResult result;
    @Nullable RuntimeException failure;

    Waiting(AppendUnit unit) {
      this.unit = unit;
    }

    boolean isDecided() {
      return result != null || failure != null;
    }
  }

  /**
   * Stores a unit, alone or together with others.
   *
   * @throws dev.notifykit.StoreException if it could not be stored
   */
  AppendResult append(AppendUnit unit) {
    Waiting mine = new Waiting(unit);
    if (!enqueue(mine)) {
      await(mine);
    }
    if (!mine.isDecided()) {
      lead();
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
    return Objects.requireNonNull(mine.result);
  }

  /** Returns whether the caller leads. */
  private boolean enqueue(Waiting mine) {
    lock.lock();
    try {
      queue.add(mine);
      boolean leads = !led;
      led = true;
      return leads;
    } finally {
      lock.unlock();
    }
  }

  private static void await(Waiting mine) {
    boolean interrupted = false;
    while (true) {
      try {
        mine.woken.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void lead() {
    List<Waiting> group = takeGroup();
    try {
      storeTogether(group);
    } finally {
      passOn();
      for (Waiting w : group) {
        if (!w.isDecided()) {
          w.failure = new StoreException("the append was given up; nothing was stored");
        }
        w.woken.countDown();
      }
    }
  }

  private List<Waiting> takeGroup() {
    List<Waiting> group = new ArrayList<>();
    int notifications = 0;
    lock.lock();
    try {
      for (Waiting next = queue.peek(); next != null; next = queue.peek()) {
        notifications += next.unit.size();
        if (!group.isEmpty() && notifications > MOST_NOTIFICATIONS) {
          break;
        }
        group.add(queue.remove());
      }
      return group;
    } finally {
      lock.unlock();
    }
  }

  private void passOn() {
    lock.lock();
    try {
      Waiting next = queue.peek();
      led = next != null;
      if (next != null) {
        next.woken.countDown();
      }
    } finally {
      lock.unlock();
    }
  }

  private void storeTogether(List<Waiting> group) {
    try {
      List<AppendResult> results = store.apply(group.stream().map(w -> w.unit).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).result = results.get(i);
      }
    } catch (OutcomeUnknownException e) {
      group.forEach(w -> w.failure = new OutcomeUnknownException(e));
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        group.get(0).failure = e;
      } else {
        group.forEach(w -> storeTogether(List.of(w)));
      }
    }
  }
}
