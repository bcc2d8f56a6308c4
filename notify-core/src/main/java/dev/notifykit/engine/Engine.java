package dev.notifykit.engine;

import dev.notifykit.ClientClosedException;
import dev.notifykit.Delivery;
import dev.notifykit.Explanation;
import dev.notifykit.Notification;
import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.Stats;
import dev.notifykit.StoreException;
import dev.notifykit.admission.Admission;
import dev.notifykit.admission.AdmissionSettings;
import dev.notifykit.dispatch.Dispatcher;
import dev.notifykit.dispatch.Events;
import dev.notifykit.dispatch.InboxProvider;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.TargetKeys;
import dev.notifykit.store.TrackingStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.MessageLinks;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.Receipts;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running client: admission on the caller's thread, the store, the dispatcher on threads of its
 * own. Thread-safe.
 */
public final class Engine {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);
  private static final Duration EARLY_RECEIPTS = Duration.ofSeconds(1);
  private static final Duration PURGE_EVERY = Duration.ofHours(1);
  private static final Duration NO_THREAD_RETRY = Duration.ofMillis(100);

  private final NotificationStore store;
  private final Scheduler scheduler;
  private final ExecutorService executor;
  private final Admission admission;
  private final Outbox outbox;
  private final Dispatcher dispatcher;
  private final Events events;
  private final TrackingStore tracking;
  private final DeliveryPolicy policy;
  private final Receipts receipts;
  private final MessageLinks links;
  private final TargetKeys targetKeys;
  private final OwnThreads ownThreads = new OwnThreads();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

  private Engine(EngineConfig config) {
    this.store =
        config.store() != null
            ? config.store()
            : InMemoryStore.builder().clock(config.clock()).build();
    this.scheduler =
        config.scheduler() != null ? config.scheduler() : new SystemScheduler(ownThreads);
    ThreadFactory threads = config.threads();
    this.executor = executor(life -> threads.newThread(ownThreads.marked(life)));
    this.events = new Events(config.listeners());
    this.links = config.links();
    this.policy = config.policy();
    List<Provider> providers = new ArrayList<>(config.providers());
    providers.add(new InboxProvider(store));
    this.dispatcher =
        new Dispatcher(
            store,
            config.templates(),
            config.links(),
            config.policy(),
            config.dispatch(),
            providers,
            scheduler,
            this::execute,
            events);
    this.targetKeys = TargetKeys.of(config.hashKeys(), store.once());
    this.tracking = new ToldTracking(store, events);
    this.receipts = new Receipts(store, tracking, targetKeys, config.addressBook(), this::changed);
    AdmissionSettings settings =
        new AdmissionSettings(
            config.dedupeWindow(),
            config.eventIds(),
            dispatcher.channels(),
            providers,
            targetKeys,
            config.context());
    this.admission = new Admission(config.policy(), settings, store, config.templates());
    this.outbox = new Outbox(admission, store, dispatcher, events, ownThreads);
  }

  /**
   * Starts a client.
   *
   * @param config what it was built with
   */
  public static Engine start(EngineConfig config) {
    Engine engine = new Engine(config);
    if (config.startsPaused()) {
      EnumSet.allOf(Route.class).forEach(engine.dispatcher::pause);
    }
    engine.dispatcher.start();
    engine.applyEarlyReceiptsLater();
    if (config.purgeAfter() != null) {
      engine.purgeLater(config.purgeAfter());
    }
    return engine;
  }

  /** Reports may come before the delivery they are about is settled; they wait here. */
  private void applyEarlyReceiptsLater() {
    scheduler.schedule(
        EARLY_RECEIPTS,
        () -> {
          if (closed.get()) {
            return;
          }
          if (receipts.waiting() > 0) {
            execute(this::applyEarlyReceipts);
          } else {
            applyEarlyReceiptsLater();
          }
        });
  }

  private void applyEarlyReceipts() {
    try {
      receipts.applyWaiting();
    } catch (StoreException e) {
      log.warn("early receipts could not be applied and are tried again: {}", e.getMessage());
    } finally {
      applyEarlyReceiptsLater();
    }
  }

  /** Nodes that start together do not purge together. */
  private void purgeLater(Duration olderThan) {
    long wait =
        ThreadLocalRandom.current().nextLong(PURGE_EVERY.toNanos()) + PURGE_EVERY.toNanos() / 2;
    scheduler.schedule(
        Duration.ofNanos(wait),
        () -> {
          if (!closed.get()) {
            execute(() -> purge(olderThan));
          }
        });
  }

  private void purge(Duration olderThan) {
    try {
      long purged = store.log().purge(olderThan);
      log.debug("purged {} deliveries settled more than {} ago", purged, olderThan);
    } catch (RuntimeException e) {
      if (!closed.get()) {
        log.warn("the log could not be purged and is tried again within two hours", e);
      }
    } finally {
      purgeLater(olderThan);
    }
  }

  /**
   * Reads a provider's request and applies what it reports, durably.
   *
   * @param handler the provider's
   * @param request the request
   * @return what to answer
   */
  public WebhookResult receive(WebhookHandler handler, WebhookRequest request) {
    checkOpen();
    WebhookResult result = handler.handle(request);
    if (result instanceof WebhookResult.Accepted accepted) {
      receipts.apply(accepted.events());
    }
    return result;
  }

  /** Returns what answers tracked links. */
  public Endpoint linkEndpoint() {
    return links.linkEndpoint(store(), tracking);
  }

  /** Returns what answers unsubscribe links. */
  public Endpoint unsubscribeEndpoint() {
    return links.unsubscribeEndpoint(store(), tracking);
  }

  /**
   * Records that a delivery was opened.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   * @return whether there is such a delivery
   */
  public boolean opened(String tenant, UUID deliveryId) {
    checkOpen();
    if (store.log().find(tenant, deliveryId).isEmpty()) {
      return false;
    }
    Origin origin =
        new Origin(
            "opened-" + deliveryId, "app", null, deliveryId, tenant, store.clock().instant());
    receipts.apply(List.of(new WebhookEvent.Opened(origin)));
    return true;
  }

  /** Bounded by the number of routes: each has one task that claims and one that settles. */
  private static ExecutorService executor(ThreadFactory threads) {
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }

  /** What gets no thread, as a process may have only so many, is done later: work must go on. */
  private void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (Throwable e) {
      if (!executor.isShutdown()) {
        log.warn("no thread for a task, which is tried again: {}", e.toString());
        scheduler.schedule(NO_THREAD_RETRY, () -> execute(task));
      }
    }
  }

  /** Returns what makes the threads of a client that is given nothing else. */
  public static ThreadFactory platformThreads() {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "notifykit-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Admits and stores notifications.
   *
   * @param batch the notifications
   * @param tenant the tenant of those that name none
   * @param transaction the caller's transaction, or null
   * @return how each fared, in order
   */
  public List<Submitted> submit(
      List<Notification> batch, String tenant, @Nullable Connection transaction) {
    checkOpen();
    return outbox.submit(batch, tenant, transaction);
  }

  /**
   * How a notification fared.
   *
   * @param tenant its tenant
   * @param eventId its event id
   * @param appended what the store said
   */
  public record Submitted(String tenant, String eventId, Appended appended) {}

  /** Tells what admission would decide. */
  public Explanation explain(Notification notification, String tenant) {
    checkOpen();
    return admission.explain(notification, tenant);
  }

  /** Returns a stage that completes when a notification's deliveries are terminal. */
  public CompletionStage<List<Delivery>> completion(String tenant, UUID notificationId) {
    return dispatcher.completions().of(tenant, notificationId);
  }

  /** Cancels what waits of a notification and returns how many deliveries that were. */
  public int cancel(String tenant, UUID notificationId) {
    checkOpen();
    List<StateChange> changes = store.queue().cancel(tenant, notificationId);
    changes.forEach(this::changed);
    return changes.size();
  }

  /** Tells of a change that was made on request. */
  public void changed(StateChange change) {
    dispatcher.changed(change);
  }

  /** Returns the categories and what else decides about a delivery. */
  public DeliveryPolicy policy() {
    return policy;
  }

  /** Returns a look at the queues and providers. */
  public Stats stats() {
    checkOpen();
    return new Stats(dispatcher.routeStats(), dispatcher.providerStats());
  }

  /** Stops taking a route's work, on this node. */
  public void pause(Route route) {
    checkOpen();
    dispatcher.pause(route);
  }

  /** Ends {@link #pause}. */
  public void resume(Route route) {
    checkOpen();
    dispatcher.resume(route);
  }

  /** Returns whether nothing is at work on this node. */
  public boolean isIdle() {
    return dispatcher.isIdle();
  }

  /** Returns the store. */
  public NotificationStore store() {
    checkOpen();
    return store;
  }

  /** Returns what makes the keys of addresses. */
  public TargetKeys targetKeys() {
    return targetKeys;
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new ClientClosedException("the client is closed");
    }
  }

  /**
   * Closes the client; see {@link Dispatcher#close}. Whoever closes it again waits for the first,
   * but for a thread that it is at work on: that is waited for.
   *
   * @param timeout how long to wait for what is in flight
   * @return whether everything ended in time
   */
  public boolean close(Duration timeout) {
    boolean isFirst = closed.compareAndSet(false, true);
    if (!ownThreads.isHere()) {
      return isFirst ? closeFirst(timeout) : awaitClosed(timeout);
    }
    if (isFirst) {
      new Thread(() -> closeFirst(timeout), "notifykit-closing").start();
    }
    return false;
  }

  private boolean closeFirst(Duration timeout) {
    boolean drained = false;
    try {
      drained = closeAll(timeout);
      return drained;
    } finally {
      ended.complete(drained);
    }
  }

  private boolean closeAll(Duration timeout) {
    try {
      return dispatcher.close(timeout);
    } finally {
      scheduler.close();
      try {
        store.close();
      } finally {
        executor.shutdown();
      }
    }
  }

  private boolean awaitClosed(Duration timeout) {
    try {
      return ended.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    }
  }
}
