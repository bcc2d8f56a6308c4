package dev.notifykit.engine;

import dev.notifykit.Scheduler;
import dev.notifykit.internal.Traces;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs timed work on one daemon thread, in real time. */
final class SystemScheduler implements Scheduler {
  private static final Logger log = LoggerFactory.getLogger(SystemScheduler.class);

  private final ScheduledThreadPoolExecutor timer;

  SystemScheduler(OwnThreads ownThreads) {
    timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(ownThreads.marked(task), "notifykit-timer");
              thread.setDaemon(true);
              return thread;
            });
    // A timeout is scheduled for all that is sent together, and nearly always cancelled.
    timer.setRemoveOnCancelPolicy(true);
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Runnable schedule(Duration delay, Runnable task) {
    if (timer.isShutdown()) {
      return () -> {};
    }
    Future<?> future = timer.schedule(() -> run(task), saturatedNanos(delay), TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  private static long saturatedNanos(Duration delay) {
    return delay.toDays() > 365 ? Duration.ofDays(365).toNanos() : delay.toNanos();
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) { // which nobody else would hear of
      log.error("a timed task failed", Traces.withoutMessages(e));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
