package dev.notifykit.store.memory;

import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.store.RouteDepth;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a lane, whose lock guards it.
 *
 * <p>A row that is {@code READY} stands in the list of its priority, longest due first; one that is
 * {@code SCHEDULED} or in {@code RETRY_WAIT} in the heap of its priority, by due time. Nothing
 * moves a row when its time comes: whoever takes one looks at both heads and takes the one due
 * first. What has an expiry is in the heap by expiry besides.
 */
final class Backlog {
  private static final Priority[] PRIORITIES = Priority.values();

  private final RowList[] ready = new RowList[PRIORITIES.length];
  private final RowHeap[] timers = new RowHeap[PRIORITIES.length];
  private final RowHeap expiring = new RowHeap.ByExpiry();

  Backlog() {
    for (int p = 0; p < PRIORITIES.length; p++) {
      ready[p] = new RowList();
      timers[p] = new RowHeap.ByDue();
    }
  }

  void add(Row row) {
    int p = row.priority().ordinal();
    if (row.state() != DeliveryState.READY) {
      timers[p].add(row);
    } else if (isLastDue(row, ready[p].tail())) {
      ready[p].addLast(row);
    } else {
      ready[p].addByDue(row);
    }
    if (row.expiry() != Long.MAX_VALUE) {
      expiring.add(row);
    }
  }

  private static boolean isLastDue(Row row, @Nullable Row last) {
    return last == null || last.due <= row.due;
  }

  void remove(Row row) {
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

  /** Returns what a claim takes next: of the highest priority that has any, the longest due. */
  @Nullable Row firstDue(long now) {
    return firstDue(PRIORITIES.length - 1, now);
  }

  /** Returns whether something is due that a row of this priority must not overtake. */
  boolean hasDueBefore(Priority priority, long now) {
    return firstDue(priority.ordinal(), now) != null;
  }

  private @Nullable Row firstDue(int lowest, long now) {
    for (int p = 0; p <= lowest; p++) {
      Row first = earlier(ready[p].head(), timers[p].due(now));
      if (first != null) {
        return first;
      }
    }
    return null;
  }

  private static @Nullable Row earlier(@Nullable Row waiting, @Nullable Row timed) {
    if (waiting == null || timed == null) {
      return waiting == null ? timed : waiting;
    }
    return timed.due <= waiting.due ? timed : waiting;
  }

  @Nullable Row firstExpired(long now) {
    return expiring.due(now);
  }

  Optional<Duration> untilNextDue(long now) {
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
  }

  RouteDepth depth(long inFlight, long now) {
    long due = 0;
    long all = 0;
    long oldest = now;
    for (int p = 0; p < PRIORITIES.length; p++) {
      due += ready[p].size() + timers[p].countDue(now);
      all += ready[p].size() + timers[p].size();
      Row first = earlier(ready[p].head(), timers[p].due(now));
      oldest = first == null ? oldest : Math.min(oldest, first.due);
    }
    return new RouteDepth(due, all - due, inFlight, StoreTime.duration(now - oldest));
  }
}
