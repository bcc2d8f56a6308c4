package dev.notifykit.dispatch;

import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.NotificationStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one route's work from the store: what it takes is made ready by {@link Preparation}, sent
 * by {@link Flights} and written off by the {@link Settler}.
 *
 * <p><b>Flow.</b> One task at a time claims and sends ({@link #drain}); it is woken by {@link
 * Signal}: by the store when work is appended, by a place or a provider coming free, by a timer for
 * what is due later. It never waits for a provider: outcomes come back on the providers' threads.
 *
 * <p><b>Room.</b> A place is taken before a claim and given back when the outcome is known, so that
 * what is claimed is what is being sent. Deliveries the store handed off at append took their place
 * in {@link #reserve}.
 *
 * <p><b>Leases.</b> A claim is sent within its lease or not at all: no provider is asked after half
 * of it has passed, and no provider may take longer than the other half.
 */
final class RouteDispatcher {
  private static final Logger log = LoggerFactory.getLogger(RouteDispatcher.class);
  private static final int MAX_BATCH = 1_000; // as many mails go in one request of SendGrid
  private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);
  private static final Duration STORE_RETRY = Duration.ofMillis(500);
  private static final Duration SOONEST_POLL = Duration.ofMillis(1);

  /**
   * Where sends come faster than one by one, but fewer than this are found together, it rests so
   * that more are: a wake-up, and what travels between processors, then serves many.
   */
  private static final int MANY = 256;

  private static final long REST_NANOS = 200_000;

  /** A lone send that comes sooner than this after the last is one of many. */
  private static final long SOON_NANOS = 50_000;

  private final Route route;
  private final NotificationStore store;
  private final DispatchSettings settings;
  private final Scheduler scheduler;
  private final Outage outage;
  private final OutcomeEffects effects;
  private final Router router;
  private final Preparation preparation;
  private final Flights flights;
  private final Settler settler;
  private final Room room;
  private final Duration lease;
  private final Queue<Boarded> handedOff = new ConcurrentLinkedQueue<>();
  private final Signal work;
  private volatile boolean paused;
  private volatile boolean closed;
  private volatile boolean backlog = true; // until a claim has found nothing
  private volatile boolean behind = true; // more waits than was claimed, as far as is known
  private volatile boolean starved;
  private boolean rests; // only touched by the running task, as the next
  private long lastFound = System.nanoTime();
  private @Nullable Runnable cancelWake; // guarded by "this"
  private Instant wakeAt = Instant.MAX; // guarded by "this"

  RouteDispatcher(Route route, List<ProviderGate> gates, Parts parts) {
    this.route = route;
    this.store = parts.store();
    this.settings = parts.settings();
    this.scheduler = parts.scheduler();
    this.outage = parts.outage();
    this.effects = parts.effects();
    this.router = new Router(gates, settings.routingFor(gates.get(0).provider().channel()));
    this.room = new Room(size(gates));
    this.lease = lease(gates);
    this.work = new Signal(parts.executor(), this::drain);
    this.settler = new Settler(route, parts, room, work::signal, this::wakeIn);
    this.preparation = new Preparation(route, parts, router, settler);
    this.flights = new Flights(route, parts, gates, router, settler, this::landed);
  }

  private int size(List<ProviderGate> gates) {
    int most = 1;
    for (ProviderGate gate : gates) {
      most = Math.max(most, gate.provider().maxInFlight());
    }
    return settings.maxInFlight().getOrDefault(route, most);
  }

  private static Duration lease(List<ProviderGate> gates) {
    Duration timeout = Duration.ofSeconds(1);
    for (ProviderGate gate : gates) {
      Duration own = gate.provider().timeout();
      timeout = own.compareTo(timeout) > 0 ? own : timeout;
    }
    return timeout.multipliedBy(2).plus(LEASE_MARGIN);
  }

  Route route() {
    return route;
  }

  Duration lease() {
    return lease;
  }

  /** Tells that the store may have new work. */
  void workArrived() {
    backlog = true; // before the look at the room: who comes free after that signals
    if (!paused && (!starved || room.free() > 0)) { // resume() comes here again
      work.signal();
    }
  }

  /** Tells that a place or a provider came free. */
  void roomArrived() {
    work.signal();
  }

  /**
   * Takes up to {@code wanted} places for deliveries the store may hand off; see {@link #board}.
   */
  int reserve(int wanted) {
    // While older work waits in the store, new work queues up behind it. What arrived since the
    // last claim, and is to be claimed next, is not older.
    if (behind || paused || closed || settler.isFull()) {
      return 0;
    }
    return room.take(Math.min(wanted, router.room()));
  }

  /** Deliveries the store handed off together, and a moment before it did. */
  private record Boarded(List<ClaimedDelivery> claimed, long since) {}

  /** Takes deliveries that were handed off, and back the places of those that were not. */
  void board(List<ClaimedDelivery> claimed, int reserved, long since) {
    room.giveBack(reserved - claimed.size());
    if (!claimed.isEmpty()) {
      handedOff.add(new Boarded(claimed, since));
      work.signal();
    } else if (starved) {
      work.signal();
    }
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    workArrived();
  }

  boolean isPaused() {
    return paused || !router.isAvailable();
  }

  private void drain() {
    while (true) {
      Boarded boarded = pollHandedOff();
      if (boarded != null) {
        process(boarded.claimed, boarded.since);
        continue;
      }
      if (!backlog || paused || closed || settler.isFull()) {
        outage.ended(this);
        return;
      }
      int places = room.take(Math.min(MAX_BATCH, router.room()));
      if (places > 0) {
        if (!claim(places)) {
          return;
        }
      } else if (!starve()) {
        outage.ended(this);
        return;
      }
    }
  }

  /** Returns whether a place came free while nobody would have been told of it. */
  private boolean starve() {
    behind = true;
    if (starved) {
      return false;
    }
    starved = true;
    return true;
  }

  private @Nullable Boarded pollHandedOff() {
    if (rests) {
      rests = false;
      LockSupport.parkNanos(REST_NANOS);
    }
    Boarded first = handedOff.poll();
    if (first == null) {
      return null;
    }
    long found = System.nanoTime();
    boolean isSoon = found - lastFound < SOON_NANOS;
    lastFound = found;
    Boarded next = handedOff.poll();
    Boarded all = next == null ? first : gather(first, next);
    rests = (isSoon || next != null) && all.claimed.size() < MANY;
    return all;
  }

  /** Returns what was handed off together, as old as the oldest of it. */
  private Boarded gather(Boarded first, Boarded second) {
    List<ClaimedDelivery> batch = new ArrayList<>(first.claimed);
    long since = first.since;
    for (Boarded next = second; next != null; ) {
      batch.addAll(next.claimed);
      since = next.since - since < 0 ? next.since : since;
      next = batch.size() < MAX_BATCH ? handedOff.poll() : null;
    }
    return new Boarded(batch, since);
  }

  /** Claims and sends; returns whether there may be more. */
  private boolean claim(int places) {
    starved = false;
    ClaimBatch batch;
    backlog = false; // before the claim: what arrives meanwhile sets it again
    long since = System.nanoTime(); // before it, too: no lease ends earlier than counted
    try {
      batch = store.queue().claim(new ClaimRequest(route, settings.worker(), places, lease));
    } catch (Throwable e) {
      room.giveBack(places);
      storeFailed(e);
      return false;
    }
    int claimed = batch.claimed().size();
    room.giveBack(places - claimed);
    effects.quarantined(route, batch.quarantined());
    process(batch.claimed(), since);
    behind = claimed == places;
    if (behind) {
      outage.ended(this);
      backlog = true;
      return true;
    }
    wakeWhenDue();
    return backlog;
  }

  private void storeFailed(Throwable e) {
    backlog = true;
    outage.began(this, "no work can be claimed; tried again twice a second");
    log.debug("claiming on {} failed", route, e);
    scheduler.schedule(STORE_RETRY, work::signal);
  }

  private void wakeWhenDue() {
    Optional<Duration> due;
    try {
      due = store.queue().untilNextDue(route);
    } catch (Throwable e) { // whatever it is: somebody has to look again
      storeFailed(e);
      return;
    }
    outage.ended(this);
    Duration poll = store.isShared() ? settings.pollInterval() : null;
    Duration wait = due.orElse(poll);
    if (wait != null) {
      wait = poll != null && poll.compareTo(wait) < 0 ? poll : wait;
      wakeIn(wait.compareTo(SOONEST_POLL) < 0 ? SOONEST_POLL : wait);
    }
  }

  /** Keeps one timer, the earliest; what it finds at work says when the next is wanted. */
  private synchronized void wakeIn(Duration wait) {
    Instant at = store.clock().instant().plus(wait);
    if (at.isBefore(wakeAt)) {
      if (cancelWake != null) {
        cancelWake.run();
      }
      wakeAt = at;
      cancelWake = scheduler.schedule(wait, this::wake);
    }
  }

  /** Timers stand still while a machine sleeps, and do not know that its clock was set. */
  void wakeIfOverdue() {
    synchronized (this) {
      if (cancelWake == null || wakeAt.isAfter(store.clock().instant())) {
        return;
      }
      cancelWake.run();
    }
    wake();
  }

  private void wake() {
    synchronized (this) {
      wakeAt = Instant.MAX;
      cancelWake = null;
    }
    workArrived();
  }

  private void process(List<ClaimedDelivery> claimed, long since) {
    if (claimed.isEmpty()) {
      return;
    }
    Instant now = store.clock().instant();
    long startBefore = since + lease.toNanos() / 2;
    Map<ProviderGate, List<Flight>> prepared = new HashMap<>(2);
    for (ClaimedDelivery delivery : claimed) {
      Flight flight = preparation.prepare(delivery, now, startBefore);
      if (flight != null) {
        prepared.computeIfAbsent(flight.gate, g -> new ArrayList<>(claimed.size())).add(flight);
      }
    }
    prepared.forEach(flights::send);
    settler.flushHere();
  }

  private void landed() {
    settler.flush();
    if (starved) {
      work.signal();
    }
  }

  /** Stops taking work; what was handed off and not begun goes back. */
  void close() {
    closed = true;
    Boarded next;
    while ((next = handedOff.poll()) != null) {
      next.claimed.forEach(claimed -> settler.end(OutcomeRules.handBack(claimed)));
    }
    settler.flush();
  }

  /** Returns whether nothing is at work or unwritten. */
  boolean isIdle() {
    return room.isEmpty() && settler.isIdle() && handedOff.isEmpty() && work.isIdle();
  }

  /** The parts every route shares. */
  record Parts(
      NotificationStore store,
      DeliveryPolicy policy,
      DispatchSettings settings,
      Scheduler scheduler,
      Executor executor,
      Outage outage,
      Renderer renderer,
      OutcomeRules rules,
      OutcomeEffects effects,
      Transitions transitions,
      StandIns standIns) {}
}
