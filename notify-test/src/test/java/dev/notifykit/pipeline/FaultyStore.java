package dev.notifykit.pipeline;

import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.NotificationStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A store that does something else before it does what it is asked. */
final class FaultyStore {
  private FaultyStore() {}

  /**
   * Returns a store that runs something before a method of its own, of its queue or of its log.
   *
   * @param name the method's name
   * @param fault may throw, in place of the method
   */
  static NotificationStore before(NotificationStore store, String name, Runnable fault) {
    DeliveryQueue queue = proxy(DeliveryQueue.class, store.queue(), name, fault);
    DeliveryLog log = proxy(DeliveryLog.class, store.log(), name, fault);
    return (NotificationStore)
        Proxy.newProxyInstance(
            FaultyStore.class.getClassLoader(),
            new Class<?>[] {NotificationStore.class},
            (p, method, args) ->
                switch (method.getName()) {
                  case "queue" -> queue;
                  case "log" -> log;
                  default -> call(store, method, args, name, fault);
                });
  }

  private static <T> T proxy(Class<T> type, T target, String name, Runnable fault) {
    return type.cast(
        Proxy.newProxyInstance(
            FaultyStore.class.getClassLoader(),
            new Class<?>[] {type},
            (p, method, args) -> call(target, method, args, name, fault)));
  }

  private static Object call(
      Object target, Method method, Object[] args, String name, Runnable fault) throws Throwable {
    if (method.getName().equals(name)) {
      fault.run();
    }
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
