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

  /**
   * Puts a row between those due sooner and those due later. Looks from both ends: one that comes
   * back belongs near the head, one whose append lost a race near the tail.
   */
  void addByDue(Row row) {
    Row front = head;
    Row back = tail;
    while (front != null && back != null) {
      if (front.due >= row.due) {
        link(front.previous, row, front);
        return;
      }
      if (back.due <= row.due) {
        link(back, row, back.next);
        return;
      }
      front = front.next;
      back = back.previous;
    }
    link(tail, row, null);
  }

  private void link(@Nullable Row before, Row row, @Nullable Row after) {
    row.linked = true;
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
    row.linked = false;
    row.previous = null;
    row.next = null;
    size--;
  }
}
