package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
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

/** Runs blocking sends on threads of their own, no more at once than there is room for. */
final class InFlight {
  private final int max;
  private final Semaphore room;
  private final ExecutorService workers;

  InFlight(String name, int max) {
    this.max = max;
    this.room = new Semaphore(max);
    this.workers = Workers.of(name, max);
  }

  int max() {
    return max;
  }

  /** Runs the task, or says at once that there is no room or no more sending. */
  CompletionStage<Outcome> run(Callable<Outcome> task) {
    return runAll(1, () -> List.of(task.call())).get(0);
  }

  /**
   * Runs a task that sends several messages at once.
   *
   * @param count how many messages, and so how many outcomes
   */
  List<CompletionStage<Outcome>> runAll(int count, Callable<List<Outcome>> task) {
    if (!room.tryAcquire(count)) {
      return refused(count, new Outcome.Throttled("max_in_flight", null, Outcome.Scope.PROVIDER));
    }
    List<CompletableFuture<Outcome>> results =
        Stream.generate(CompletableFuture<Outcome>::new).limit(count).toList();
    try {
      workers.execute(() -> complete(results, task));
    } catch (RejectedExecutionException e) {
      room.release(count);
      return refused(count, new Outcome.Retryable("provider_closed"));
    }
    return List.copyOf(results);
  }

  private static List<CompletionStage<Outcome>> refused(int count, Outcome outcome) {
    return Collections.nCopies(count, CompletableFuture.completedStage(outcome));
  }

  private void complete(List<CompletableFuture<Outcome>> results, Callable<List<Outcome>> task) {
    List<Outcome> outcomes = List.of();
    Throwable bug = null;
    try {
      outcomes = task.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      outcomes = Collections.nCopies(results.size(), new Outcome.Retryable("provider_closed"));
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

  /**
   * Takes no more tasks and waits for those that run.
   *
   * @return whether all ended in time; the rest are interrupted
   */
  boolean drain(Duration timeout) {
    workers.shutdown();
    try {
      if (workers.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdownNow();
    return false;
  }
}
