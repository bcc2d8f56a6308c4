package dev.notifykit.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads to wait on: virtual ones where the running Java has them, for a library that is compiled
 * for Java 17.
 */
public final class BlockingThreads {
  /** The first release that has virtual threads. */
  public static final int VIRTUAL = 21;

  /** The first whose virtual threads let go of their carrier inside a monitor (JEP 491). */
  public static final int VIRTUAL_IN_MONITORS = 24;

  private BlockingThreads() {}

  /**
   * Returns an executor whose tasks start at once, on daemon threads. Its user keeps their number
   * down.
   *
   * @param name what the threads are called, before their number
   * @param max the most tasks at once
   * @param firstVirtual the first release of Java on which they are virtual
   */
  public static ExecutorService executor(String name, int max, int firstVirtual) {
    return Runtime.version().feature() >= firstVirtual ? virtual(name) : platform(name, max);
  }

  /** Room for one more each: a task's place is free again a moment before its thread is. */
  private static ExecutorService platform(String name, int max) {
    AtomicInteger number = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        2 * max,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        task -> {
          Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  private static ExecutorService virtual(String name) {
    try {
      return (ExecutorService)
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class, ThreadFactory.class))
              .invoke(virtualFactory(name));
    } catch (Throwable e) { // a method handle declares everything
      throw new IllegalStateException("this Java runtime lacks virtual threads", e);
    }
  }

  private static ThreadFactory virtualFactory(String name) throws Throwable {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    Class<?> builder = Class.forName("java.lang.Thread$Builder");
    Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
    Object unnamed =
        lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual)).invoke();
    Object named =
        lookup
            .findVirtual(
                ofVirtual, "name", MethodType.methodType(ofVirtual, String.class, long.class))
            .invoke(unnamed, name + "-", 1L);
    return (ThreadFactory)
        lookup
            .findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class))
            .invoke(named);
  }
}
