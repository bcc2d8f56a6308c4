package dev.notifykit.email;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Cuts connections that take too long. Socket timeouts bound one read; a server that sends a byte a
 * second, or stops reading, is bounded by this only.
 *
 * <p>One daemon thread looks at all connections in use now and then. A timer per send would be
 * exact, and would wake a thread twice per mail for timeouts that seldom strike.
 */
final class Watchdog implements AutoCloseable {
  private static final Duration LONGEST_LOOK = Duration.ofMillis(250);

  private final ScheduledExecutorService thread;
  private final Set<SmtpConnection> watched = ConcurrentHashMap.newKeySet();

  /**
   * Starts watching.
   *
   * @param name names the thread
   * @param shortest the shortest timeout to enforce, within a tenth of it
   */
  Watchdog(String name, Duration shortest) {
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, name + "-watchdog");
              daemon.setDaemon(true);
              return daemon;
            });
    Duration tenth = shortest.dividedBy(10).plusMillis(1);
    every(tenth.compareTo(LONGEST_LOOK) < 0 ? tenth : LONGEST_LOOK, this::look);
  }

  private void look() {
    long now = System.nanoTime();
    for (SmtpConnection connection : watched) {
      if (connection.isOverdue(now)) {
        connection.abort();
      }
    }
  }

  /** Watches a connection until {@link #release}. */
  void watch(SmtpConnection connection) {
    watched.add(connection);
  }

  /** Stops watching a connection. */
  void release(SmtpConnection connection) {
    watched.remove(connection);
  }

  /** Cuts everything that is in use now. */
  void cutAll() {
    watched.forEach(SmtpConnection::abort);
  }

  /** Runs a short task, which does not throw, again and again. */
  void every(Duration period, Runnable task) {
    long nanos = period.toNanos();
    Future<?> unused = thread.scheduleWithFixedDelay(task, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
