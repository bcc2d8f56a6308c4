package dev.notifykit.sms;

import dev.notifykit.provider.Outcome;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that wait for answers: virtual ones where the running JDK has them (21 or later),
 * else as many daemon threads as sends are in flight. Takes no more than its limit and queues
 * nothing.
 */
final class SendThreads implements AutoCloseable {
  private final Semaphore room;
  private final ExecutorService executor;

  SendThreads(String name, int max) {
    this.room = new Semaphore(max);
    this.executor = executor(name, max);
  }

  /** Runs a send on a thread of its own; one beyond the limit is refused without being sent. */
  CompletionStage<Outcome> submit(Supplier<Outcome> send) {
    if (!room.tryAcquire()) {
      return CompletableFuture.completedFuture(new Outcome.Retryable("too_many_in_flight"));
    }
    try {
      return CompletableFuture.supplyAsync(send, executor)
          .whenComplete((outcome, failure) -> room.release());
    } catch (RejectedExecutionException e) {
      room.release();
      return CompletableFuture.completedFuture(new Outcome.Retryable("provider_closed"));
    }
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  private static ExecutorService executor(String name, int max) {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      // Room for one more: a permit comes back just before its thread is free again.
      return new ThreadPoolExecutor(
          0, 2 * max, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), daemons(name));
    }
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "notifykit-" + name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
