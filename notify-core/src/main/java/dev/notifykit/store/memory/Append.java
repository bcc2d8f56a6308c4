package dev.notifykit.store.memory;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.memory.EventIds.Known;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One append on its way. Confined to one thread.
 *
 * <p>It takes room for the whole batch first, so that nothing after can refuse. Then, one after the
 * other, each notification takes its tokens, becomes rows, and these enter their lanes; all that
 * under the lock of its event id's shelf, where the id is looked for before and left after. So a
 * repeat finds nothing or everything. A shelf's lock comes before the lanes', theirs before the
 * index's, and nobody holds two shelves' or two lanes'.
 */
final class Append {
  private static final int ROUTES = Route.values().length;

  private final MemoryQueue queue;
  private final List<NewNotification> batch;
  private final Duration lease;
  private final int[] slots = new int[ROUTES]; // of the caller's dispatcher, as they are left
  private final List<Appended> results;
  private final List<ClaimedDelivery> handedOff;
  private final Set<Route> touched = EnumSet.noneOf(Route.class);
  private int waiting;
  private long now;
  private long nanos;

  Append(MemoryQueue queue, List<NewNotification> batch, Handoff handoff) {
    this.queue = queue;
    this.batch = batch;
    this.lease = handoff.lease();
    handoff.slots().forEach((route, count) -> slots[route.ordinal()] = count);
    this.results = new ArrayList<>(batch.size());
    this.handedOff = new ArrayList<>(batch.size());
  }

  AppendResult run() {
    int wanted = wanted();
    queue.capacity.acquire(wanted);
    try {
      readTime();
      for (NewNotification n : batch) {
        results.add(n.dedupeWindow() == null ? store(n) : storeOnce(n, n.dedupeWindow()));
      }
    } finally {
      queue.capacity.release(wanted - waiting);
    }
    return new AppendResult(results, handedOff);
  }

  /** Only now: the wait for room may have been longer than a lease. */
  private void readTime() {
    Instant at = queue.time.clock().instant();
    now = StoreTime.micros(at);
    nanos = queue.time.nanos(at);
  }

  private int wanted() {
    int count = 0;
    for (NewNotification n : batch) {
      for (NewDelivery d : n.deliveries()) {
        count += d.state().isTerminal() ? 0 : 1;
      }
    }
    return count;
  }

  private Appended storeOnce(NewNotification n, Duration window) {
    StoredNotification stored = n.notification();
    EventKey key = queue.events.key(stored.tenant(), stored.eventId());
    EventIds.Shelf shelf = queue.events.shelf(key);
    shelf.lock.lock();
    try {
      Known first = shelf.find(key, nanos);
      if (first != null) {
        return repeat(stored, first);
      }
      Appended appended = store(n);
      shelf.add(key, window, new Known(stored.id(), stored.fingerprint()), nanos);
      return appended;
    } finally {
      shelf.lock.unlock();
    }
  }

  private static Appended repeat(StoredNotification repeated, Known first) {
    boolean same = first.fingerprint() == repeated.fingerprint();
    return new Appended(
        first.notificationId(), same ? Verdict.DUPLICATE : Verdict.CONFLICT, List.of());
  }

  private Appended store(NewNotification n) {
    List<NewDelivery> deliveries = n.deliveries();
    Row[] rows = new Row[deliveries.size()];
    List<Limited> limited = List.of();
    for (int i = 0; i < rows.length; i++) {
      NewDelivery d = deliveries.get(i);
      long wait = d.charges().isEmpty() ? 0 : queue.buckets.admit(d.charges(), nanos);
      Row row = row(d, i, wait);
      rows[i] = row;
      if (wait != Buckets.ADMITTED) {
        limited = limited.isEmpty() ? new ArrayList<>(2) : limited;
        limited.add(new Limited(i, deferredTo(row)));
      }
    }
    Members.tie(rows);
    enterLanes(rows);
    return new Appended(n.notification().id(), Verdict.NEW, limited);
  }

  private static @Nullable Instant deferredTo(Row row) {
    return row.state().isTerminal() ? null : StoreTime.instant(row.due);
  }

  private Row row(NewDelivery d, int position, long wait) {
    Lane lane = queue.lane(d.delivery().route());
    if (wait == Buckets.DROPPED) {
      return suppressed(d, lane, position, SuppressionReason.RATE_LIMITED);
    }
    if (d.state() == DeliveryState.SUPPRESSED) {
      return suppressed(d, lane, position, d.reason());
    }
    waiting++;
    // Up, so that a deferred delivery never comes before its token.
    long due = Math.max(notBefore(d), now + (wait + 999) / 1_000);
    DeliveryState state = wait > 0 ? DeliveryState.SCHEDULED : d.state();
    return new Row(lane, d.delivery(), position, state, due, now);
  }

  private Row suppressed(
      NewDelivery d, Lane lane, int position, @Nullable SuppressionReason reason) {
    Row row = new Row(lane, d.delivery(), position, DeliveryState.SUPPRESSED, now, now);
    row.reason(reason == null ? null : reason.name());
    return row;
  }

  private long notBefore(NewDelivery d) {
    Instant at = d.notBefore();
    return at == null ? now : StoreTime.microsNotBefore(at);
  }

  /** Each lane takes in its rows of a notification under one lock. */
  private void enterLanes(Row[] rows) {
    int entered = 0;
    for (Row row : rows) {
      int bit = 1 << row.lane.route().ordinal();
      if ((entered & bit) == 0) {
        entered |= bit;
        enter(row.lane, rows);
      }
    }
  }

  private void enter(Lane lane, Row[] rows) {
    int route = lane.route().ordinal();
    int before = handedOff.size();
    if (lane.admit(rows, now, slots[route], lease, handedOff)) {
      touched.add(lane.route());
    }
    slots[route] -= handedOff.size() - before;
  }

  /** Returns the routes in which something waits now. */
  Set<Route> touched() {
    return touched;
  }
}
