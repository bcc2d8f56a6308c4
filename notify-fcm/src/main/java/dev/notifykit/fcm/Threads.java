package dev.notifykit.fcm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which the SDK blocks: virtual ones where the running JDK has them. */
final class Threads {
  private Threads() {}

  /**
   * Returns an executor whose tasks start at once. Its user keeps their number down.
   *
   * @param max the most tasks at once
   */
  static ExecutorService blocking(int max) {
    try {
      return (ExecutorService)
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newVirtualThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class))
              .invoke();
    } catch (Throwable e) { // before JDK 21; a method handle declares everything
      return platform(max);
    }
  }

  private static ExecutorService platform(int max) {
    AtomicInteger number = new AtomicInteger();
    // Room for one more each: a task's place is free again a moment before its thread is.
    return new ThreadPoolExecutor(
        0,
        2 * max,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, "notify-fcm-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
