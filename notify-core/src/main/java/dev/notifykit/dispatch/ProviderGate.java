package dev.notifykit.dispatch;

import dev.notifykit.ProviderStats;
import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether and how much a provider may be asked: its breaker, its in-flight limit, its pauses.
 *
 * <p>The breaker counts what says that the provider itself is in trouble (retryable, unknown,
 * misconfigured). A rejected message or a dead token is an answer of a healthy provider. It opens
 * when half of the last calls were trouble, and for a provider that is asked rarely after ten
 * troubles in a row. Time is the scheduler's alone: an open breaker is half opened by a timer, so
 * that nobody reads a clock.
 */
final class ProviderGate {
  private static final int WINDOW = 100;
  private static final int LEAST_CALLS = 20;
  private static final int MOST_IN_A_ROW = 10;
  private static final Duration FIRST_PROBE = Duration.ofSeconds(5);
  private static final Duration LAST_PROBE = Duration.ofMinutes(5);

  private final Provider provider;
  private final Scheduler scheduler;
  private final Alerts alerts;
  private final Runnable onChange;
  private final CircuitBreaker breaker;
  private final boolean servesSeveral;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger failedProbes = new AtomicInteger();
  private final AtomicInteger pauses = new AtomicInteger();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final InvalidationGuard invalidations = new InvalidationGuard();
  private volatile boolean misconfigured;
  private volatile int troublesInARow;

  /** The breaker's state as it was last told; see {@link #watch}. */
  private final AtomicReference<State> seen = new AtomicReference<>(State.CLOSED);

  private long lastTrouble; // guarded by "this"

  ProviderGate(Provider provider, Scheduler scheduler, Alerts alerts, Runnable onChange) {
    this.provider = provider;
    this.scheduler = scheduler;
    this.alerts = alerts;
    this.onChange = onChange;
    this.breaker = CircuitBreaker.of(provider.name(), breakerConfig());
    this.servesSeveral = provider.routes().size() > 1;
  }

  private static CircuitBreakerConfig breakerConfig() {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(WINDOW)
        .minimumNumberOfCalls(LEAST_CALLS)
        .failureRateThreshold(50)
        .permittedNumberOfCallsInHalfOpenState(1)
        // Never on its own: the scheduler half opens it.
        .waitDurationInOpenState(Duration.ofDays(3650))
        .build();
  }

  Provider provider() {
    return provider;
  }

  String name() {
    return provider.name();
  }

  InvalidationGuard invalidations() {
    return invalidations;
  }

  /** Returns how many sends it would take right now; 0 while it is paused or its breaker open. */
  int room() {
    if (pauses.get() > 0) {
      return 0;
    }
    return switch (breaker.getState()) {
      case CLOSED, DISABLED, METRICS_ONLY -> Math.max(0, provider.maxInFlight() - inFlight.get());
      case HALF_OPEN -> inFlight.get() == 0 ? 1 : 0;
      case OPEN, FORCED_OPEN -> 0;
    };
  }

  /** Returns whether it is in use, be it full or not. */
  boolean isAvailable() {
    State state = breaker.getState();
    return pauses.get() == 0 && state != State.OPEN && state != State.FORCED_OPEN;
  }

  /** Takes one of its places; each one taken is given back by {@link #exit} or {@link #leave}. */
  boolean tryEnter() {
    if (pauses.get() > 0) {
      return false;
    }
    if (inFlight.incrementAndGet() <= provider.maxInFlight() && breaker.tryAcquirePermission()) {
      return true;
    }
    inFlight.decrementAndGet();
    return false;
  }

  /** Gives a place back without having asked the provider. */
  void leave() {
    breaker.releasePermission();
    placeCameFree();
  }

  /** The route that gave it back knows; another that waits for a place here would not. */
  private void placeCameFree() {
    int before = inFlight.getAndDecrement();
    if (servesSeveral
        && (before >= provider.maxInFlight() || breaker.getState() == State.HALF_OPEN)) {
      onChange.run();
    }
  }

  /** Gives a place back with the provider's answer. */
  void exit(Outcome outcome, long tookNanos) {
    placeCameFree();
    if (outcome instanceof Outcome.Accepted) {
      accepted.increment();
    } else {
      failed.increment();
    }
    if (outcome instanceof Outcome.Misconfigured configuration) {
      misconfigured(configuration.code());
    } else if (outcome instanceof Outcome.Throttled throttled
        && throttled.scope() == Outcome.Scope.PROVIDER) {
      breaker.releasePermission();
    } else if (outcome instanceof Outcome.Retryable || outcome instanceof Outcome.Unknown) {
      breaker.onError(tookNanos, TimeUnit.NANOSECONDS, new ProviderTrouble());
      countTrouble(tookNanos);
    } else {
      troublesInARow = 0;
      breaker.onSuccess(tookNanos, TimeUnit.NANOSECONDS);
    }
    watch();
  }

  /**
   * Tells of a change of the breaker's state. Not by the breaker's own events: once somebody
   * listens to one kind of them, it makes one for every send. It looks again after each change, for
   * what one thread saw may be past when it writes that down.
   */
  private void watch() {
    State now = breaker.getState();
    while (now != seen.get()) {
      if (seen.getAndSet(now) != now) {
        stateChanged(now);
      }
      now = breaker.getState();
    }
  }

  /** What was under way together and broke together, as with one connection, counts once. */
  private synchronized void countTrouble(long tookNanos) {
    long now = System.nanoTime();
    boolean begunAfterTheLast = troublesInARow == 0 || now - tookNanos - lastTrouble > 0;
    if (!begunAfterTheLast) {
      return;
    }
    lastTrouble = now;
    troublesInARow++;
    if (troublesInARow >= MOST_IN_A_ROW && breaker.getState() == State.CLOSED) {
      troublesInARow = 0;
      breaker.transitionToOpenState();
    }
  }

  /** Takes no work for a while. */
  void pause(Duration duration) {
    pauses.incrementAndGet();
    scheduler.schedule(
        duration,
        () -> {
          pauses.decrementAndGet();
          onChange.run();
        });
  }

  private void misconfigured(String code) {
    misconfigured = true;
    breaker.releasePermission();
    if (breaker.getState() != State.OPEN) {
      breaker.transitionToOpenState();
    }
    alerts.raise(
        AlertKind.PROVIDER_MISCONFIGURED,
        null,
        name(),
        "it answered "
            + code
            + "; check its credentials and settings. Its work waits or goes to"
            + " the next provider, and it is probed");
  }

  private void stateChanged(State to) {
    if (to == State.OPEN) {
      opened();
    } else if (to == State.CLOSED) {
      misconfigured = false;
      failedProbes.set(0);
      alerts.clear(AlertKind.PROVIDER_DOWN, null, name());
      alerts.clear(AlertKind.PROVIDER_MISCONFIGURED, null, name());
    }
    onChange.run();
  }

  private void opened() {
    if (!misconfigured) {
      alerts.raise(
          AlertKind.PROVIDER_DOWN,
          null,
          name(),
          "most of its last sends failed. Its work waits or goes to the next provider, and it is"
              + " probed");
    }
    int doublings = Math.min(failedProbes.getAndIncrement(), 6);
    Duration wait = FIRST_PROBE.multipliedBy(1L << doublings);
    scheduler.schedule(wait.compareTo(LAST_PROBE) < 0 ? wait : LAST_PROBE, this::halfOpen);
  }

  /**
   * A late answer may open it again before anybody has seen it half open; it then has to be seen
   * that it was, or nothing is left that would probe it.
   */
  private void halfOpen() {
    if (breaker.getState() == State.OPEN) {
      breaker.transitionToHalfOpenState();
      seen.set(State.HALF_OPEN);
      onChange.run();
      watch();
    }
  }

  ProviderStats stats() {
    State state = breaker.getState();
    boolean up = state == State.CLOSED;
    return new ProviderStats(
        name(),
        up
            ? ProviderStats.State.UP
            : misconfigured ? ProviderStats.State.MISCONFIGURED : ProviderStats.State.DOWN,
        inFlight.get(),
        accepted.sum(),
        failed.sum());
  }

  int inFlight() {
    return inFlight.get();
  }

  boolean serves(Route route) {
    return provider.routes().contains(route);
  }

  /** What the breaker is told; it only counts. */
  private static final class ProviderTrouble extends Exception {
    private static final long serialVersionUID = 1L;

    ProviderTrouble() {
      super("provider trouble", null, false, false);
    }
  }
}
