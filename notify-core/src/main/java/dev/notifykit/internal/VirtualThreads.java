package dev.notifykit.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Virtual threads for a library that is compiled for Java 17. */
public final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * Returns an executor that starts a virtual thread for each task.
   *
   * @param name what the threads are called, before their number
   * @throws IllegalStateException if the running Java is older than 21
   */
  public static ExecutorService executor(String name) {
    try {
      return (ExecutorService)
          MethodHandles.publicLookup()
              .findStatic(
                  Executors.class,
                  "newThreadPerTaskExecutor",
                  MethodType.methodType(ExecutorService.class, ThreadFactory.class))
              .invoke(factory(name));
    } catch (Throwable e) { // a method handle declares everything
      throw new IllegalStateException("this Java runtime lacks virtual threads", e);
    }
  }

  private static ThreadFactory factory(String name) throws Throwable {
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
