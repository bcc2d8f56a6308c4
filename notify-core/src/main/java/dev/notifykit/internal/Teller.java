package dev.notifykit.internal;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells applications' listeners of inbox entries on a thread of its own, so that one that is slow
 * holds up nobody but other listeners; what comes while 10,000 wait is dropped. The thread ends
 * when there has been nothing to tell for a while. Thread-safe.
 */
public final class Teller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Teller.class);
  private static final int MOST_WAITING = 10_000;

  private final ThreadPoolExecutor executor;

  /**
   * Creates one; the thread starts when there is something to tell.
   *
   * @param name the thread's name
   */
  public Teller(String name) {
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> thread(task, name),
            Teller::dropped);
    executor.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void dropped(Runnable task, ThreadPoolExecutor executor) {
    if (!executor.isShutdown()) {
      LOG.warn("Listeners to inboxes are too slow; an entry was not told of");
    }
  }

  /** Runs a task soon, after those before it; returns at once. */
  public void tell(Runnable task) {
    executor.execute(task);
  }

  /** Ends the thread; what waits is dropped. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
