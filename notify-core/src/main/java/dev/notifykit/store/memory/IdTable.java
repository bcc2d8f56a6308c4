package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hash table by id whose entries are their own nodes, each holding the next of its chain: for
 * millions of entries a third of what a map of nodes takes. Thread-safe; cut into stripes with a
 * lock each, under which nothing waits.
 */
abstract class IdTable<E> {
  private static final int STRIPES = 64;

  private final List<Stripe> stripes = new ArrayList<>(STRIPES);

  IdTable() {
    for (int i = 0; i < STRIPES; i++) {
      stripes.add(new Stripe());
    }
  }

  abstract UUID id(E entry);

  /**
   * Returns the {@link #hash} of its id, which it keeps: looking at others' ids would cost more.
   */
  abstract int hash(E entry);

  abstract @Nullable E next(E entry);

  abstract void next(E entry, @Nullable E next);

  final @Nullable E get(UUID id) {
    int hash = hash(id);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      return stripe.find(id, hash);
    }
  }

  /** Adds an entry whose id is not there yet. */
  final void add(E entry) {
    int hash = hash(entry);
    Stripe stripe = stripe(hash);
    synchronized (stripe) {
      stripe.add(entry, hash);
    }
  }

  /** Removes an entry if it is there. */
  final void remove(E entry) {
    int hash = hash(entry);
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
    int h = id.hashCode() * 0x9E3779B9;
    return h ^ (h >>> 16);
  }

  /** Guarded by itself. */
  private final class Stripe {
    private @Nullable Object[] heads = new Object[16];
    private int size;

    @Nullable E find(UUID id, int hash) {
      E entry = head(slot(hash));
      while (entry != null && (hash(entry) != hash || !id(entry).equals(id))) {
        entry = next(entry);
      }
      return entry;
    }

    void add(E entry, int hash) {
      if (size >= heads.length) {
        grow();
      }
      link(entry, hash);
      size++;
    }

    private void link(E entry, int hash) {
      int slot = slot(hash);
      next(entry, head(slot));
      heads[slot] = entry;
    }

    void remove(E entry, int hash) {
      int slot = slot(hash);
      E before = head(slot);
      if (before == entry) {
        heads[slot] = next(entry);
      } else {
        while (before != null && next(before) != entry) {
          before = next(before);
        }
        if (before == null) {
          return;
        }
        next(before, next(entry));
      }
      next(entry, null);
      size--;
    }

    private void grow() {
      @Nullable Object[] old = heads;
      heads = new Object[old.length * 2];
      for (Object chain : old) {
        E entry = entry(chain);
        while (entry != null) {
          E following = next(entry);
          link(entry, hash(entry));
          entry = following;
        }
      }
    }

    List<E> entries() {
      List<E> all = new ArrayList<>(size);
      for (int slot = 0; slot < heads.length; slot++) {
        for (E entry = head(slot); entry != null; entry = next(entry)) {
          all.add(entry);
        }
      }
      return all;
    }

    private int slot(int hash) {
      return (hash >>> 6) & (heads.length - 1);
    }

    private @Nullable E head(int slot) {
      return entry(heads[slot]);
    }

    @SuppressWarnings("unchecked") // only entries are ever put there
    private @Nullable E entry(@Nullable Object head) {
      return (E) head;
    }
  }
}
