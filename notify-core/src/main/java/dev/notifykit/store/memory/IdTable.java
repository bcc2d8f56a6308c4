package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of {@link Cells} beside a list of entries. For millions of entries that takes a
 * third of what a map of nodes does; and to a garbage collector it is one array that fills from one
 * end, where links from chance places of an old table to what was just made would have it look all
 * over the heap. Thread-safe; cut into stripes with a lock each, under which nothing waits.
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

  /** Guarded by itself. */
  private final class Stripe {
    private Cells cells = new Cells(16);
    private @Nullable Object[] entries = new Object[16];
    private int[] freeSlots = new int[16];
    private int free;
    private int used; // slots that were ever taken

    @Nullable E get(K key, int hash) {
      int cell = find(key, hash);
      return cell == Cells.NONE ? null : entry(cells.slot(cell));
    }

    void put(K key, int hash, E entry) {
      int cell = find(key, hash);
      if (cell != Cells.NONE) {
        entries[cells.slot(cell)] = entry;
        return;
      }
      int slot = takeSlot();
      entries[slot] = entry;
      cells.add(hash, slot);
    }

    private int find(K key, int hash) {
      int cell = cells.first(hash);
      while (cell != Cells.NONE && !has(entry(cells.slot(cell)), key)) {
        cell = cells.next(cell, hash);
      }
      return cell;
    }

    private int takeSlot() {
      if (free > 0) {
        return freeSlots[--free];
      }
      if (used == entries.length) {
        grow();
      }
      return used++;
    }

    private void grow() {
      entries = Arrays.copyOf(entries, entries.length * 2);
      Cells before = cells;
      cells = new Cells(entries.length);
      cells.addAll(before);
    }

    void remove(E entry, int hash) {
      int cell = cells.first(hash);
      while (cell != Cells.NONE && entries[cells.slot(cell)] != entry) {
        cell = cells.next(cell, hash);
      }
      if (cell != Cells.NONE) {
        int slot = cells.slot(cell);
        entries[slot] = null;
        freeSlots = free < freeSlots.length ? freeSlots : Arrays.copyOf(freeSlots, free * 2);
        freeSlots[free++] = slot;
        cells.clear(cell);
      }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only entries are ever put there
    private E entry(int slot) {
      return (E) entries[slot];
    }
  }
}
