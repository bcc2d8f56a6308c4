package dev.notifykit.dispatch;

import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.internal.FollowUps;
import dev.notifykit.internal.Traces;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.RateLimitStore;
import dev.notifykit.store.RateLimitStore.Grant;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks providers and takes their answers, which come at once or on the providers' threads; goes on
 * to the next provider where that is safe; hands the ends to the {@link Settler}.
 *
 * <p>No provider is asked after a flight's {@link Flight#startBefore}, and none may take longer
 * than its own timeout.
 */
final class Flights {
  private static final Logger log = LoggerFactory.getLogger(Flights.class);
  private static final Duration STORE_RETRY = Duration.ofMillis(500);

  private final Route route;
  private final RateLimitStore rateLimits;
  private final Scheduler scheduler;
  private final Executor executor;
  private final OutcomeRules rules;
  private final OutcomeEffects effects;
  private final StandIns standIns;
  private final Transitions transitions;
  private final Router router;
  private final Settler settler;
  private final Runnable onLanded;
  private final Outage outage;
  private final Map<ProviderGate, List<BucketCharge>> providerLimits = new HashMap<>();
  private final Set<String> traced = ConcurrentHashMap.newKeySet();

  /**
   * Creates the flights of a route.
   *
   * @param onLanded told when a delivery has ended later than {@link #send} returned
   */
  Flights(
      Route route,
      RouteDispatcher.Parts parts,
      List<ProviderGate> gates,
      Router router,
      Settler settler,
      Runnable onLanded) {
    this.route = route;
    this.rateLimits = parts.store().rateLimits();
    this.scheduler = parts.scheduler();
    this.executor = parts.executor();
    this.rules = parts.rules();
    this.effects = parts.effects();
    this.standIns = parts.standIns();
    this.transitions = parts.transitions();
    this.router = router;
    this.settler = settler;
    this.onLanded = onLanded;
    this.outage = parts.outage();
    gates.forEach(gate -> limit(gate, parts.policy()));
  }

  /** The fastest bucket first: what a slower one then refuses is back there the soonest. */
  private void limit(ProviderGate gate, DeliveryPolicy policy) {
    List<BucketCharge> charges =
        policy.limits().stream()
            .filter(limit -> limit.provider().filter(gate.name()::equals).isPresent())
            .map(l -> new BucketCharge(l.bucketKey("", ""), l.bucket(), l.onLimit()))
            .sorted(Comparator.comparingLong(charge -> charge.bucket().intervalNanos()))
            .toList();
    if (!charges.isEmpty()) {
      providerLimits.put(gate, charges);
    }
  }

  /**
   * Sends flights that are on the same leg. Whatever goes wrong here, for want of memory or of a
   * timer, each of them lands: one that did not would hold its place on this node for good.
   */
  void send(ProviderGate gate, List<Flight> flights) {
    int leg = flights.get(0).leg();
    try {
      sendAllowed(gate, flights);
    } catch (Throwable e) {
      flights.forEach(flight -> bringDown(flight, leg, e));
      threw(gate, e);
    }
  }

  private void bringDown(Flight flight, int leg, Throwable e) {
    if (flight.isAloft()) {
      landLater(flight, leg, new Outcome.Unknown("provider-failed"));
    } else if (flight.land(leg)) {
      end(
          flight,
          flight.unasked(
              rules.retryBeforeSend(flight.claimed, e.getClass().getName(), flight.startedAt)));
    }
  }

  /** Ends a flight whose provider is not asked. */
  private void stay(Flight flight, Settlement end) {
    if (flight.land(flight.leg())) {
      end(flight, end);
    }
  }

  private void end(Flight flight, Settlement end) {
    flight.gate.leave();
    settler.end(end);
  }

  /** Sends as many as the provider's rate limits allow; the rest waits for them. */
  private void sendAllowed(ProviderGate gate, List<Flight> flights) {
    List<BucketCharge> charges = providerLimits.get(gate);
    if (charges == null) {
      sendAll(gate, flights);
      return;
    }
    Grant grant = grant(charges, flights.size());
    if (grant.tokens() < flights.size()) {
      gate.pause(grant.retryIn());
      for (Flight flight : flights.subList(grant.tokens(), flights.size())) {
        stay(flight, flight.unasked(rules.notNow(flight.claimed, grant.retryIn())));
      }
    }
    if (grant.tokens() > 0) {
      sendAll(gate, flights.subList(0, grant.tokens()));
    }
  }

  private Grant grant(List<BucketCharge> charges, int wanted) {
    try {
      Grant grant = take(charges, wanted);
      outage.ended(this);
      return grant;
    } catch (Throwable e) { // whatever it is: these flights have to end
      outage.began(this, "providers' limits cannot be asked; tried again twice a second");
      log.debug("asking for the limits of {} failed", route, e);
      return new Grant(0, STORE_RETRY);
    }
  }

  private Grant take(List<BucketCharge> charges, int wanted) {
    // First a look at all: while one is empty, the others must not give theirs for nothing.
    for (BucketCharge charge : charges.size() == 1 ? List.<BucketCharge>of() : charges) {
      Duration wait = rateLimits.waitFor(charge);
      if (!wait.isZero()) {
        return new Grant(0, wait);
      }
    }
    Grant all = new Grant(wanted, Duration.ZERO);
    for (BucketCharge charge : charges) {
      Grant grant = rateLimits.take(charge, all.tokens());
      boolean isLonger = grant.retryIn().compareTo(all.retryIn()) > 0;
      all = new Grant(grant.tokens(), isLonger ? grant.retryIn() : all.retryIn());
      if (all.tokens() == 0) {
        break;
      }
    }
    return all;
  }

  private void sendAll(ProviderGate gate, List<Flight> prepared) {
    List<Flight> flights = handBackLate(charged(prepared));
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
      CompletionStage<Outcome> stage = stage(gate, stages, i);
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
        stay(flight, flight.unasked(OutcomeRules.handBack(flight.claimed)));
      }
    }
    return inTime;
  }

  /** What stands in for another takes its tokens now that nothing else holds it up. */
  private List<Flight> charged(List<Flight> flights) {
    List<Flight> charged = flights;
    for (Flight flight : flights) {
      Settlement end = flight.needsTokens() ? charge(flight) : null;
      if (end != null) {
        charged = charged == flights ? new ArrayList<>(flights) : charged;
        charged.remove(flight);
        stay(flight, end);
      }
    }
    return charged;
  }

  /** A defect costs this delivery an attempt, as it does when it is prepared. */
  private @Nullable Settlement charge(Flight flight) {
    try {
      return standIns.charge(flight.claimed, flight.category);
    } catch (Throwable e) {
      log.error(
          "{}: delivery {} could not be charged",
          route,
          flight.claimed.delivery().id(),
          Traces.withoutMessages(e));
      return rules.retryBeforeSend(flight.claimed, e.getClass().getName(), flight.startedAt);
    }
  }

  /** Whatever a provider throws, an error too: its flights have to land. */
  private List<CompletionStage<Outcome>> ask(ProviderGate gate, List<SendRequest> requests) {
    try {
      List<CompletionStage<Outcome>> stages = gate.provider().sendAll(requests);
      return stages == null ? List.of() : stages;
    } catch (Throwable e) {
      threw(gate, e);
      return Collections.nCopies(
          requests.size(),
          CompletableFuture.completedFuture(new Outcome.Unknown("provider-threw")));
    }
  }

  /** With where it came from, the first of a kind: a provider mostly fails alike on all. */
  private void threw(ProviderGate gate, Throwable e) {
    String type = e.getClass().getName();
    if (traced.add(gate.name() + ' ' + type)) {
      log.error("{}: provider {} threw", route, gate.name(), Traces.withoutMessages(e));
    } else {
      log.error("{}: provider {} threw {}", route, gate.name(), type);
    }
  }

  /** A list may make its elements as they are asked for, and throw then. */
  private CompletionStage<Outcome> stage(
      ProviderGate gate, List<CompletionStage<Outcome>> stages, int i) {
    try {
      CompletionStage<Outcome> given = i < stages.size() ? stages.get(i) : null;
      if (given != null) {
        return given;
      }
      log.error("{}: provider {} gave no answer", route, gate.name());
    } catch (Throwable e) {
      threw(gate, e);
    }
    return CompletableFuture.completedFuture(new Outcome.Unknown("provider-failed"));
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

  /** A stage of another's making may throw where it is to be listened to, and never tell. */
  private void await(Leg leg, Deadline deadline, int place) {
    try {
      leg.stage.whenComplete((outcome, failure) -> landed(leg, deadline, place, outcome, failure));
    } catch (Throwable e) {
      landed(leg, deadline, place, null, e);
    }
  }

  private void landed(
      Leg leg,
      Deadline deadline,
      int place,
      @Nullable Outcome outcome,
      @Nullable Throwable failure) {
    deadline.landed(place);
    landLater(leg.flight, leg.number, outcome != null ? outcome : failed(leg.flight, failure));
  }

  private Outcome failed(Flight flight, @Nullable Throwable failure) {
    if (failure == null) {
      log.error("{}: provider {} gave no answer", route, flight.gate.name());
    } else {
      Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
      threw(flight.gate, wrapped == null ? failure : wrapped);
    }
    return new Outcome.Unknown("provider-failed");
  }

  private void landLater(Flight flight, int leg, Outcome outcome) {
    if (land(flight, leg, outcome)) {
      FollowUps.once(onLanded);
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
      gate.pause(rules.pause(flight.claimed.delivery().channel(), throttled));
    }
    if (failsOver(flight, outcome) && divert(flight, outcome, took)) {
      return true;
    }
    Outcome judged = effects.apply(flight, outcome);
    Settlement settlement = rules.settle(flight, judged, took);
    settler.end(settlement);
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

  private Flight.@Nullable Choice next(Flight flight) {
    try {
      return router.enter(flight.claimed.delivery(), flight.tried);
    } catch (Throwable e) {
      log.error("{}: no other provider could be looked for", route, Traces.withoutMessages(e));
      return null;
    }
  }

  /** Goes on to the next provider, if there is one in use and the lease leaves time. */
  private boolean divert(Flight flight, Outcome outcome, long tookNanos) {
    if (router.size() == 1 || System.nanoTime() - flight.startBefore > 0) {
      return false;
    }
    Flight.Choice next = next(flight);
    if (next == null) {
      return false;
    }
    Settlement before = rules.settle(flight, outcome, tookNanos);
    transitions.diverted(before);
    flight.divert(next, before);
    // On a thread of ours: this one may be the failed provider's event loop.
    executor.execute(
        () -> {
          send(next.gate(), List.of(flight));
          onLanded.run();
        });
    return true;
  }
}
