package dev.notifykit.pipeline;

import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.PreferenceStore;
import dev.notifykit.store.RateLimitStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;

/** A store that does something else before it does what it is asked. */
final class FaultyStore {
  private FaultyStore() {}

  /**
   * Returns a store that runs something before a method of its own or of one of its parts.
   *
   * @param name the method's name
   * @param fault may throw, in place of the method
   */
  static NotificationStore before(NotificationStore store, String name, Runnable fault) {
    Map<String, Object> parts =
        Map.of(
            "queue", proxy(DeliveryQueue.class, store.queue(), name, fault),
            "log", proxy(DeliveryLog.class, store.log(), name, fault),
            "preferences", proxy(PreferenceStore.class, store.preferences(), name, fault),
            "rateLimits", proxy(RateLimitStore.class, store.rateLimits(), name, fault));
    return (NotificationStore)
        Proxy.newProxyInstance(
            FaultyStore.class.getClassLoader(),
            new Class<?>[] {NotificationStore.class},
            (p, method, args) -> {
              Object part = parts.get(method.getName());
              return part != null ? part : call(store, method, args, name, fault);
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
