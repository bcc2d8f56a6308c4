package dev.notifykit.store.memory;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One append on its way. Confined to one thread.
 *
 * <p>It takes room for the whole batch first, so that nothing after can refuse. Then each
 * notification wins or loses its event id, takes its tokens and becomes rows; last, each lane takes
 * in its rows under one lock. A repeat that meets an event id whose append is still on its way
 * waits for it, but only after its own batch is done: so no two appends wait for each other, and
 * whoever is told of a first delivery finds it.
 */
final class Append {
  private static final Route[] ROUTES = Route.values();

  private record Win(NewNotification notification, EventIds.Known known) {}

  private final MemoryQueue queue;
  private final List<NewNotification> batch;
  private final long now;
  private final long nanos;
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private final List<Appended> results;
  private final List<ClaimedDelivery> handedOff;
  private final List<Win> wins;
  private final List<CompletableFuture<Boolean>> awaited = new ArrayList<>(0);
  private final @Nullable List<Row>[] rows;
  private final List<Route> touched = new ArrayList<>(1);
  private int unused;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists, one a route
  Append(MemoryQueue queue, List<NewNotification> batch, long now, long nanos) {
    this.queue = queue;
    this.batch = batch;
    this.now = now;
    this.nanos = nanos;
    this.results = new ArrayList<>(batch.size());
    this.wins = new ArrayList<>(batch.size());
    this.handedOff = new ArrayList<>(batch.size());
    this.rows = new List[ROUTES.length];
  }

  AppendResult run(Handoff handoff) {
    int wanted = waiting(batch);
    queue.capacity.acquire(wanted);
    queue.events.at(nanos);
    boolean stored = false;
    try {
      for (NewNotification n : batch) {
        results.add(add(n));
      }
      queue.capacity.release(unused);
      enterLanes(handoff);
      stored = true;
    } finally {
      finish(stored, wanted);
    }
    awaitFirsts();
    return new AppendResult(results, handedOff);
  }

  private static int waiting(List<NewNotification> batch) {
    int count = 0;
    for (NewNotification n : batch) {
      count += waiting(n);
    }
    return count;
  }

  private static int waiting(NewNotification n) {
    int count = 0;
    for (NewDelivery d : n.deliveries()) {
      count += d.state().isTerminal() ? 0 : 1;
    }
    return count;
  }

  private Appended add(NewNotification n) {
    StoredNotification stored = n.notification();
    EventIds.Known first = firstOfSameEvent(n);
    if (first == null) {
      return new Appended(stored.id(), Verdict.NEW, store(n));
    }
    unused += waiting(n);
    if (first.fingerprint != stored.fingerprint()) {
      return new Appended(first.notificationId, Verdict.CONFLICT, List.of());
    }
    CompletableFuture<Boolean> pending = first.pending;
    if (pending != null) {
      awaited.add(pending);
    }
    return new Appended(first.notificationId, Verdict.DUPLICATE, List.of());
  }

  /** Wins the event id, or returns what won it before. */
  private EventIds.@Nullable Known firstOfSameEvent(NewNotification n) {
    Duration window = n.dedupeWindow();
    if (window == null) {
      return null;
    }
    StoredNotification stored = n.notification();
    EventIds.Known known = new EventIds.Known(stored.id(), stored.fingerprint(), done);
    EventIds.Known first =
        queue.events.putIfAbsent(stored.tenant(), stored.eventId(), known, window);
    if (first == null) {
      wins.add(new Win(n, known));
    }
    return first;
  }

  private List<Limited> store(NewNotification n) {
    List<NewDelivery> deliveries = n.deliveries();
    Row[] added = new Row[deliveries.size()];
    List<Limited> limited = List.of();
    for (int i = 0; i < added.length; i++) {
      NewDelivery d = deliveries.get(i);
      long wait = d.charges().isEmpty() ? 0 : queue.buckets.admit(d.charges(), nanos);
      Row row = row(d, i, wait);
      added[i] = row;
      if (wait != Buckets.ADMITTED) {
        limited = limited.isEmpty() ? new ArrayList<>(2) : limited;
        limited.add(new Limited(i, deferredTo(row)));
      }
      rowsOf(row.lane.route()).add(row);
    }
    queue.index.add(added);
    return limited;
  }

  private static @Nullable Instant deferredTo(Row row) {
    return row.state().isTerminal() ? null : StoreTime.instant(row.due);
  }

  private Row row(NewDelivery d, int position, long wait) {
    Lane lane = queue.lane(d.delivery().route());
    if (wait == Buckets.DROPPED) {
      unused++;
      return suppressed(d, lane, position, SuppressionReason.RATE_LIMITED);
    }
    if (d.state() == DeliveryState.SUPPRESSED) {
      return suppressed(d, lane, position, d.reason());
    }
    // Up, so that a deferred delivery never comes before its token.
    long due = Math.max(notBefore(d), now + (wait + 999) / 1_000);
    DeliveryState state = wait > 0 ? DeliveryState.SCHEDULED : d.state();
    return new Row(lane, d.delivery(), position, state, due, now);
  }

  private Row suppressed(
      NewDelivery d, Lane lane, int position, @Nullable SuppressionReason reason) {
    Row row = new Row(lane, d.delivery(), position, DeliveryState.SUPPRESSED, now, now);
    row.reason(reason == null ? null : reason.name());
    if (reason == SuppressionReason.ERASED) {
      row.eraseContent();
    }
    return row;
  }

  private long notBefore(NewDelivery d) {
    Instant at = d.notBefore();
    return at == null ? now : StoreTime.microsNotBefore(at);
  }

  private List<Row> rowsOf(Route route) {
    List<Row> list = rows[route.ordinal()];
    if (list == null) {
      list = new ArrayList<>(batch.size());
      rows[route.ordinal()] = list;
    }
    return list;
  }

  private void enterLanes(Handoff handoff) {
    for (Route route : ROUTES) {
      List<Row> entering = rows[route.ordinal()];
      if (entering != null) {
        int slots = handoff.slots().getOrDefault(route, 0);
        if (queue.lane(route).admit(entering, now, slots, handoff.lease(), handedOff)) {
          touched.add(route);
        }
      }
    }
  }

  /** Lets the repeats go on; after a failure, which only a defect can be, as if never tried. */
  private void finish(boolean stored, int wanted) {
    for (Win win : wins) {
      StoredNotification n = win.notification().notification();
      if (!stored) {
        queue.events.forget(n.tenant(), n.eventId(), win.known());
      }
      win.known().pending = null;
    }
    done.complete(stored);
    if (!stored) {
      queue.capacity.release(wanted);
    }
  }

  private void awaitFirsts() {
    try {
      for (CompletableFuture<Boolean> first : awaited) {
        first.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("an append's end is never an exception", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          "interrupted while another append of the same event id was on its way; whether this batch"
              + " was stored is not known, so append the same event ids again",
          e);
    }
  }

  /** Returns the routes in which something waits now. */
  List<Route> touched() {
    return touched;
  }
}
