package dev.notifykit.dispatch;

import dev.notifykit.DeadReason;
import dev.notifykit.NotificationException;
import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.StoreException;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.RateLimitStore.Grant;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes one route's work from the store, sends it, and hands the outcomes to its {@link Settler}.
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
  private static final int MAX_BATCH = 256;
  private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);
  private static final Duration STORE_RETRY = Duration.ofMillis(500);
  private static final Duration SOONEST_POLL = Duration.ofMillis(1);

  private final Route route;
  private final NotificationStore store;
  private final DeliveryPolicy policy;
  private final DispatchSettings settings;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Alerts alerts;
  private final Renderer renderer;
  private final LateCheck lateCheck;
  private final OutcomeRules rules;
  private final OutcomeEffects effects;
  private final StandIns standIns;
  private final Router router;
  private final Settler settler;
  private final Room room;
  private final Duration lease;
  private final Map<ProviderGate, BucketCharge> providerLimits = new HashMap<>();
  private final Queue<Boarded> handedOff = new ConcurrentLinkedQueue<>();
  private final Signal work;
  private volatile boolean paused;
  private volatile boolean closed;
  private volatile boolean backlog = true; // until a claim has found nothing
  private volatile boolean starved;
  private @Nullable Runnable cancelWake; // guarded by "this"

  RouteDispatcher(Route route, List<ProviderGate> gates, Parts parts) {
    this.route = route;
    this.store = parts.store();
    this.policy = parts.policy();
    this.settings = parts.settings();
    this.scheduler = parts.scheduler();
    this.executor = parts.executor();
    this.alerts = parts.alerts();
    this.renderer = parts.renderer();
    this.lateCheck = new LateCheck(policy);
    this.rules = parts.rules();
    this.effects = parts.effects();
    this.standIns = parts.standIns();
    this.router = new Router(gates, settings.routingFor(gates.get(0).provider().channel()));
    this.room = new Room(size(gates));
    this.lease = lease(gates);
    this.work = new Signal(executor, this::drain);
    this.settler =
        new Settler(
            route,
            store.queue(),
            scheduler,
            executor,
            alerts,
            standIns::beforeSettled,
            end -> {
              parts.transitions().settled(end);
              standIns.settled(end);
            },
            work::signal);
    gates.forEach(this::limitProvider);
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

  private void limitProvider(ProviderGate gate) {
    for (RateLimit limit : policy.limits()) {
      if (limit.provider().filter(gate.name()::equals).isPresent()) {
        providerLimits.put(
            gate, new BucketCharge(limit.bucketKey("", ""), limit.bucket(), limit.onLimit()));
      }
    }
  }

  Route route() {
    return route;
  }

  Duration lease() {
    return lease;
  }

  /** Tells that the store may have new work. */
  void workArrived() {
    backlog = true;
    work.signal();
  }

  /** Tells that a place or a provider came free. */
  void roomArrived() {
    work.signal();
  }

  /**
   * Takes up to {@code wanted} places for deliveries the store may hand off; see {@link #board}.
   */
  int reserve(int wanted) {
    // While older work waits in the store, new work queues up behind it.
    if (backlog || paused || closed || settler.isFull()) {
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
        return;
      }
      int places = room.take(Math.min(MAX_BATCH, router.room()));
      if (places > 0) {
        if (!claim(places)) {
          return;
        }
      } else if (!starve()) {
        return;
      }
    }
  }

  /** Returns whether a place came free while nobody would have been told of it. */
  private boolean starve() {
    if (starved) {
      return false;
    }
    starved = true;
    return true;
  }

  /** Returns what was handed off, as old as the oldest of it. */
  private @Nullable Boarded pollHandedOff() {
    Boarded first = handedOff.poll();
    Boarded next = first == null ? null : handedOff.poll();
    if (next == null) {
      return first;
    }
    List<ClaimedDelivery> batch = new ArrayList<>(first.claimed);
    long since = first.since;
    while (next != null) {
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
    } catch (RuntimeException e) {
      room.giveBack(places);
      storeFailed(e);
      return false;
    }
    int claimed = batch.claimed().size();
    room.giveBack(places - claimed);
    effects.quarantined(route, batch.quarantined());
    process(batch.claimed(), since);
    if (claimed == places) {
      backlog = true;
      return true;
    }
    wakeWhenDue();
    return backlog;
  }

  private void storeFailed(RuntimeException e) {
    backlog = true;
    alerts.raise(
        AlertKind.STORE_DOWN, null, "store", "no work can be claimed; tried again twice a second");
    log.debug("claiming on {} failed", route, e);
    scheduler.schedule(STORE_RETRY, work::signal);
  }

  private void wakeWhenDue() {
    Optional<Duration> due;
    try {
      due = store.queue().untilNextDue(route);
    } catch (StoreException e) {
      storeFailed(e);
      return;
    }
    Duration poll = store.isShared() ? settings.pollInterval() : null;
    Duration wait = due.orElse(poll);
    if (wait != null) {
      wait = poll != null && poll.compareTo(wait) < 0 ? poll : wait;
      wakeIn(wait.compareTo(SOONEST_POLL) < 0 ? SOONEST_POLL : wait);
    }
  }

  /** Keeps one timer; the newest answer of the store is the truest. */
  private synchronized void wakeIn(Duration wait) {
    if (cancelWake != null) {
      cancelWake.run();
    }
    cancelWake = scheduler.schedule(wait, this::workArrived);
  }

  private void process(List<ClaimedDelivery> claimed, long since) {
    if (claimed.isEmpty()) {
      return;
    }
    Instant now = store.clock().instant();
    long startBefore = since + lease.toNanos() / 2;
    Map<ProviderGate, List<Flight>> flights = new HashMap<>(2);
    for (ClaimedDelivery delivery : claimed) {
      Flight flight = prepareSafely(delivery, now, startBefore);
      if (flight != null) {
        flights.computeIfAbsent(flight.gate, g -> new ArrayList<>(claimed.size())).add(flight);
      }
    }
    flights.forEach(this::sendWithinLimit);
    settler.flush();
  }

  /** A defect, ours or of a provider's {@code serves}, costs this delivery an attempt, no more. */
  private @Nullable Flight prepareSafely(ClaimedDelivery claimed, Instant now, long startBefore) {
    try {
      return prepare(claimed, now, startBefore);
    } catch (RuntimeException e) {
      log.error("{}: delivery {} could not be prepared", route, claimed.delivery().id(), e);
      return end(rules.retryBeforeSend(claimed, e.getClass().getName(), now));
    }
  }

  /** Returns the delivery ready to be sent, or null if its claim ends here. */
  private @Nullable Flight prepare(ClaimedDelivery claimed, Instant now, long startBefore) {
    Category category = policy.categoryOrDefaults(claimed.delivery().notification().category());
    Settlement stop = lateCheck.stop(claimed, category, now);
    if (stop == null && claimed.delivery().isStandIn()) {
      stop = standIns.stop(claimed, category, now);
    }
    if (stop != null) {
      return end(stop);
    }
    Message message;
    try {
      message = renderer.render(claimed.delivery(), category);
    } catch (NotificationException e) {
      log.warn(
          "{}: delivery {} cannot be rendered: {}", route, claimed.delivery().id(), message(e));
      return end(
          rules.deadBeforeSend(
              claimed, DeadReason.RENDERING_FAILED, e.getClass().getSimpleName(), now));
    } catch (RuntimeException e) {
      return end(
          rules.deadBeforeSend(claimed, DeadReason.RENDERING_FAILED, e.getClass().getName(), now));
    }
    Flight.Choice choice = router.enter(claimed.delivery(), null);
    if (choice == null) {
      return end(
          router.serves(claimed.delivery().target())
              ? rules.notNow(claimed, Duration.ZERO)
              : rules.deadBeforeSend(claimed, DeadReason.NO_PROVIDER, "no-provider", now));
    }
    Outcome.Rejected objection = objection(choice.gate(), claimed, message);
    if (objection != null) {
      choice.gate().leave();
      return end(
          rules.deadBeforeSend(
              claimed, DeadReason.REJECTED, String.valueOf(objection.code()), now));
    }
    return new Flight(claimed, category, message, now, startBefore, choice, router.size());
  }

  /** What was given ready was looked at by admission; what is rendered only now is seen now. */
  private static Outcome.@Nullable Rejected objection(
      ProviderGate gate, ClaimedDelivery claimed, Message message) {
    QueuedDelivery delivery = claimed.delivery();
    if (delivery.notification().content().messages().containsKey(delivery.channel())) {
      return null;
    }
    try {
      return gate.provider().check(delivery.target(), message).orElse(null);
    } catch (RuntimeException e) {
      gate.leave();
      throw e;
    }
  }

  private static String message(NotificationException e) {
    return String.valueOf(e.getMessage());
  }

  private @Nullable Flight end(Settlement settlement) {
    room.giveBack(1);
    settler.addQuietly(settlement);
    return null;
  }

  /** Sends as many as the provider's rate limit allows; the rest waits for it. */
  private void sendWithinLimit(ProviderGate gate, List<Flight> flights) {
    BucketCharge charge = providerLimits.get(gate);
    if (charge == null) {
      send(gate, flights);
      return;
    }
    Grant grant = grant(charge, flights.size());
    if (grant.tokens() < flights.size()) {
      gate.pause(grant.retryIn());
      for (Flight flight : flights.subList(grant.tokens(), flights.size())) {
        flight.gate.leave();
        end(rules.notNow(flight.claimed, grant.retryIn()));
      }
    }
    if (grant.tokens() > 0) {
      send(gate, flights.subList(0, grant.tokens()));
    }
  }

  private Grant grant(BucketCharge charge, int wanted) {
    try {
      return store.rateLimits().take(charge, wanted);
    } catch (StoreException e) {
      storeFailed(e);
      return new Grant(0, STORE_RETRY);
    }
  }

  private void send(ProviderGate gate, List<Flight> prepared) {
    List<Flight> flights = handBackLate(prepared);
    if (flights.isEmpty()) {
      return;
    }
    List<SendRequest> requests = new ArrayList<>(flights.size());
    for (Flight flight : flights) {
      requests.add(flight.request());
    }
    long now = System.nanoTime();
    int[] legs = new int[flights.size()];
    for (int i = 0; i < legs.length; i++) {
      legs[i] = flights.get(i).takeOff(now);
    }
    List<CompletionStage<Outcome>> stages = ask(gate, requests);
    List<Leg> aloft = new ArrayList<>(legs.length);
    for (int i = 0; i < legs.length; i++) {
      CompletionStage<Outcome> stage = i < stages.size() ? stages.get(i) : failedStage();
      Outcome known = known(stage);
      if (known != null) {
        land(flights.get(i), legs[i], known);
      } else {
        aloft.add(new Leg(flights.get(i), legs[i], stage));
      }
    }
    await(gate, aloft);
  }

  /** A flight on its way to a provider, and what tells that it has landed. */
  private record Leg(Flight flight, int number, CompletionStage<Outcome> stage) {}

  /** A process that was stopped for a while may hold what another has taken over. */
  private List<Flight> handBackLate(List<Flight> flights) {
    long now = System.nanoTime();
    List<Flight> inTime = flights;
    for (Flight flight : flights) {
      if (now - flight.startBefore > 0) {
        inTime = inTime == flights ? new ArrayList<>(flights) : inTime;
        inTime.remove(flight);
        flight.gate.leave();
        end(OutcomeRules.handBack(flight.claimed));
      }
    }
    return inTime;
  }

  private List<CompletionStage<Outcome>> ask(ProviderGate gate, List<SendRequest> requests) {
    try {
      return gate.provider().sendAll(requests);
    } catch (RuntimeException e) {
      log.error("{}: provider {} threw {}", route, gate.name(), e.getClass().getName());
      return List.of();
    }
  }

  private static CompletionStage<Outcome> failedStage() {
    return CompletableFuture.completedFuture(new Outcome.Unknown("provider-threw"));
  }

  private static @Nullable Outcome known(CompletionStage<Outcome> stage) {
    // Not a subclass: completedStage() returns one that cannot be asked.
    return stage.getClass() == CompletableFuture.class
            && stage instanceof CompletableFuture<Outcome> future
            && future.isDone()
            && !future.isCompletedExceptionally()
        ? future.join()
        : null;
  }

  private void await(ProviderGate gate, List<Leg> aloft) {
    if (aloft.isEmpty()) {
      return;
    }
    Deadline deadline = new Deadline(aloft.size());
    for (int i = 0; i < aloft.size(); i++) {
      deadline.add(i, aloft.get(i).flight, aloft.get(i).number);
    }
    // Before the callbacks: they may run at once and must find the timer to cancel.
    deadline.start(
        scheduler,
        gate.provider().timeout(),
        (flight, leg) -> landLater(flight, leg, new Outcome.Unknown("timeout")));
    for (int i = 0; i < aloft.size(); i++) {
      await(aloft.get(i), deadline, i);
    }
  }

  private void await(Leg leg, Deadline deadline, int place) {
    leg.stage.whenComplete(
        (outcome, failure) -> {
          deadline.landed(place);
          landLater(
              leg.flight, leg.number, outcome != null ? outcome : failed(leg.flight, failure));
        });
  }

  private Outcome failed(Flight flight, @Nullable Throwable failure) {
    log.error(
        "{}: provider {} failed with {}",
        route,
        flight.gate.name(),
        failure == null ? "no outcome" : failure.getClass().getName());
    return new Outcome.Unknown("provider-failed");
  }

  private void landLater(Flight flight, int leg, Outcome outcome) {
    if (land(flight, leg, outcome)) {
      landed();
    }
  }

  private void landed() {
    settler.flush();
    if (starved) {
      work.signal();
    }
  }

  private boolean land(Flight flight, int leg, Outcome outcome) {
    if (!flight.land(leg)) {
      return false;
    }
    long took = System.nanoTime() - flight.sentNanos;
    ProviderGate gate = flight.gate;
    gate.exit(outcome, took);
    if (outcome instanceof Outcome.Throttled throttled
        && throttled.scope() == Outcome.Scope.PROVIDER) {
      gate.pause(rules.pause(throttled));
    }
    if (failsOver(flight, outcome) && divert(flight, outcome, took)) {
      return true;
    }
    Outcome judged = effects.apply(flight, outcome);
    Settlement settlement = rules.settle(flight, judged, took);
    room.giveBack(1);
    settler.addQuietly(settlement);
    return true;
  }

  /**
   * Only what definitely was not taken may go to another provider, and what may have been taken
   * where a duplicate is preferred to silence.
   */
  private static boolean failsOver(Flight flight, Outcome outcome) {
    if (outcome instanceof Outcome.Unknown) {
      return flight.claimed.delivery().notification().unknownOutcome()
          == UnknownOutcome.PREFER_DUPLICATE;
    }
    return outcome instanceof Outcome.Retryable
        || outcome instanceof Outcome.Misconfigured
        || (outcome instanceof Outcome.Throttled throttled
            && throttled.scope() == Outcome.Scope.PROVIDER);
  }

  /** Goes on to the next provider, if there is one in use and the lease leaves time. */
  private boolean divert(Flight flight, Outcome outcome, long tookNanos) {
    if (router.size() == 1 || System.nanoTime() - flight.startBefore > 0) {
      return false;
    }
    Flight.Choice next = router.enter(flight.claimed.delivery(), flight.tried);
    if (next == null) {
      return false;
    }
    flight.failure = OutcomeRules.attempt(flight, outcome, tookNanos);
    flight.divert(next);
    // On a thread of ours: this one may be the failed provider's event loop.
    executor.execute(
        () -> {
          sendWithinLimit(next.gate(), List.of(flight));
          landed();
        });
    return true;
  }

  /** Stops taking work; what was handed off and not begun goes back. */
  void close() {
    closed = true;
    Boarded next;
    while ((next = handedOff.poll()) != null) {
      next.claimed.forEach(claimed -> end(OutcomeRules.handBack(claimed)));
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
      Alerts alerts,
      Renderer renderer,
      OutcomeRules rules,
      OutcomeEffects effects,
      Transitions transitions,
      StandIns standIns) {}
}
