package dev.notifykit.provider;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.BlockingThreads;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs sends that block on threads of their own, for {@link Provider}s whose client waits for its
 * answer: a provider must not make its caller wait. No more at once than there is room for, and
 * nothing is queued. Thread-safe.
 *
 * <p>The threads are virtual where the running Java has them (21 or later), else daemon threads
 * that are kept for half a minute.
 */
public final class SendThreads implements AutoCloseable {
  private static final int MOST = 100_000;

  private final int max;
  private final Semaphore room;
  private final ExecutorService threads;

  private SendThreads(String name, int max, int firstVirtual) {
    this(checked(max), BlockingThreads.executor(name, max, firstVirtual));
  }

  /**
   * Creates threads on an executor.
   *
   * @param threads starts each task at once or refuses it
   */
  SendThreads(int max, ExecutorService threads) {
    this.max = max;
    this.room = new Semaphore(max);
    this.threads = threads;
  }

  private static int checked(int max) {
    if (max < 1 || max > MOST) {
      throw new ConfigurationException("maxInFlight is " + max + "; it must be from 1 to " + MOST);
    }
    return max;
  }

  /**
   * Creates threads for sends that wait without holding a monitor.
   *
   * @param name what the threads are called, before their number
   * @param max the most sends at once, from 1 to 100,000
   * @throws ConfigurationException if {@code max} is beyond
   */
  public static SendThreads of(String name, int max) {
    return new SendThreads(name, max, BlockingThreads.VIRTUAL);
  }

  /**
   * Creates threads for sends that may wait inside of {@code synchronized}. Virtual threads keep
   * their carrier there before Java 24 (JEP 491), so that a few hanging servers would stop every
   * virtual thread of the application; such a Java gets others.
   *
   * @param name what the threads are called, before their number
   * @param max the most sends at once, from 1 to 100,000
   * @throws ConfigurationException if {@code max} is beyond
   */
  public static SendThreads holdingMonitors(String name, int max) {
    return new SendThreads(name, max, BlockingThreads.VIRTUAL_IN_MONITORS);
  }

  /** Returns the most sends at once. */
  public int max() {
    return max;
  }

  /**
   * Runs a send.
   *
   * @param send returns the outcome; what it throws completes the stage exceptionally, but for an
   *     {@code InterruptedException}, which {@link #close(Duration)} causes: the message may have
   *     been taken, so that the outcome is {@code Unknown("interrupted")}
   * @return completes with the outcome; at once, without the send having run, with {@code
   *     Throttled("max_in_flight")} if there is no room and with {@code
   *     Retryable("provider_closed")} after {@link #close}, or {@code Retryable("no_thread")} where
   *     no thread can be started
   */
  public CompletionStage<Outcome> run(Callable<Outcome> send) {
    return runAll(1, () -> List.of(send.call())).get(0);
  }

  /**
   * Runs a send of several messages in one call.
   *
   * @param count how many messages; as many places are taken, all or none
   * @param send returns their outcomes, in order
   * @return as many stages, which complete together as that of {@link #run} does
   */
  public List<CompletionStage<Outcome>> runAll(int count, Callable<List<Outcome>> send) {
    if (!room.tryAcquire(count)) {
      return refused(count, new Outcome.Throttled("max_in_flight", null, Outcome.Scope.PROVIDER));
    }
    List<CompletableFuture<Outcome>> results =
        Stream.generate(CompletableFuture<Outcome>::new).limit(count).toList();
    try {
      threads.execute(() -> complete(results, send));
    } catch (RejectedExecutionException e) {
      room.release(count);
      return refused(count, new Outcome.Retryable("provider_closed"));
    } catch (OutOfMemoryError e) { // the system has no more threads, so that nothing was sent
      room.release(count);
      return refused(count, new Outcome.Retryable("no_thread"));
    }
    return List.copyOf(results);
  }

  private static List<CompletionStage<Outcome>> refused(int count, Outcome outcome) {
    return Collections.nCopies(count, CompletableFuture.completedFuture(outcome));
  }

  private void complete(List<CompletableFuture<Outcome>> results, Callable<List<Outcome>> send) {
    List<Outcome> outcomes = List.of();
    Throwable bug = null;
    try {
      outcomes = send.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      outcomes = Collections.nCopies(results.size(), new Outcome.Unknown("interrupted"));
    } catch (Throwable e) {
      bug = e;
    }
    room.release(results.size()); // first, so that whoever waits for an outcome finds room again
    for (int i = 0; i < results.size(); i++) {
      if (bug == null) {
        results.get(i).complete(outcomes.get(i));
      } else {
        results.get(i).completeExceptionally(bug);
      }
    }
  }

  /** Takes no more sends; those that run go on. Idempotent. */
  @Override
  public void close() {
    threads.shutdown();
  }

  /**
   * Takes no more sends and waits for those that run.
   *
   * @return whether all ended in time; the rest are interrupted
   */
  public boolean close(Duration timeout) {
    close();
    try {
      if (threads.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    return false;
  }
}
