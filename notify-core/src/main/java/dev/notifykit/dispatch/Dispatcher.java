package dev.notifykit.dispatch;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.ProviderStats;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.Scheduler;
import dev.notifykit.internal.Traces;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.StateChange;
import dev.notifykit.template.Templates;
import dev.notifykit.tracking.MessageLinks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the store's queues hold, each route on its own, until closed. Thread-safe.
 *
 * <p>It owns the providers it was given and closes them; store, scheduler and executor belong to
 * whoever passed them.
 */
public final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final Route[] ROUTES = Route.values();
  private static final int MAX_RECOVERIES = 3;
  private static final int RECOVER_BATCH = 1_000;
  private static final Duration LONGEST_PATIENCE = Duration.ofDays(3_650);

  private final NotificationStore store;
  private final DispatchSettings settings;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Outage outage;
  private final Completions completions;
  private final Transitions transitions;
  private final StandIns standIns;
  private final List<ProviderGate> gates = new ArrayList<>();
  private final Map<Route, RouteDispatcher> routes = new EnumMap<>(Route.class);
  private volatile boolean closed;
  private volatile boolean recovering;

  /**
   * Creates a dispatcher; {@link #start} sets it to work.
   *
   * @param store holds the queues
   * @param templates renders the messages
   * @param links puts links into them
   * @param policy the client's policies
   * @param settings the client's settings
   * @param providers in routing order
   * @param scheduler runs timed work
   * @param executor runs everything else; must not run tasks in the caller
   * @param events told what happens
   */
  public Dispatcher(
      NotificationStore store,
      Templates templates,
      MessageLinks links,
      DeliveryPolicy policy,
      DispatchSettings settings,
      List<Provider> providers,
      Scheduler scheduler,
      Executor executor,
      Events events) {
    this.store = store;
    this.settings = settings;
    this.scheduler = scheduler;
    this.executor = executor;
    Alerts alerts = new Alerts(events, store.clock());
    this.outage = new Outage(alerts);
    this.completions = new Completions(store, scheduler, executor);
    this.transitions = new Transitions(events, alerts, completions, store.clock());
    this.standIns = new StandIns(store, policy, transitions::changed);
    for (Provider provider : providers) {
      gates.add(new ProviderGate(provider, scheduler, alerts, this::roomArrived));
    }
    RouteDispatcher.Parts parts =
        new RouteDispatcher.Parts(
            store,
            policy,
            settings,
            scheduler,
            executor,
            outage,
            new Renderer(templates, links),
            new OutcomeRules(settings),
            new OutcomeEffects(store, events, alerts),
            transitions,
            standIns);
    for (Route route : Route.values()) {
      List<ProviderGate> serving = gates.stream().filter(gate -> gate.serves(route)).toList();
      if (!serving.isEmpty()) {
        routes.put(route, new RouteDispatcher(route, serving, parts));
      }
    }
  }

  /** Starts to claim and send, and to look after lapsed leases. */
  public void start() {
    store.queue().onWork(this::workArrived);
    routes.values().forEach(RouteDispatcher::workArrived);
    scheduler.schedule(settings.recoverInterval(), this::recoverOnExecutor);
  }

  private void workArrived(Route route) {
    RouteDispatcher dispatcher = routes.get(route);
    if (dispatcher != null) {
      dispatcher.workArrived();
    }
  }

  private void roomArrived() {
    routes.values().forEach(RouteDispatcher::roomArrived);
  }

  /** Off the scheduler's thread where the store may hang: every other timer waits there too. */
  private void recoverOnExecutor() {
    if (closed) {
      return;
    }
    recovering = true;
    if (store.isShared()) {
      executor.execute(this::recover);
    } else {
      recover();
    }
  }

  private void recover() {
    try {
      routes.values().forEach(RouteDispatcher::wakeIfOverdue);
      List<StateChange> changes =
          store.queue().recover(MAX_RECOVERIES, settings.reconcileWithin(), RECOVER_BATCH);
      changes.forEach(this::changed);
      Set<Route> ready = EnumSet.noneOf(Route.class);
      changes.stream()
          .map(StateChange::delivery)
          .filter(delivery -> delivery.state() == DeliveryState.READY)
          .forEach(delivery -> ready.add(delivery.route()));
      ready.forEach(this::workArrived);
      outage.ended(this);
    } catch (Throwable e) {
      outage.began(this, "lapsed leases cannot be recovered; tried again");
      log.debug("recovery failed", e);
    } finally {
      if (!closed) {
        scheduler.schedule(settings.recoverInterval(), this::recoverOnExecutor);
      }
      recovering = false; // last: whoever steps time by hand goes on when this is so
    }
  }

  /** Takes places for deliveries about to be appended; ends with {@link #board}. */
  public Handoff reserve(List<NewNotification> batch) {
    int[] wanted = new int[ROUTES.length];
    for (NewNotification notification : batch) {
      for (NewDelivery delivery : notification.deliveries()) {
        if (delivery.state() == DeliveryState.READY) {
          wanted[delivery.delivery().route().ordinal()]++;
        }
      }
    }
    Duration lease = Duration.ZERO;
    Map<Route, Integer> slots = Map.of();
    for (Route route : ROUTES) {
      RouteDispatcher dispatcher = wanted[route.ordinal()] == 0 ? null : routes.get(route);
      int places = dispatcher == null ? 0 : dispatcher.reserve(wanted[route.ordinal()]);
      if (dispatcher != null && places > 0) {
        slots = with(slots, route, places);
        lease = dispatcher.lease().compareTo(lease) > 0 ? dispatcher.lease() : lease;
      }
    }
    return slots.isEmpty() ? Handoff.NONE : new Handoff(settings.worker(), lease, slots);
  }

  /** Mostly there is one route, and this runs for every send. */
  private static Map<Route, Integer> with(Map<Route, Integer> slots, Route route, int places) {
    if (slots.isEmpty()) {
      return Map.of(route, places);
    }
    Map<Route, Integer> more = new EnumMap<>(slots);
    more.put(route, places);
    return more;
  }

  /**
   * Takes what the store handed off and gives back the places it did not use.
   *
   * @param handoff what was reserved
   * @param claimed what was handed off; empty if the append failed
   * @param since a moment before the append, by {@link System#nanoTime}
   */
  public void board(Handoff handoff, List<ClaimedDelivery> claimed, long since) {
    for (Map.Entry<Route, Integer> slot : handoff.slots().entrySet()) {
      RouteDispatcher dispatcher = routes.get(slot.getKey());
      if (dispatcher != null) {
        List<ClaimedDelivery> own =
            handoff.slots().size() == 1
                ? claimed
                : claimed.stream().filter(c -> c.delivery().route() == slot.getKey()).toList();
        dispatcher.board(own, slot.getValue(), since);
      }
    }
  }

  /** Returns the channels that have a provider. */
  public Set<Channel> channels() {
    Set<Channel> channels = EnumSet.noneOf(Channel.class);
    gates.forEach(gate -> channels.add(gate.provider().channel()));
    return channels;
  }

  /** Returns those who wait for notifications to end. */
  public Completions completions() {
    return completions;
  }

  /**
   * Tells of a change that the store made on its own or on request, and lets fallbacks know.
   *
   * @param change the change
   */
  public void changed(StateChange change) {
    transitions.changed(change);
    standIns.failed(change.delivery());
  }

  /** Stops taking a route's work, on this node; what is in flight ends as usual. */
  public void pause(Route route) {
    onRoute(route, RouteDispatcher::pause);
  }

  /** Ends {@link #pause}. */
  public void resume(Route route) {
    onRoute(route, RouteDispatcher::resume);
  }

  private void onRoute(Route route, Consumer<RouteDispatcher> action) {
    RouteDispatcher dispatcher = routes.get(route);
    if (dispatcher != null) {
      action.accept(dispatcher);
    }
  }

  /** Returns how full the queues are, every route included. */
  public Map<Route, RouteStats> routeStats() {
    Map<Route, RouteDepth> depths = store.queue().depths();
    Map<Route, RouteStats> stats = new EnumMap<>(Route.class);
    for (Route route : Route.values()) {
      RouteDepth depth = depths.getOrDefault(route, RouteDepth.EMPTY);
      RouteDispatcher dispatcher = routes.get(route);
      stats.put(
          route,
          new RouteStats(
              depth.ready(),
              depth.scheduled(),
              depth.inFlight(),
              depth.oldestReady(),
              dispatcher != null && dispatcher.isPaused()));
    }
    return stats;
  }

  /** Returns how the providers are doing. */
  public List<ProviderStats> providerStats() {
    return gates.stream().map(ProviderGate::stats).toList();
  }

  /** Returns whether nothing is at work here. */
  public boolean isIdle() {
    return !recovering && routes.values().stream().allMatch(RouteDispatcher::isIdle);
  }

  /**
   * Stops claiming, lets what is in flight end, hands back what was not begun, closes the
   * providers.
   *
   * @param timeout how long to wait for what is in flight; what remains is found again when its
   *     lease lapses
   * @return whether everything ended in time
   */
  public boolean close(Duration timeout) {
    closed = true;
    routes.values().forEach(RouteDispatcher::close);
    boolean drained = awaitIdle(timeout);
    if (!drained) {
      log.warn("closing with deliveries still in flight after {}", timeout);
    }
    completions.close();
    gates.forEach(gate -> close(gate.provider()));
    return drained;
  }

  private boolean awaitIdle(Duration timeout) {
    Duration patience = timeout.compareTo(LONGEST_PATIENCE) < 0 ? timeout : LONGEST_PATIENCE;
    long deadline = System.nanoTime() + (patience.isNegative() ? 0 : patience.toNanos());
    while (!isIdle()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  private static void close(@Nullable Provider provider) {
    try {
      if (provider != null) {
        provider.close();
      }
    } catch (Throwable e) {
      log.warn("a provider failed to close", Traces.withoutMessages(e));
    }
  }
}
