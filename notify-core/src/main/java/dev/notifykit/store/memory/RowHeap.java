package dev.notifykit.store.memory;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap of rows, soonest first, in which each row knows its place and can leave at once.
 */
abstract class RowHeap {
  private @Nullable Row[] rows = new Row[16];
  private int size;

  /** What it is ordered by; must not change while the row is in. */
  abstract long time(Row row);

  abstract int slot(Row row);

  abstract void slot(Row row, int slot);

  final int size() {
    return size;
  }

  final @Nullable Row peek() {
    return size == 0 ? null : rows[0];
  }

  /** Returns the first row if its time has come. */
  final @Nullable Row due(long now) {
    Row first = peek();
    return first != null && time(first) <= now ? first : null;
  }

  final void add(Row row) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
    }
    size++;
    rise(size - 1, row);
  }

  final void remove(Row row) {
    int hole = slot(row);
    slot(row, -1);
    size--;
    Row last = at(size);
    rows[size] = null;
    if (last != row) {
      sink(hole, last);
      if (at(hole) == last) {
        rise(hole, last);
      }
    }
  }

  /** Counts the rows whose time has come; they are a tree at the top. */
  final long countDue(long now) {
    return countDue(0, now);
  }

  private long countDue(int from, long now) {
    if (from >= size || time(at(from)) > now) {
      return 0;
    }
    return 1 + countDue(2 * from + 1, now) + countDue(2 * from + 2, now);
  }

  private void rise(int hole, Row row) {
    long time = time(row);
    while (hole > 0) {
      int parent = (hole - 1) >>> 1;
      Row above = at(parent);
      if (time(above) <= time) {
        break;
      }
      place(hole, above);
      hole = parent;
    }
    place(hole, row);
  }

  private void sink(int hole, Row row) {
    long time = time(row);
    int child = 2 * hole + 1;
    while (child < size) {
      if (child + 1 < size && time(at(child + 1)) < time(at(child))) {
        child++;
      }
      Row below = at(child);
      if (time <= time(below)) {
        break;
      }
      place(hole, below);
      hole = child;
      child = 2 * hole + 1;
    }
    place(hole, row);
  }

  private void place(int index, Row row) {
    rows[index] = row;
    slot(row, index);
  }

  private Row at(int index) {
    Row row = rows[index];
    if (row == null) {
      throw new IllegalStateException("the heap has a hole at " + index + " of " + size);
    }
    return row;
  }

  /** By due time: what is scheduled or backs off. */
  static final class ByDue extends RowHeap {
    @Override
    long time(Row row) {
      return row.due;
    }

    @Override
    int slot(Row row) {
      return row.timerSlot;
    }

    @Override
    void slot(Row row, int slot) {
      row.timerSlot = slot;
    }
  }

  /** By deadline: what waits for a receipt. Shares the slot with {@link ByDue}: never in both. */
  static final class ByDeadline extends RowHeap {
    @Override
    long time(Row row) {
      return row.deadline;
    }

    @Override
    int slot(Row row) {
      return row.timerSlot;
    }

    @Override
    void slot(Row row, int slot) {
      row.timerSlot = slot;
    }
  }

  /** By expiry: what waits and must not wait for ever. */
  static final class ByExpiry extends RowHeap {
    @Override
    long time(Row row) {
      return row.expiry();
    }

    @Override
    int slot(Row row) {
      return row.expirySlot;
    }

    @Override
    void slot(Row row, int slot) {
      row.expirySlot = slot;
    }
  }
}
