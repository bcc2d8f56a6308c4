package dev.notifykit.store.jdbc;

import dev.notifykit.StoreException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets concurrent callers share one piece of work on the database. Thread-safe.
 *
 * <p>Invariants: at most one caller leads at a time. A caller that finds no leader leads at once,
 * so one that is alone waits for nobody. A leader takes what waits, up to a size, does it together
 * and then makes the first of those who came meanwhile the next leader; it never works for others
 * twice. A caller leaves only with its own part decided, even when interrupted: it may be in a
 * transaction that is about to commit. Work begins after each of its parts was handed in.
 *
 * <p>When shared work fails, each of its parts is done by itself, so that one that cannot be done
 * fails alone. That is not so when the outcome of a commit is unknown.
 *
 * @param <T> a caller's part
 * @param <R> what becomes of it
 */
final class Coalescer<T, R> {
  /** More rows would keep the callers waiting without being cheaper a row. */
  static final int MOST = 512;

  private final ToIntFunction<T> size;
  private final Function<List<T>, List<R>> work;
  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Waiting<T, R>> queue = new ArrayDeque<>(); // guarded by lock
  private boolean led; // guarded by lock

  /**
   * Creates one.
   *
   * @param size how many rows a part is
   * @param work does parts together, and returns what becomes of each in the same order
   */
  Coalescer(ToIntFunction<T> size, Function<List<T>, List<R>> work) {
    this.size = size;
    this.work = work;
  }

  private static final class Waiting<T, R> {
    final T part;
    final CountDownLatch woken = new CountDownLatch(1);
    // Written by the leader before it counts down, read after.
    @Nullable R result;
    @Nullable RuntimeException failure;

    Waiting(T part) {
      this.part = part;
    }

    boolean isDecided() {
      return result != null || failure != null;
    }
  }

  /**
   * Does a part, alone or together with others'.
   *
   * @throws dev.notifykit.StoreException if it could not be done
   */
  R apply(T part) {
    Waiting<T, R> mine = new Waiting<>(part);
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
  private boolean enqueue(Waiting<T, R> mine) {
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

  private static void await(Waiting<?, ?> mine) {
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
    List<Waiting<T, R>> group = takeGroup();
    // Pools refuse a thread that was interrupted; the others' parts must not fail for it.
    boolean interrupted = group.size() > 1 && Thread.interrupted();
    try {
      doTogether(group);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      passOn();
      for (Waiting<T, R> w : group) {
        if (!w.isDecided()) {
          w.failure = new StoreException("given up; nothing was done");
        }
        w.woken.countDown();
      }
    }
  }

  private List<Waiting<T, R>> takeGroup() {
    List<Waiting<T, R>> group = new ArrayList<>();
    int rows = 0;
    lock.lock();
    try {
      for (Waiting<T, R> next = queue.peek(); next != null; next = queue.peek()) {
        rows += size.applyAsInt(next.part);
        if (!group.isEmpty() && rows > MOST) {
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
      Waiting<T, R> next = queue.peek();
      led = next != null;
      if (next != null) {
        next.woken.countDown();
      }
    } finally {
      lock.unlock();
    }
  }

  private void doTogether(List<Waiting<T, R>> group) {
    try {
      List<R> results = work.apply(group.stream().map(w -> w.part).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).result = results.get(i);
      }
    } catch (OutcomeUnknownException e) {
      group.forEach(w -> w.failure = new OutcomeUnknownException(e));
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        group.get(0).failure = e;
      } else {
        group.forEach(w -> doTogether(List.of(w)));
      }
    }
  }
}
