package dev.notifykit.store.memory;

import org.jspecify.annotations.Nullable;

/** A linked list threaded through its rows: any row leaves in constant time, none is wrapped. */
final class RowList {
  private @Nullable Row head;
  private @Nullable Row tail;
  private int size;

  @Nullable Row head() {
    return head;
  }

  @Nullable Row tail() {
    return tail;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return head == null;
  }

  void addLast(Row row) {
    link(tail, row, null);
  }

  /** Puts a row that comes back before the first that was due later; that is mostly the head. */
  void addByDue(Row row) {
    Row before = null;
    Row after = head;
    while (after != null && after.due < row.due) {
      before = after;
      after = after.next;
    }
    link(before, row, after);
  }

  private void link(@Nullable Row before, Row row, @Nullable Row after) {
    row.home = this;
    row.previous = before;
    row.next = after;
    if (before == null) {
      head = row;
    } else {
      before.next = row;
    }
    if (after == null) {
      tail = row;
    } else {
      after.previous = row;
    }
    size++;
  }

  void remove(Row row) {
    Row before = row.previous;
    Row after = row.next;
    if (before == null) {
      head = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      tail = before;
    } else {
      after.previous = before;
    }
    row.home = null;
    row.previous = null;
    row.next = null;
    size--;
  }
}
