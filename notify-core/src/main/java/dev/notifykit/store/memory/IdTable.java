package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of numbers beside a list of entries: a cell holds an entry's hash and its slot in
 * the list. For millions of entries that takes a third of what a map of nodes does; a look-up
 * mostly misses the processor's caches once; and to a garbage collector it is one array that fills
 * from one end, where links from chance places of an old table to what was just made would have it
 * look all over the heap. Thread-safe; cut into stripes with a lock each, under which nothing
 * waits.
 */
abstract class IdTable<K, E> {
  private static final int STRIPE_BITS = 6;
  private static final int STRIPES = 1 << STRIPE_BITS;

  private final List<Stripe> stripes = new ArrayList<>(STRIPES);

  IdTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Stripe());
    }
  }

  /** Returns whether this is the entry of a key. */
  abstract boolean has(E entry, K key);

  final @Nullable E get(K key, int hash) {
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      return stripe.get(key, hash);
    }
  }

  /** Adds an entry, in place of one with the same key. */
  final void put(K key, int hash, E entry) {
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      stripe.put(key, hash, entry);
    }
  }

  /** Removes an entry if it is there. */
  final void remove(E entry, int hash) {
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      stripe.remove(entry, hash);
    }
  }

  private Stripe stripe(int hash) {
    return stripes.get(hash & (STRIPES - 1));
  }

  static int hash(UUID id) {
    return spread(id.hashCode());
  }

  static int spread(int hash) {
    int h = hash * 0x9E3779B9;
    return h ^ (h >>> 16);
  }

  /**
   * Guarded by itself. An entry's cell is the first free one from where its hash says; a cell that
   * is cleared is filled by the next one after it that may stand there, so that no search ends too
   * early. Slots count from 1: a cell of 0 is free.
   */
  private final class Stripe {
    private long[] cells = new long[32];
    private @Nullable Object[] entries = new Object[16];
    private int[] freeSlots = new int[16];
    private int free;
    private int used; // slots that were ever taken

    @Nullable E get(K key, int hash) {
      int cell = find(key, hash);
      return cells[cell] == 0 ? null : entry(slot(cell));
    }

    void put(K key, int hash, E entry) {
      int cell = find(key, hash);
      if (cells[cell] != 0) {
        entries[slot(cell)] = entry;
        return;
      }
      int slot = takeSlot();
      entries[slot] = entry;
      place(hash, slot);
    }

    /** Returns the cell of a key, or the free one where its entry belongs. */
    private int find(K key, int hash) {
      int cell = home(hash);
      while (cells[cell] != 0 && !(hash(cell) == hash && has(entry(slot(cell)), key))) {
        cell = next(cell);
      }
      return cell;
    }

    private int takeSlot() {
      if (free > 0) {
        return freeSlots[--free];
      }
      if (used + 1 == entries.length) {
        grow();
      }
      return ++used;
    }

    private void grow() {
      entries = Arrays.copyOf(entries, entries.length * 2);
      long[] before = cells;
      cells = new long[before.length * 2];
      for (long content : before) {
        if (content != 0) {
          place((int) (content >>> 32), (int) content);
        }
      }
    }

    private void place(int hash, int slot) {
      int cell = home(hash);
      while (cells[cell] != 0) {
        cell = next(cell);
      }
      cells[cell] = (long) hash << 32 | slot;
    }

    void remove(E entry, int hash) {
      int cell = home(hash);
      while (cells[cell] != 0 && !(hash(cell) == hash && entries[slot(cell)] == entry)) {
        cell = next(cell);
      }
      if (cells[cell] != 0) {
        int slot = slot(cell);
        entries[slot] = null;
        freeSlots = free < freeSlots.length ? freeSlots : Arrays.copyOf(freeSlots, free * 2);
        freeSlots[free++] = slot;
        clear(cell);
      }
    }

    private void clear(int cell) {
      int hole = cell;
      for (int i = next(hole); cells[i] != 0; i = next(i)) {
        if (distance(home(hash(i)), i) >= distance(hole, i)) {
          cells[hole] = cells[i];
          hole = i;
        }
      }
      cells[hole] = 0;
    }

    private int home(int hash) {
      return (hash >>> STRIPE_BITS) & (cells.length - 1);
    }

    private int next(int cell) {
      return (cell + 1) & (cells.length - 1);
    }

    private int distance(int from, int to) {
      return (to - from) & (cells.length - 1);
    }

    private int hash(int cell) {
      return (int) (cells[cell] >>> 32);
    }

    private int slot(int cell) {
      return (int) cells[cell];
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only entries are ever put there
    private E entry(int slot) {
      return (E) entries[slot];
    }
  }
}
