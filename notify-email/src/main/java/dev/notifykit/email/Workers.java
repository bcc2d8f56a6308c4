package dev.notifykit.email;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that wait for blocking servers: virtual ones where they really do not block. */
final class Workers {
  /**
   * The first release whose virtual threads let go of their carrier while they hold a monitor (JEP
   * 491), which Angus Mail does while it waits for a server. On 21 to 23 a few hanging servers
   * would stop every virtual thread of the application.
   */
  private static final int FIRST_FIT_RELEASE = 24;

  private Workers() {}

  /**
   * Returns an executor of daemon threads for at most {@code max} tasks at a time; the caller
   * submits no more.
   */
  static ExecutorService of(String name, int max) {
    return Runtime.version().feature() >= FIRST_FIT_RELEASE ? virtual(name) : platform(name, max);
  }

  private static ExecutorService platform(String name, int max) {
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            max, max, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(max), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Reflective, because the library is compiled for Java 17. */
  private static ExecutorService virtual(String name) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
      Object named =
          lookup
              .findVirtual(
                  ofVirtual, "name", MethodType.methodType(ofVirtual, String.class, long.class))
              .invoke(
                  lookup
                      .findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual))
                      .invoke(),
                  name + "-",
                  1L);
      MethodHandle factory =
          lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
      MethodHandle perTask =
          lookup.findStatic(
              Executors.class,
              "newThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class, ThreadFactory.class));
      return (ExecutorService) perTask.invoke((ThreadFactory) factory.invoke(named));
    } catch (Throwable e) {
      throw new IllegalStateException("this Java runtime lacks virtual threads", e);
    }
  }
}
