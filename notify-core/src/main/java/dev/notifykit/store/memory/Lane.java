package dev.notifykit.store.memory;

import dev.notifykit.Attempt;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queue of one route.
 *
 * <h2>Where a row is</h2>
 *
 * A row is in exactly one place, which its state decides:
 *
 * <ul>
 *   <li>{@code READY}: the list of its priority, longest due first;
 *   <li>{@code SCHEDULED}, {@code RETRY_WAIT}: the heap of its priority, by due time. Nothing moves
 *       a row when its time comes; a claim looks at both heads and takes the one due first;
 *   <li>{@code CLAIMED}: the list of claims, which is no longer than what is in flight;
 *   <li>{@code UNKNOWN}: the heap by the end of its wait;
 *   <li>settled: the list of the settled in the order they settled, or of the listed dead letters,
 *       or of the discarded ones.
 * </ul>
 *
 * What waits and has an expiry is in the heap by expiry besides. A row is in no place at all only
 * between its entry in the index and its arrival here, within one append.
 *
 * <h2>Locks</h2>
 *
 * One lock guards all of it and every field of the route's rows. Nothing of another lane and no
 * listener is touched while it is held. The index, the preferences and the capacity are thread-safe
 * of their own and may be touched under it; none of them calls back.
 */
final class Lane {
  private static final Priority[] PRIORITIES = Priority.values();

  /** So that nobody waits long for others' past. */
  private static final int TRIMMED_AT_ONCE = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Route route;
  private final RowIndex index;
  private final Capacity capacity;
  private final MemoryPreferences preferences;
  private final Retention retention;

  private final RowList[] ready = new RowList[PRIORITIES.length];
  private final RowHeap[] timers = new RowHeap[PRIORITIES.length];
  private final RowHeap expiring = new RowHeap.ByExpiry();
  private final RowList claimed = new RowList();
  private final RowHeap unknown = new RowHeap.ByDeadline();
  private final RowList settled = new RowList();
  private final RowList dead = new RowList();
  private final RowList discarded = new RowList();

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
    this.retention = retention;
    for (int p = 0; p < PRIORITIES.length; p++) {
      ready[p] = new RowList();
      timers[p] = new RowHeap.ByDue();
    }
  }

  Route route() {
    return route;
  }

  /** Runs a reading or an action that spans several rows under the lock. */
  <T extends @Nullable Object> T locked(Supplier<T> action) {
    lock.lock();
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
   * Takes in new rows, claiming those for which the caller's dispatcher has room and which overtake
   * nobody.
   *
   * @return whether any of them waits
   */
  boolean admit(List<Row> rows, long now, int slots, Duration lease, List<ClaimedDelivery> out) {
    lock.lock();
    try {
      int free = slots;
      boolean waits = false;
      for (Row row : rows) {
        if (row.state().isTerminal()) {
          settled.addLast(row);
        } else if (free > 0 && row.due <= now && !anyDueBefore(row, now)) {
          free--;
          out.add(claim(row, now, StoreTime.later(now, lease)));
        } else {
          park(row);
          waits = true;
        }
      }
      trim(now);
      return waits;
    } finally {
      lock.unlock();
    }
  }

  void claim(int max, long now, Duration lease, List<ClaimedDelivery> out) {
    long deadline = StoreTime.later(now, lease);
    lock.lock();
    try {
      for (int p = 0; p < PRIORITIES.length; p++) {
        Row row;
        while (out.size() < max && (row = firstDue(p, now)) != null) {
          unpark(row);
          out.add(claim(row, now, deadline));
        }
      }
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
        row.delivery,
        row.token,
        row.attempts,
        preferences.atClaim(row),
        preferences.isSuppressed(row));
  }

  private boolean anyDueBefore(Row row, long now) {
    for (int p = 0; p <= row.priority().ordinal(); p++) {
      if (firstDue(p, now) != null) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Row firstDue(int priority, long now) {
    Row waiting = ready[priority].head();
    Row timed = timers[priority].due(now);
    if (waiting == null || timed == null) {
      return waiting == null ? timed : waiting;
    }
    return timed.due <= waiting.due ? timed : waiting;
  }

  private void park(Row row) {
    int p = row.priority().ordinal();
    if (row.state() == DeliveryState.READY) {
      Row last = ready[p].tail();
      if (last == null || last.due <= row.due) {
        ready[p].addLast(row);
      } else {
        ready[p].addByDue(row);
      }
    } else {
      timers[p].add(row);
    }
    if (row.delivery.notification().expiresAt() != null) {
      expiring.add(row);
    }
  }

  private void unpark(Row row) {
    int p = row.priority().ordinal();
    if (row.timerSlot < 0) {
      ready[p].remove(row);
    } else {
      timers[p].remove(row);
    }
    if (row.expirySlot >= 0) {
      expiring.remove(row);
    }
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
    long ended = 0;
    lock.lock();
    try {
      for (int i = 0; i < rows.length; i++) {
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
      trim(now);
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
      asked(row, s.provider(), s.providerMessageId());
    }
    place(row, s.delay() == null ? Duration.ZERO : s.delay(), now);
  }

  private void asked(Row row, String provider, @Nullable String messageId) {
    row.asked(provider, messageId);
    index.addProviderId(row);
  }

  /** Puts a row that is in no place where its new state belongs. */
  private void place(Row row, Duration delay, long now) {
    switch (row.state()) {
      case READY -> park(row);
      case RETRY_WAIT -> {
        row.due = StoreTime.later(now, delay);
        park(row);
      }
      case UNKNOWN -> {
        row.deadline = StoreTime.later(now, delay);
        unknown.add(row);
      }
      default -> retire(row);
    }
  }

  private void retire(Row row) {
    if (row.state() == DeliveryState.DEAD) {
      dead.addLast(row);
    } else {
      settled.addLast(row);
    }
    if (row.isSuppressedAsErased()) {
      row.eraseContent();
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
    lock.lock();
    try {
      boolean waitsAgain = takeBack(maxRecoveries, reconcileWithin, limit, now, out);
      Row row;
      while (out.size() < limit && (row = unknown.due(now)) != null) {
        unknown.remove(row);
        out.add(end(row, DeliveryState.DEAD, DeadReason.OUTCOME_UNKNOWN.name(), now));
      }
      while (out.size() < limit && (row = expiring.due(now)) != null) {
        unpark(row);
        out.add(end(row, DeliveryState.EXPIRED, null, now));
      }
      trim(now);
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
    if (row.delivery.notification().unknownOutcome() == UnknownOutcome.PREFER_SILENCE) {
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
    retire(row);
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
              unpark(row);
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
          unpark(row);
          row.due = due;
          park(row);
          return true;
        });
  }

  @Nullable StateChange replay(Row row, long now) {
    return locked(
        () -> {
          if (!row.isListedDead() || row.erased) {
            return null;
          }
          dead.remove(row);
          row.become(DeliveryState.READY, now);
          row.attempts = 0;
          row.recoveries = 0;
          row.reason(null);
          row.due = now;
          park(row);
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
          discardLocked(row);
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
      asked(row, provider, messageId);
    }
    retire(row);
    return new StateChange(from, row.toDelivery());
  }

  private void leaveForReceipt(Row row) {
    if (row.state() == DeliveryState.UNKNOWN) {
      unknown.remove(row);
    } else if (row.linked) {
      settled.remove(row);
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
    unpark(row);
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
    return locked(
        () -> {
          long first = Long.MAX_VALUE;
          for (int p = 0; p < PRIORITIES.length; p++) {
            if (!ready[p].isEmpty()) {
              return Optional.of(Duration.ZERO);
            }
            Row timed = timers[p].peek();
            first = timed == null ? first : Math.min(first, timed.due);
          }
          return first == Long.MAX_VALUE
              ? Optional.empty()
              : Optional.of(StoreTime.duration(Math.max(0, first - now)));
        });
  }

  RouteDepth depth(long now) {
    return locked(
        () -> {
          long due = 0;
          long all = 0;
          long oldest = now;
          for (int p = 0; p < PRIORITIES.length; p++) {
            due += ready[p].size() + timers[p].countDue(now);
            all += ready[p].size() + timers[p].size();
            Row first = firstDue(p, now);
            oldest = first == null ? oldest : Math.min(oldest, first.due);
          }
          return new RouteDepth(due, all - due, claimed.size(), StoreTime.duration(now - oldest));
        });
  }

  void deadLetters(String tenant, @Nullable UUID after, List<Delivery> out) {
    lock.lock();
    try {
      for (Row row = dead.head(); row != null; row = row.next) {
        if (row.belongsTo(tenant) && (after == null || Ids.compare(row.id(), after) > 0)) {
          out.add(row.toDelivery());
        }
      }
    } finally {
      lock.unlock();
    }
  }

  // --- forgetting ---------------------------------------------------------------------------

  /** Forgets what the retention does not cover any more; of what is merely old, a few at a time. */
  private void trim(long now) {
    while (dead.size() > retention.count()) {
      discardLocked(Objects.requireNonNull(dead.head()));
    }
    trim(discarded, now);
    trim(settled, now);
  }

  private void trim(RowList list, long now) {
    while (list.size() > retention.count()) {
      forgetFirst(list);
    }
    long oldest = retention.oldest(now);
    int left = TRIMMED_AT_ONCE;
    Row first;
    while (left-- > 0 && (first = list.head()) != null && first.updated < oldest) {
      forgetFirst(list);
    }
  }

  private void discardLocked(Row row) {
    dead.remove(row);
    row.discarded = true;
    discarded.addLast(row);
  }

  private void forgetFirst(RowList list) {
    Row row = list.head();
    if (row != null) {
      list.remove(row);
      index.forget(row);
    }
  }

  /**
   * Forgets some of what settled at or before a time.
   *
   * @return how many; fewer than {@code limit} means that is all
   */
  int purge(long until, int limit) {
    return locked(() -> purge(settled, until, limit) + purge(discarded, until, limit));
  }

  private int purge(RowList list, long until, int limit) {
    int purged = 0;
    Row row = list.head();
    while (row != null && purged < limit) {
      Row next = row.next;
      if (row.updated <= until) {
        list.remove(row);
        index.forget(row);
        purged++;
      } else if (list == settled) {
        return purged; // sorted by that time, where the discarded are not
      }
      row = next;
    }
    return purged;
  }
}
