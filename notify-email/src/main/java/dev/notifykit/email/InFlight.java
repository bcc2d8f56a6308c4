package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

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
    if (!room.tryAcquire()) {
      return CompletableFuture.completedStage(
          new Outcome.Throttled("max_in_flight", null, Outcome.Scope.PROVIDER));
    }
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    try {
      workers.execute(() -> complete(result, task));
    } catch (RejectedExecutionException e) {
      room.release();
      result.complete(new Outcome.Retryable("provider_closed"));
    }
    return result;
  }

  private void complete(CompletableFuture<Outcome> result, Callable<Outcome> task) {
    try {
      Outcome outcome = task.call();
      room.release(); // before completion, so that whoever waits for it finds room again
      result.complete(outcome);
    } catch (InterruptedException e) {
      room.release();
      Thread.currentThread().interrupt();
      result.complete(new Outcome.Retryable("provider_closed"));
    } catch (Throwable e) {
      room.release();
      result.completeExceptionally(e);
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
