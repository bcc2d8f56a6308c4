package dev.notifykit.apns;

import dev.notifykit.internal.FollowUps;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in order on another thread, which is woken once for all that an event loop hands over
 * while it reads: waking a thread takes longer than such a task. Thread-safe.
 */
final class Burst implements Executor {
  private static final int MOST = 128;

  private final EventLoopGroup loops;
  private final Executor thread;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean announced = new AtomicBoolean();

  /**
   * Creates an executor.
   *
   * @param loops those that hand over in bursts
   * @param thread runs the tasks, one after the other
   */
  Burst(EventLoopGroup loops, Executor thread) {
    this.loops = loops;
    this.thread = thread;
  }

  @Override
  public void execute(Runnable task) {
    waiting.add(task);
    if (announced.compareAndSet(false, true)) {
      EventExecutor loop = current();
      if (loop == null || !runs(loop, this::handOver)) {
        handOver();
      }
    }
  }

  private @Nullable EventExecutor current() {
    for (EventExecutor loop : loops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    return null;
  }

  private void handOver() {
    announced.set(false); // before the tasks are taken: what comes later is announced anew
    if (!runs(thread, this::drain)) {
      drain();
    }
  }

  /** Returns false where the executor has ended. */
  private static boolean runs(Executor executor, Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void drain() {
    while (!waiting.isEmpty()) {
      FollowUps.burst(this::runSome);
    }
  }

  /** No more than {@link #MOST}: what follows from them waits until then. */
  private void runSome() {
    for (int i = 0; i < MOST; i++) {
      Runnable task = waiting.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }
}
