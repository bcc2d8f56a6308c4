package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pool: as many connections as there are permits, the most recently used first, so that those
 * no longer needed grow idle and are closed. Thread-safe.
 */
final class SmtpConnections implements AutoCloseable {
  private final SmtpSettings settings;
  private final Watchdog watchdog;
  private final int maxMessages;
  private final long idleNanos;
  private final Semaphore permits;
  private final Deque<SmtpConnection> idle = new ArrayDeque<>(); // guarded by itself
  private boolean closed; // guarded by idle

  SmtpConnections(
      SmtpSettings settings, Watchdog watchdog, int size, int maxMessages, Duration idleTime) {
    this.settings = settings;
    this.watchdog = watchdog;
    this.maxMessages = maxMessages;
    this.idleNanos = idleTime.toNanos();
    this.permits = new Semaphore(size, /* fair= */ true);
    watchdog.every(idleTime, this::closeIdle);
  }

  /**
   * Sends one mail over a free connection, waiting for one if need be.
   *
   * @param deadline when the whole must be over, of {@link System#nanoTime}
   */
  Outcome deliver(MimeMail mail, long deadline) {
    if (!awaitFree(deadline)) {
      return new Outcome.Retryable("no_free_connection");
    }
    try {
      SmtpConnection reused = takeIdle();
      Outcome outcome = reused == null ? null : deliver(reused, mail, deadline);
      return outcome != null ? outcome : deliverFresh(mail, deadline);
    } finally {
      permits.release();
    }
  }

  private boolean awaitFree(long deadline) {
    try {
      return permits.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) { // the provider is being closed
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome deliverFresh(MimeMail mail, long deadline) {
    Outcome outcome = deliver(new SmtpConnection(settings), mail, deadline);
    return outcome != null ? outcome : new Outcome.Retryable("connection_lost");
  }

  private @Nullable Outcome deliver(SmtpConnection connection, MimeMail mail, long deadline) {
    connection.deadline(deadline);
    watchdog.watch(connection);
    try {
      Outcome failure = connection.messages() == 0 ? connection.open() : null;
      return failure != null ? failure : connection.deliver(mail);
    } finally {
      watchdog.release(connection);
      giveBack(connection);
    }
  }

  private @Nullable SmtpConnection takeIdle() {
    synchronized (idle) {
      return idle.pollFirst();
    }
  }

  private void giveBack(SmtpConnection connection) {
    connection.markIdle(System.nanoTime());
    if (connection.isReusable() && connection.messages() < maxMessages) {
      synchronized (idle) {
        if (!closed) {
          idle.addFirst(connection);
          return;
        }
      }
    }
    connection.close();
  }

  private void closeIdle() {
    List<SmtpConnection> expired = new ArrayList<>();
    synchronized (idle) {
      SmtpConnection oldest = idle.peekLast();
      while (oldest != null && System.nanoTime() - oldest.idleSince() >= idleNanos) {
        expired.add(idle.removeLast());
        oldest = idle.peekLast();
      }
    }
    expired.forEach(SmtpConnection::close);
  }

  /** Closes what is idle now, and what is in use when it comes back. */
  @Override
  public void close() {
    List<SmtpConnection> open;
    synchronized (idle) {
      closed = true;
      open = List.copyOf(idle);
      idle.clear();
    }
    open.forEach(SmtpConnection::close);
  }
}
