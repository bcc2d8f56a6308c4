package dev.notifykit.dispatch;

import dev.notifykit.internal.Traces;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one task on an executor, never twice at once, and once more whenever it was signalled while
 * it ran: a wake-up is never lost and never piles up.
 *
 * <p>States only move idle → running → (running again | idle). {@link #signal} is wait-free.
 */
final class Signal {
  private static final Logger log = LoggerFactory.getLogger(Signal.class);
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int AGAIN = 2;

  private final AtomicInteger state = new AtomicInteger();
  private final Executor executor;
  private final Runnable task;

  Signal(Executor executor, Runnable task) {
    this.executor = executor;
    this.task = task;
  }

  void signal() {
    // Reading first keeps the line shared while the task is known to run once more anyway.
    if (state.get() != AGAIN && state.getAndSet(AGAIN) == IDLE) {
      executor.execute(this::run);
    }
  }

  /** Runs the task on this thread, or leaves that to the one that runs it already. */
  void runHere() {
    if (state.getAndSet(AGAIN) == IDLE) {
      run();
    }
  }

  boolean isIdle() {
    return state.get() == IDLE;
  }

  private void run() {
    do {
      state.set(RUNNING);
      runTask();
    } while (!state.compareAndSet(RUNNING, IDLE));
  }

  /** A bug in one run must not keep the later ones from happening. */
  private void runTask() {
    try {
      task.run();
    } catch (Throwable e) { // not all languages have checked exceptions
      log.error(
          "a task failed; it runs again when it is next signalled", Traces.withoutMessages(e));
    }
  }
}
