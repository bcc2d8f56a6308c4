package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hash table whose chains are numbers: an entry stands in a slot, and each slot knows the next of
 * its chain. For millions of entries that takes a third of what a map of nodes does, and to a
 * garbage collector it is one array that fills from one end: links from entry to entry, or from
 * chance places of an old table to what was just made, would have it look all over the heap.
 * Thread-safe; cut into stripes with a lock each, under which nothing waits.
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
      int slot = stripe.find(key, hash);
      return slot == Stripe.NONE ? null : stripe.entry(slot);
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

  /** Visits every entry that is there throughout, outside of the locks. */
  final void forEach(Consumer<E> visitor) {
    for (Stripe stripe : stripes) {
      List<E> entries;
      synchronized (stripe) {
        entries = stripe.entries();
      }
      entries.forEach(visitor);
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

  /** Guarded by itself. Slots count from 1, so that an array of zeros is one of empty chains. */
  private final class Stripe {
    static final int NONE = 0;

    private @Nullable Object[] entries = new Object[16];
    private int[] hashes = new int[16];
    private int[] next = new int[16]; // of its chain, or of the free slots
    private int[] heads = new int[16];
    private int free = NONE;
    private int used; // slots that were ever taken

    int find(K key, int hash) {
      int slot = heads[chain(hash)];
      while (slot != NONE && !(hashes[slot] == hash && has(entry(slot), key))) {
        slot = next[slot];
      }
      return slot;
    }

    void put(K key, int hash, E entry) {
      int slot = find(key, hash);
      if (slot == NONE) {
        slot = take();
        hashes[slot] = hash;
        link(slot);
      }
      entries[slot] = entry;
    }

    private int take() {
      int slot = free;
      if (slot != NONE) {
        free = next[slot];
        return slot;
      }
      if (++used == entries.length) {
        grow();
      }
      return used;
    }

    private void link(int slot) {
      int chain = chain(hashes[slot]);
      next[slot] = heads[chain];
      heads[chain] = slot;
    }

    /** Only ever called when no slot is free. */
    private void grow() {
      int size = entries.length * 2;
      entries = Arrays.copyOf(entries, size);
      hashes = Arrays.copyOf(hashes, size);
      next = new int[size];
      heads = new int[size];
      for (int slot = 1; slot < used; slot++) {
        link(slot);
      }
    }

    void remove(E entry, int hash) {
      int chain = chain(hash);
      int before = NONE;
      int slot = heads[chain];
      while (slot != NONE && entries[slot] != entry) {
        before = slot;
        slot = next[slot];
      }
      if (slot == NONE) {
        return;
      }
      if (before == NONE) {
        heads[chain] = next[slot];
      } else {
        next[before] = next[slot];
      }
      entries[slot] = null;
      next[slot] = free;
      free = slot;
    }

    List<E> entries() {
      List<E> all = new ArrayList<>();
      for (int slot = 1; slot <= used; slot++) {
        if (entries[slot] != null) {
          all.add(entry(slot));
        }
      }
      return all;
    }

    private int chain(int hash) {
      return (hash >>> STRIPE_BITS) & (heads.length - 1);
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // only entries are ever put there
    private E entry(int slot) {
      return (E) entries[slot];
    }
  }
}
