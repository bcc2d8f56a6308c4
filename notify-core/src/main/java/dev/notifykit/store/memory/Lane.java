package dev.notifykit.store.memory;

import dev.notifykit.Attempt;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one route: the transitions of its rows.
 *
 * <h2>Where a row is</h2>
 *
 * A row is in exactly one place, which its state decides: what waits is in the {@link Backlog},
 * what is {@code CLAIMED} in the list of claims, which is no longer than what is in flight, what is
 * {@code UNKNOWN} in the heap by the end of its wait, and what has ended in the {@link History}.
 * Beside that it is among the {@link Arrivals}, from its append until it is forgotten. A row that
 * is found by its notification may be in no place at all yet, within one append.
 *
 * <h2>Locks</h2>
 *
 * One lock guards all of it and every field of the route's rows. Nothing of another lane and no
 * listener is touched while it is held. The index, the preferences and the capacity are thread-safe
 * of their own and may be touched under it; none of them calls back.
 */
final class Lane {
  /** So that whoever appends need not wait for a whole batch. */
  private static final int AT_ONCE = 32;

  private static final int SPINS = 200;

  private final ReentrantLock lock = new ReentrantLock();
  private final Route route;
  private final RowIndex index;
  private final Capacity capacity;
  private final MemoryPreferences preferences;

  private final Arrivals arrivals = new Arrivals();
  private final Backlog backlog = new Backlog();
  private final RowList claimed = new RowList();
  private final RowHeap unknown = new RowHeap.ByDeadline();
  private final History history;

  Lane(
      Route route,
      RowIndex index,
      Capacity capacity,
      MemoryPreferences preferences,
      Retention retention) {
    this.route = route;
    this.index = index;
    this.capacity = capacity;
    this.preferences = preferences;
    this.history = new History(index, arrivals, retention);
  }

  Route route() {
    return route;
  }

  /** Others hold it for a few microseconds, less than a thread takes to sleep and to wake up. */
  private void acquire() {
    for (int i = 0; i < SPINS; i++) {
      if (lock.tryLock()) {
        return;
      }
      Thread.onSpinWait();
    }
    lock.lock();
  }

  /** Runs a reading or an action that spans several rows under the lock. */
  <T extends @Nullable Object> T locked(Supplier<T> action) {
    acquire();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  Delivery snapshot(Row row) {
    return locked(row::toDelivery);
  }

  // --- append and claim ---------------------------------------------------------------------

  /**
   * Takes in those of a notification's rows that are this lane's, claiming the ones that are due
   * and overtake nobody, as long as the caller's dispatcher has room.
   *
   * @param slots how many it takes
   * @return whether any of them waits
   */
  boolean admit(Row[] rows, long now, int slots, Duration lease, List<ClaimedDelivery> out) {
    int most = out.size() + slots;
    boolean waits = false;
    acquire();
    try {
      for (Row row : rows) {
        if (row.lane != this) {
          continue;
        }
        arrivals.add(row);
        index.add(row);
        if (row.state().isTerminal()) {
          history.add(row);
        } else if (out.size() < most && mayStart(row, now)) {
          out.add(claim(row, now, StoreTime.later(now, lease)));
        } else {
          backlog.add(row);
          waits = true;
        }
      }
      history.trim(now);
      return waits;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayStart(Row row, long now) {
    return row.due <= now && !backlog.hasDueBefore(row.priority(), now);
  }

  void claim(int max, long now, Duration lease, List<ClaimedDelivery> out) {
    long deadline = StoreTime.later(now, lease);
    boolean mayBeMore = true;
    while (mayBeMore && out.size() < max) {
      mayBeMore = claimSome(Math.min(max, out.size() + AT_ONCE), now, deadline, out);
    }
  }

  /** Returns whether it found as many as it might. */
  private boolean claimSome(int max, long now, long deadline, List<ClaimedDelivery> out) {
    acquire();
    try {
      Row row;
      while (out.size() < max && (row = backlog.firstDue(now)) != null) {
        backlog.remove(row);
        out.add(claim(row, now, deadline));
      }
      return out.size() == max;
    } finally {
      lock.unlock();
    }
  }

  private ClaimedDelivery claim(Row row, long now, long deadline) {
    if (row.state() != DeliveryState.READY) {
      row.become(DeliveryState.READY, now);
    }
    row.become(DeliveryState.CLAIMED, now);
    row.token++;
    row.attempts++;
    row.deadline = deadline;
    claimed.addLast(row);
    return new ClaimedDelivery(
        row.delivery(),
        row.token,
        row.attempts,
        preferences.atClaim(row),
        preferences.isSuppressed(row),
        row);
  }

  // --- settle -------------------------------------------------------------------------------

  /**
   * Settles those of a batch that are this lane's.
   *
   * @param rows the settlements' rows, null where there is none any more
   * @return whether any row waits again
   */
  boolean settle(
      List<Settlement> settlements, @Nullable Row[] rows, long now, List<Settlement> refused) {
    boolean waitsAgain = false;
    for (int from = 0; from < rows.length; from += AT_ONCE) {
      int to = Math.min(rows.length, from + AT_ONCE);
      waitsAgain |= settle(settlements, rows, from, to, now, refused);
    }
    return waitsAgain;
  }

  private boolean settle(
      List<Settlement> settlements,
      @Nullable Row[] rows,
      int from,
      int to,
      long now,
      List<Settlement> refused) {
    boolean waitsAgain = false;
    long ended = 0;
    acquire();
    try {
      for (int i = from; i < to; i++) {
        Row row = rows[i];
        if (row == null || row.lane != this) {
          continue;
        }
        Settlement s = settlements.get(i);
        if (row.state() != DeliveryState.CLAIMED || row.token != s.claimed().token()) {
          row.log(stale(s, now));
          refused.add(s);
          continue;
        }
        settle(row, s, now);
        waitsAgain |= row.state().isWaiting();
        ended += row.state().isTerminal() ? 1 : 0;
      }
      history.trim(now);
    } finally {
      lock.unlock();
    }
    capacity.release(ended);
    return waitsAgain;
  }

  private void settle(Row row, Settlement s, long now) {
    claimed.remove(row);
    row.become(s.to(), now);
    row.reason(s.reason());
    row.recoveries = 0;
    if (!s.spendsAttempt()) {
      row.attempts--;
    }
    if (s.attempt() != null) {
      row.log(s.attempt());
    }
    if (s.provider() != null) {
      index.asked(row, s.provider(), s.providerMessageId());
    }
    place(row, s.delay() == null ? Duration.ZERO : s.delay(), now);
  }

  /** Puts a row that is in no place where its new state belongs. */
  private void place(Row row, Duration delay, long now) {
    switch (row.state()) {
      case READY -> backlog.add(row);
      case RETRY_WAIT -> {
        row.due = StoreTime.later(now, delay);
        backlog.add(row);
      }
      case UNKNOWN -> {
        row.deadline = StoreTime.later(now, delay);
        unknown.add(row);
      }
      default -> history.add(row);
    }
  }

  private static Attempt stale(Settlement s, long now) {
    Attempt a = s.attempt();
    return new Attempt(
        s.claimed().delivery().id(),
        s.claimed().attempt(),
        s.provider(),
        "Stale",
        a == null ? s.reason() : a.code(),
        a == null ? StoreTime.instant(now) : a.startedAt(),
        a == null ? Duration.ZERO : a.took());
  }

  // --- recovery -----------------------------------------------------------------------------

  /**
   * Takes back lapsed claims and closes what waited in vain.
   *
   * @return whether any row waits again
   */
  boolean recover(
      int maxRecoveries, Duration reconcileWithin, int limit, long now, List<StateChange> out) {
    int before = out.size();
    acquire();
    try {
      boolean waitsAgain = takeBack(maxRecoveries, reconcileWithin, limit, now, out);
      Row row;
      while (out.size() < limit && (row = unknown.due(now)) != null) {
        unknown.remove(row);
        out.add(end(row, DeliveryState.DEAD, DeadReason.OUTCOME_UNKNOWN.name(), now));
      }
      while (out.size() < limit && (row = backlog.firstExpired(now)) != null) {
        backlog.remove(row);
        out.add(end(row, DeliveryState.EXPIRED, null, now));
      }
      history.trim(now);
      return waitsAgain;
    } finally {
      lock.unlock();
      capacity.release(ended(out, before));
    }
  }

  /** Goes from the latest claim to the first, so that each goes back to the head of its list. */
  private boolean takeBack(
      int maxRecoveries, Duration reconcileWithin, int limit, long now, List<StateChange> out) {
    boolean waitsAgain = false;
    Row row = claimed.tail();
    while (row != null && out.size() < limit) {
      Row earlier = row.previous;
      if (row.deadline <= now) {
        claimed.remove(row);
        out.add(takeBack(row, maxRecoveries, reconcileWithin, now));
        waitsAgain |= row.state() == DeliveryState.READY;
      }
      row = earlier;
    }
    return waitsAgain;
  }

  private StateChange takeBack(Row row, int maxRecoveries, Duration reconcileWithin, long now) {
    row.recoveries = (byte) Math.min(row.recoveries + 1, Byte.MAX_VALUE);
    if (row.delivery().notification().unknownOutcome() == UnknownOutcome.PREFER_SILENCE) {
      row.become(DeliveryState.UNKNOWN, now);
    } else if (row.recoveries > maxRecoveries) {
      return end(row, DeliveryState.DEAD, DeadReason.POISON.name(), now);
    } else {
      row.become(DeliveryState.READY, now);
    }
    place(row, reconcileWithin, now);
    return new StateChange(DeliveryState.CLAIMED, row.toDelivery());
  }

  /** Ends a row that is in no place, with a state its own can become. */
  private StateChange end(Row row, DeliveryState to, @Nullable String reason, long now) {
    DeliveryState from = row.state();
    row.become(to, now);
    row.reason(reason);
    history.add(row);
    return new StateChange(from, row.toDelivery());
  }

  private static long ended(List<StateChange> changes, int from) {
    long count = 0;
    for (int i = from; i < changes.size(); i++) {
      count += changes.get(i).delivery().state().isTerminal() ? 1 : 0;
    }
    return count;
  }

  // --- single rows --------------------------------------------------------------------------

  @Nullable StateChange cancel(Row row, long now) {
    StateChange change =
        locked(
            () -> {
              if (!row.isParked()) {
                return null;
              }
              backlog.remove(row);
              return end(row, DeliveryState.CANCELLED, null, now);
            });
    capacity.release(change == null ? 0 : 1);
    return change;
  }

  /** Makes a stand-in that only waits for its time due then; returns whether it was later. */
  boolean hasten(Row row, long due) {
    return locked(
        () -> {
          if (!row.isParked() || !row.waitsForItsTimeOnly() || row.due <= due) {
            return false;
          }
          backlog.remove(row);
          row.due = due;
          backlog.add(row);
          return true;
        });
  }

  @Nullable StateChange replay(Row row, long now) {
    return locked(
        () -> {
          if (!row.isListedDead() || row.erased) {
            return null;
          }
          history.removeDead(row);
          row.become(DeliveryState.READY, now);
          row.attempts = 0;
          row.recoveries = 0;
          row.reason(null);
          row.due = now;
          backlog.add(row);
          capacity.acquireAnyway();
          return new StateChange(DeliveryState.DEAD, row.toDelivery());
        });
  }

  boolean discard(Row row) {
    return locked(
        () -> {
          if (!row.isListedDead()) {
            return false;
          }
          history.discard(row);
          return true;
        });
  }

  @Nullable StateChange advance(
      Row row, DeliveryState to, @Nullable String reason, @Nullable String messageId, long now) {
    StateChange change = locked(() -> advanceLocked(row, to, reason, messageId, now));
    capacity.release(change != null && change.from() == DeliveryState.UNKNOWN ? 1 : 0);
    return change;
  }

  private @Nullable StateChange advanceLocked(
      Row row, DeliveryState to, @Nullable String reason, @Nullable String messageId, long now) {
    DeliveryState from = row.state();
    if (from != DeliveryState.UNKNOWN && from != DeliveryState.ACCEPTED) {
      return null;
    }
    boolean inTwo = from.canBecome(DeliveryState.ACCEPTED) && DeliveryState.ACCEPTED.canBecome(to);
    if (!from.canBecome(to) && !inTwo) {
      return null;
    }
    leaveForReceipt(row);
    if (inTwo) {
      row.become(DeliveryState.ACCEPTED, now);
    }
    row.become(to, now);
    row.reason(reason);
    String provider = row.provider();
    if (messageId != null && provider != null) {
      index.asked(row, provider, messageId);
    }
    history.add(row);
    return new StateChange(from, row.toDelivery());
  }

  private void leaveForReceipt(Row row) {
    if (row.state() == DeliveryState.UNKNOWN) {
      unknown.remove(row);
    } else if (row.linked) {
      history.removeSettled(row);
    }
  }

  /**
   * Erases what a row says. One that waits is claimed and suppressed in the same step, by the store
   * itself; one in flight is suppressed when it is claimed next.
   */
  @Nullable StateChange erase(Row row, long now) {
    StateChange change =
        locked(
            () -> {
              row.eraseContent();
              return row.isParked() ? suppressErased(row, now) : null;
            });
    capacity.release(change == null ? 0 : 1);
    return change;
  }

  private StateChange suppressErased(Row row, long now) {
    DeliveryState from = row.state();
    backlog.remove(row);
    if (from != DeliveryState.READY) {
      row.become(DeliveryState.READY, now);
    }
    row.become(DeliveryState.CLAIMED, now);
    row.token++;
    end(row, DeliveryState.SUPPRESSED, SuppressionReason.ERASED.name(), now);
    return new StateChange(from, row.toDelivery());
  }

  // --- looks --------------------------------------------------------------------------------

  Optional<Duration> untilNextDue(long now) {
    return locked(() -> backlog.untilNextDue(now));
  }

  RouteDepth depth(long now) {
    return locked(() -> backlog.depth(claimed.size(), now));
  }

  /** Visits every row that is there throughout, outside of the lock. */
  void forEach(Consumer<Row> visitor) {
    for (Arrivals.Sheet sheet : locked(arrivals::sheets)) {
      locked(sheet::rows).forEach(visitor);
    }
  }

  /** Returns a page of a tenant's dead letters, by id. */
  List<Delivery> deadLetters(String tenant, @Nullable UUID after, int limit) {
    return locked(() -> history.deadLetters(tenant, after, limit));
  }

  /** Forgets some of what ended long ago; see {@link History#purge}. */
  int purge(long until, int limit) {
    return locked(() -> history.purge(until, limit));
  }
}
