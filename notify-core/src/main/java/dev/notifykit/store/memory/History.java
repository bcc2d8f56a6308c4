package dev.notifykit.store.memory;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What has ended in a lane, whose lock guards it: the settled in the order they settled, the listed
 * dead letters, and those that are listed no more.
 */
final class History {
  /** So that nobody waits long for others' past. */
  private static final int TRIMMED_AT_ONCE = 256;

  private final RowIndex index;
  private final Arrivals arrivals;
  private final Retention retention;
  private final RowList settled = new RowList();

  /** By id, so that each page of them begins where the one before ended. */
  private final TreeMap<UUID, Row> dead = new TreeMap<>(Ids::compare);

  /** The same in the order they died, which is the order they are dropped in. */
  private final RowList died = new RowList();

  private final RowList discarded = new RowList();

  History(RowIndex index, Arrivals arrivals, Retention retention) {
    this.index = index;
    this.arrivals = arrivals;
    this.retention = retention;
  }

  /** Takes in a row that has just ended. Only a listed dead letter keeps what it says. */
  void add(Row row) {
    if (row.isSuppressedAsErased()) {
      row.eraseContent();
    }
    if (row.state() == DeliveryState.DEAD) {
      dead.put(row.id(), row);
      died.addLast(row);
    } else {
      row.dropContent();
      settled.addLast(row);
    }
  }

  /** Lets a dead letter go that is sent again. */
  void removeDead(Row row) {
    dead.remove(row.id());
    died.remove(row);
  }

  /** Lets a settled row go that a receipt moves on. */
  void removeSettled(Row row) {
    settled.remove(row);
  }

  void discard(Row row) {
    removeDead(row);
    row.discarded = true;
    row.dropContent();
    discarded.addLast(row);
  }

  /** Returns a tenant's first dead letters of those after an id. */
  List<Delivery> deadLetters(String tenant, @Nullable UUID after, int limit) {
    return (after == null ? dead : dead.tailMap(after, /* inclusive= */ false))
        .values().stream()
            .filter(row -> row.belongsTo(tenant))
            .limit(limit)
            .map(Row::toDelivery)
            .toList();
  }

  /** Forgets what the retention does not cover any more; of what is merely old, a few at a time. */
  void trim(long now) {
    Row longest;
    while (died.size() > retention.count() && (longest = died.head()) != null) {
      discard(longest);
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

  private void forgetFirst(RowList list) {
    Row row = list.head();
    if (row != null) {
      forget(list, row);
    }
  }

  private void forget(RowList list, Row row) {
    list.remove(row);
    arrivals.remove(row);
    index.forget(row);
  }

  /**
   * Forgets some of what ended at or before a time, listed dead letters aside.
   *
   * @return how many; fewer than {@code limit} means that is all
   */
  int purge(long until, int limit) {
    return purge(settled, until, limit) + purge(discarded, until, limit);
  }

  private int purge(RowList list, long until, int limit) {
    int purged = 0;
    Row row = list.head();
    while (row != null && purged < limit) {
      Row next = row.next;
      if (row.updated <= until) {
        forget(list, row);
        purged++;
      } else if (list == settled) {
        return purged; // sorted by that time, where the discarded are not
      }
      row = next;
    }
    return purged;
  }
}
