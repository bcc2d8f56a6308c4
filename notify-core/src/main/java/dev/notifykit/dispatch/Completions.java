package dev.notifykit.dispatch;

import dev.notifykit.ClientClosedException;
import dev.notifykit.Delivery;
import dev.notifykit.Scheduler;
import dev.notifykit.store.NotificationStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Completes the futures of those who wait for a notification's end. Costs a look into an empty map
 * for everyone else.
 *
 * <p>What ends on this node is told by {@link #ended}; what ends elsewhere is found by polling.
 */
public final class Completions {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final NotificationStore store;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Map<UUID, Waiter> waiters = new ConcurrentHashMap<>();

  /** One look at all who wait is under way or to come: they share its timer and its thread. */
  private final AtomicBoolean polling = new AtomicBoolean();

  private volatile boolean closed;

  Completions(NotificationStore store, Scheduler scheduler, Executor executor) {
    this.store = store;
    this.scheduler = scheduler;
    this.executor = executor;
  }

  private static final class Waiter {
    final String tenant;
    final UUID notificationId;
    final CompletableFuture<List<Delivery>> future = new CompletableFuture<>();

    /** Ended since the last look at the store began, according to events. */
    final Set<UUID> ended = ConcurrentHashMap.newKeySet();

    /** Not terminal as of the last look; null before it. */
    volatile @Nullable Set<UUID> open;

    Waiter(String tenant, UUID notificationId) {
      this.tenant = tenant;
      this.notificationId = notificationId;
    }
  }

  /**
   * Returns a future that completes once every delivery of a notification is terminal.
   *
   * @param tenant the tenant
   * @param notificationId the notification
   */
  public CompletableFuture<List<Delivery>> of(String tenant, UUID notificationId) {
    if (closed) {
      return CompletableFuture.failedFuture(new ClientClosedException("the client is closed"));
    }
    Waiter waiter =
        waiters.computeIfAbsent(notificationId, id -> new Waiter(tenant, notificationId));
    look(waiter);
    if (closed) {
      close(); // it may have come after the others were told
    }
    return waiter.future.copy();
  }

  void ended(UUID notificationId, UUID deliveryId) {
    if (waiters.isEmpty()) {
      return;
    }
    Waiter waiter = waiters.get(notificationId);
    if (waiter != null) {
      waiter.ended.add(deliveryId);
      Set<UUID> open = waiter.open;
      if (open != null && waiter.ended.containsAll(open)) {
        look(waiter);
      }
    }
  }

  private void look(Waiter waiter) {
    List<Delivery> all;
    // What ended before this look is in it, unless it was made to begin again.
    waiter.ended.clear();
    try {
      all = store.log().deliveries(waiter.tenant, waiter.notificationId);
    } catch (Throwable e) {
      // The next look may succeed; whoever waits can put a limit on it.
      pollLater();
      return;
    }
    Set<UUID> open = new HashSet<>();
    all.stream().filter(d -> !d.state().isTerminal()).forEach(d -> open.add(d.id()));
    if (!all.isEmpty() && open.isEmpty()) {
      waiters.remove(waiter.notificationId);
      waiter.future.complete(all);
      return;
    }
    waiter.open = open;
    if (!open.isEmpty() && waiter.ended.containsAll(open)) {
      look(waiter); // they ended between the look and this line
    } else {
      pollLater();
    }
  }

  private void pollLater() {
    if (!closed && polling.compareAndSet(false, true)) {
      scheduler.schedule(POLL, this::pollOnExecutor);
    }
  }

  /** Off the scheduler's thread where the store may hang: every other timer waits there too. */
  private void pollOnExecutor() {
    if (store.isShared()) {
      executor.execute(this::poll);
    } else {
      poll();
    }
  }

  private void poll() {
    try {
      waiters.values().forEach(this::look);
    } finally {
      polling.set(false);
      if (!waiters.isEmpty()) {
        pollLater();
      }
    }
  }

  void close() {
    closed = true;
    waiters
        .values()
        .forEach(
            w -> w.future.completeExceptionally(new ClientClosedException("the client is closed")));
    waiters.clear();
  }
}
