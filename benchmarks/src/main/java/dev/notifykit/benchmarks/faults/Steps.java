package dev.notifykit.benchmarks.faults;

import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.UnrestrictedAppend;
import dev.notifykit.store.UnrestrictedAppend.Stored;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The steps of claim, send and record, seen from outside: proxies around the store's queue and its
 * connections. The process halts, as if killed, at the one step it was told to.
 *
 * <p>A step is {@code append|claim|settle:before|after}, {@code send:before|after}, or {@code
 * append|claim|settle:<n>}: before the n-th call to the database within that operation.
 */
final class Steps {
  private static final Set<String> OPERATIONS = Set.of("append", "claim", "settle");
  private static final Set<String> CALLS =
      Set.of("execute", "executeQuery", "executeUpdate", "executeBatch", "commit");

  private final String halt;
  private final String freeze;
  private final Runnable freezer;
  private final AtomicBoolean frozen = new AtomicBoolean();
  private volatile boolean armed;
  private final Map<UUID, Long> claims = new ConcurrentHashMap<>();
  private final ThreadLocal<@Nullable Operation> current = new ThreadLocal<>();

  private static final class Operation {
    final String name;
    int calls;

    Operation(String name) {
      this.name = name;
    }
  }

  /**
   * Sees a worker's steps.
   *
   * @param halt the step at which it halts, or empty
   * @param freeze the step at which {@code freezer} runs, once, or empty
   * @param armed whether the step counts from the beginning; see {@link #arm}
   */
  Steps(String halt, String freeze, boolean armed, Runnable freezer) {
    this.halt = halt;
    this.freeze = freeze;
    this.armed = armed;
    this.freezer = freezer;
  }

  /** From now on the step counts. */
  void arm() {
    armed = true;
  }

  void at(String step) {
    if (armed && step.equals(halt)) {
      Runtime.getRuntime().halt(137);
    }
    if (armed && step.equals(freeze) && frozen.compareAndSet(false, true)) {
      freezer.run();
    }
  }

  /** Returns when the claim of a delivery was begun here, by the machine's monotonic clock. */
  long claimBegan(UUID delivery) {
    return claims.getOrDefault(delivery, 0L);
  }

  NotificationStore around(NotificationStore store) {
    DeliveryQueue queue =
        proxy(DeliveryQueue.class, (method, args) -> onQueue(store, method, args));
    return proxy(
        NotificationStore.class,
        (method, args) -> method.getName().equals("queue") ? queue : invoke(store, method, args));
  }

  private @Nullable Object onQueue(
      NotificationStore store, Method method, @Nullable Object @Nullable [] args) throws Throwable {
    DeliveryQueue queue = store.queue();
    return method.getName().equals("unrestricted")
        ? queue.unrestricted().map(this::around)
        : operation(queue, method, args);
  }

  /** The append of a lone send, where the store has one of its own. */
  private UnrestrictedAppend around(UnrestrictedAppend append) {
    return proxy(UnrestrictedAppend.class, (method, args) -> operation(append, method, args));
  }

  private @Nullable Object operation(
      Object target, Method method, @Nullable Object @Nullable [] args) throws Throwable {
    String name = method.getName();
    if (!OPERATIONS.contains(name)) {
      return invoke(target, method, args);
    }
    at(name + ":before");
    current.set(new Operation(name));
    long began = System.nanoTime();
    Object result;
    try {
      result = invoke(target, method, args);
    } finally {
      current.remove();
    }
    if (!(result instanceof ClaimBatch batch && batch.claimed().isEmpty())) {
      at(name + ":after");
    }
    claimed(result).forEach(c -> claims.put(c.delivery().id(), began));
    if (name.equals("settle") && args != null && args[0] instanceof List<?> settled) {
      settled.forEach(s -> claims.remove(((Settlement) s).claimed().delivery().id()));
    }
    return result;
  }

  private static List<ClaimedDelivery> claimed(@Nullable Object result) {
    if (result instanceof ClaimBatch batch) {
      return batch.claimed();
    }
    Object appended = result instanceof Stored stored ? stored.result() : result;
    return appended instanceof AppendResult some ? some.handedOff() : List.of();
  }

  DataSource aroundConnections(DataSource pool) {
    return halt.isEmpty()
        ? pool
        : proxy(DataSource.class, (method, args) -> wrapped(invoke(pool, method, args)));
  }

  private @Nullable Object wrapped(@Nullable Object result) {
    if (result instanceof Connection connection) {
      return proxy(Connection.class, (method, args) -> call(connection, method, args));
    }
    // Whatever statement the driver has, asked for by its widest interface.
    if (result instanceof java.sql.PreparedStatement statement) {
      return proxy(
          java.sql.PreparedStatement.class, (method, args) -> call(statement, method, args));
    }
    if (result instanceof Statement statement) {
      return proxy(Statement.class, (method, args) -> call(statement, method, args));
    }
    return result;
  }

  private @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] args)
      throws Throwable {
    Operation operation = current.get();
    if (operation != null && CALLS.contains(method.getName())) {
      operation.calls++;
      at(operation.name + ":" + operation.calls);
    }
    Object result = invoke(target, method, args);
    return target instanceof Connection ? wrapped(result) : result;
  }

  private interface Handler {
    @Nullable Object handle(Method method, @Nullable Object @Nullable [] args) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader() == null ? Steps.class.getClassLoader() : type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> handler.handle(method, args)));
  }

  private static @Nullable Object invoke(
      Object target, Method method, @Nullable Object @Nullable [] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
