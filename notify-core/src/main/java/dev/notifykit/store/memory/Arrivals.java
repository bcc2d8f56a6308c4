package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every row of a lane that is not forgotten, roughly in the order they came, so that all of them
 * can be visited though nothing finds one of them. The lane's lock guards it.
 *
 * <p>A row stands on a line of a sheet and leaves it blank when it goes; a sheet goes with its last
 * row. Sheets are short, since a dead letter may keep one long after its neighbours went.
 */
final class Arrivals {
  private static final int LINES = 64;

  /** A part of the list. */
  static final class Sheet {
    private final @Nullable Row[] rows = new Row[LINES];
    private int used;
    private int left;
    private @Nullable Sheet previous;
    private @Nullable Sheet next;

    private boolean isFull() {
      return used == LINES;
    }

    private void add(Row row) {
      row.sheet = this;
      row.line = (byte) used;
      rows[used++] = row;
      left++;
    }

    private void blot(Row row) {
      rows[row.line] = null;
      row.sheet = null;
      left--;
    }

    List<Row> rows() {
      List<Row> present = new ArrayList<>(left);
      for (int i = 0; i < used; i++) {
        Row row = rows[i];
        if (row != null) {
          present.add(row);
        }
      }
      return present;
    }
  }

  private @Nullable Sheet last;

  void add(Row row) {
    Sheet sheet = last;
    if (sheet == null || sheet.isFull()) {
      sheet = new Sheet();
      sheet.previous = last;
      if (last != null) {
        last.next = sheet;
      }
      last = sheet;
    }
    sheet.add(row);
  }

  void remove(Row row) {
    Sheet sheet = row.sheet;
    if (sheet != null) {
      sheet.blot(row);
      if (sheet.left == 0 && sheet.isFull()) {
        takeOut(sheet);
      }
    }
  }

  private void takeOut(Sheet sheet) {
    if (sheet.previous != null) {
      sheet.previous.next = sheet.next;
    }
    if (sheet.next != null) {
      sheet.next.previous = sheet.previous;
    } else {
      last = sheet.previous;
    }
    // One that has grown old must not keep the next, and so all after it, from the collector.
    sheet.previous = null;
    sheet.next = null;
  }

  /** Returns the sheets there are, the latest first. */
  List<Sheet> sheets() {
    List<Sheet> all = new ArrayList<>();
    for (Sheet sheet = last; sheet != null; sheet = sheet.previous) {
      all.add(sheet);
    }
    return all;
  }
}
