package dev.notifykit.dispatch;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the ends of one route's claims in batches, while the route goes on claiming. What cannot
 * be written is kept and tried again: the outcome is known only here.
 */
final class Settler {
  private static final Logger log = LoggerFactory.getLogger(Settler.class);
  private static final int MAX_BATCH = 512;
  private static final int FULL = 8_192;
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);

  /**
   * What ends this soon after other ends were written is written together: a shared store is spared
   * a round trip for each of many lone sends.
   */
  private static final Duration SPACING = Duration.ofMillis(1);

  private final Route route;
  private final DeliveryQueue queue;
  private final boolean isShared;
  private final Scheduler scheduler;
  private final Outage outage;
  private final StandIns standIns;
  private final Transitions transitions;
  private final Room room;
  private final Runnable onRelief;
  private final Consumer<Duration> onRetry;
  private final Queue<Settlement> pending = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();
  private final Signal signal;
  private List<Settlement> unwritten = List.of(); // only touched by the running task, as the next
  private long lastWritten = System.nanoTime();
  private volatile boolean failing;
  private volatile boolean wasFull;

  /**
   * Creates a settler.
   *
   * @param room where a claim that has ended gives its place back
   * @param onRelief told when it has been full and is so no more
   * @param onRetry told how long a delivery waits that will be tried again
   */
  Settler(
      Route route,
      RouteDispatcher.Parts parts,
      Room room,
      Runnable onRelief,
      Consumer<Duration> onRetry) {
    this.route = route;
    this.queue = parts.store().queue();
    this.isShared = parts.store().isShared();
    this.scheduler = parts.scheduler();
    this.outage = parts.outage();
    this.standIns = parts.standIns();
    this.transitions = parts.transitions();
    this.room = room;
    this.onRelief = onRelief;
    this.onRetry = onRetry;
    this.signal = new Signal(parts.executor(), this::run);
  }

  /** Takes the end of a claim, to be written with others after the next {@link #flush}. */
  void end(Settlement settlement) {
    size.incrementAndGet();
    pending.add(settlement);
    room.giveBack(1); // last: it must not look idle in between
  }

  /** Has what has ended written by a thread of ours. */
  void flush() {
    signal.signal();
  }

  /** As {@link #flush}, by this thread of ours if the store answers out of this process' memory. */
  void flushHere() {
    if (isShared) {
      signal.signal();
    } else {
      signal.runHere();
    }
  }

  /**
   * Returns whether nothing more should be claimed: the last outcomes could not be written, or too
   * many are not yet.
   */
  boolean isFull() {
    if (!failing && size.get() < FULL) {
      return false;
    }
    wasFull = true;
    return failing || size.get() >= FULL; // again: it may have ended before that was noted
  }

  boolean isIdle() {
    return size.get() == 0;
  }

  private void run() {
    while (true) {
      List<Settlement> batch = unwritten.isEmpty() ? take() : unwritten;
      if (batch.isEmpty()) {
        return;
      }
      unwritten = batch;
      if (!write(batch)) {
        scheduler.schedule(RETRY_DELAY, signal::signal);
        return;
      }
      if (wasFull && size.get() < FULL / 2) {
        wasFull = false;
        onRelief.run();
      }
    }
  }

  private List<Settlement> take() {
    if (isShared && !pending.isEmpty() && size.get() < MAX_BATCH) {
      LockSupport.parkNanos(lastWritten + SPACING.toNanos() - System.nanoTime());
    }
    List<Settlement> batch = new ArrayList<>(Math.min(size.get() + 1, MAX_BATCH));
    Settlement next;
    while (batch.size() < MAX_BATCH && (next = pending.poll()) != null) {
      batch.add(next);
    }
    return batch;
  }

  private boolean write(List<Settlement> batch) {
    List<Settlement> refused;
    try {
      batch.forEach(standIns::beforeSettled);
      refused = queue.settle(batch);
    } catch (Throwable e) { // whatever it is: the outcome is known only here
      failing = true;
      outage.began(
          this,
          "outcomes cannot be written ("
              + e.getClass().getSimpleName()
              + "); they are kept and tried again, nothing more is claimed");
      log.debug("settling {} on {} failed", batch.size(), route, e);
      return false;
    }
    unwritten = List.of();
    failing = false;
    lastWritten = System.nanoTime();
    outage.ended(this);
    try {
      publish(batch, refused);
    } finally {
      size.addAndGet(-batch.size()); // last: whoever waits for idleness sees what followed from it
    }
    return true;
  }

  private void publish(List<Settlement> batch, List<Settlement> refused) {
    if (refused.isEmpty()) {
      batch.forEach(this::settled);
      return;
    }
    log.warn(
        "{}: {} results came after their lease was lost; they went to the attempt log only",
        route,
        refused.size());
    Set<Settlement> stale = Collections.newSetFromMap(new IdentityHashMap<>());
    stale.addAll(refused);
    batch.stream().filter(s -> !stale.contains(s)).forEach(this::settled);
  }

  private void settled(Settlement end) {
    transitions.settled(end);
    standIns.settled(end);
    Duration delay = end.delay();
    if (end.to() == DeliveryState.RETRY_WAIT && delay != null) {
      onRetry.accept(delay);
    }
  }
}
