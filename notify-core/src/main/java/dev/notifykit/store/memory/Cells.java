package dev.notifykit.store.memory;

/**
 * The numbers of a hash table whose entries are kept elsewhere, each in a numbered slot: a cell has
 * an entry's hash and its slot. So a look-up mostly misses the processor's caches once, and what is
 * not there is mostly found missing without a look at any entry.
 *
 * <p>An entry's cell is the first free one from where its hash says; a cell that is cleared is
 * filled by the next one after it that may stand there, so that no search ends too early. Guarded
 * by whoever has it.
 */
final class Cells {
  /** What {@link #first} and {@link #next} return at the end. */
  static final int NONE = -1;

  private final long[] cells; // the slot counts from 1 here: a cell of 0 is free

  /**
   * Creates cells that are all free.
   *
   * @param entries the most there will be, a power of two
   */
  Cells(int entries) {
    this.cells = new long[entries * 2];
  }

  /** Returns the first cell with a hash, or {@link #NONE}. */
  int first(int hash) {
    return from(home(hash), hash);
  }

  /** Returns the next cell with a hash after one that has it, or {@link #NONE}. */
  int next(int cell, int hash) {
    return from(after(cell), hash);
  }

  private int from(int start, int hash) {
    int cell = start;
    while (cells[cell] != 0) {
      if (hash(cell) == hash) {
        return cell;
      }
      cell = after(cell);
    }
    return NONE;
  }

  /** Returns the slot that a cell names. */
  int slot(int cell) {
    return (int) cells[cell] - 1;
  }

  void add(int hash, int slot) {
    int cell = home(hash);
    while (cells[cell] != 0) {
      cell = after(cell);
    }
    cells[cell] = (long) hash << 32 | (slot + 1);
  }

  /** Adds everything that others have. */
  void addAll(Cells others) {
    for (long content : others.cells) {
      if (content != 0) {
        add((int) (content >>> 32), (int) content - 1);
      }
    }
  }

  /** Frees a cell. */
  void clear(int cell) {
    int hole = cell;
    for (int i = after(hole); cells[i] != 0; i = after(i)) {
      if (distance(home(hash(i)), i) >= distance(hole, i)) {
        cells[hole] = cells[i];
        hole = i;
      }
    }
    cells[hole] = 0;
  }

  /** The lowest bits mostly chose among several tables. */
  private int home(int hash) {
    return (hash >>> 8) & (cells.length - 1);
  }

  private int after(int cell) {
    return (cell + 1) & (cells.length - 1);
  }

  private int distance(int from, int to) {
    return (to - from) & (cells.length - 1);
  }

  private int hash(int cell) {
    return (int) (cells[cell] >>> 32);
  }
}
