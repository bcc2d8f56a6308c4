package dev.notifykit.store.memory;

import dev.notifykit.store.memory.EventIds.Known;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The event ids of one shelf that are remembered equally long, oldest first, so that what has
 * expired is at the front. They are numbers in arrays: there may be millions for days, and as
 * objects each would cost four times the memory and a garbage collector its way through them.
 *
 * <p>An id stands at a place of the ring, and each place knows an older one of its chain. A place
 * that has expired is empty to {@link #find} at once, and is given up as others come.
 */
final class EventRing {
  private static final int SMALLEST = 16;

  /** What one place holds. */
  private static final int HIGH = 0;

  private static final int LOW = 1;
  private static final int ID_HIGH = 2;
  private static final int ID_LOW = 3;
  private static final int FINGERPRINT = 4;
  private static final int EXPIRY = 5;
  private static final int WIDTH = 6;

  /** More than one, so that the ring shrinks; few, so that nobody waits long for others' past. */
  private static final int GIVEN_UP_AT_ONCE = 4;

  private static final int NONE = -1;

  private final long window;
  private long[] places = new long[SMALLEST * WIDTH];
  private int[] older = new int[SMALLEST];
  private int[] newest = emptyChains(SMALLEST);
  private int first;
  private int size;

  /**
   * Creates a ring.
   *
   * @param window how long its ids are remembered, in nanoseconds
   */
  EventRing(long window) {
    this.window = window;
  }

  long window() {
    return window;
  }

  @Nullable Known find(EventKey key, long now) {
    int place = newest[chain(key.low())];
    while (place != NONE && !(isOf(place, key) && at(place, EXPIRY) > now)) {
      place = older[place];
    }
    return place == NONE
        ? null
        : new Known(new UUID(at(place, ID_HIGH), at(place, ID_LOW)), at(place, FINGERPRINT));
  }

  private boolean isOf(int place, EventKey key) {
    return at(place, LOW) == key.low() && at(place, HIGH) == key.high();
  }

  void add(EventKey key, Known known, long now) {
    giveUpExpired(now);
    if (size == older.length) {
      resize(size * 2);
    }
    int place = (first + size++) & (older.length - 1);
    set(place, HIGH, key.high());
    set(place, LOW, key.low());
    set(place, ID_HIGH, known.notificationId().getMostSignificantBits());
    set(place, ID_LOW, known.notificationId().getLeastSignificantBits());
    set(place, FINGERPRINT, known.fingerprint());
    set(place, EXPIRY, now + window);
    link(place);
  }

  private void giveUpExpired(long now) {
    for (int i = 0; i < GIVEN_UP_AT_ONCE && size > 0 && at(first, EXPIRY) <= now; i++) {
      unlinkFirst();
      first = (first + 1) & (older.length - 1);
      size--;
    }
    if (older.length > SMALLEST && size < older.length / 8) {
      resize(older.length / 4);
    }
  }

  /** The oldest of all is the oldest of its chain. */
  private void unlinkFirst() {
    int chain = chain(at(first, LOW));
    int place = newest[chain];
    if (place == first) {
      newest[chain] = NONE;
      return;
    }
    while (older[place] != first) {
      place = older[place];
    }
    older[place] = NONE;
  }

  private void link(int place) {
    int chain = chain(at(place, LOW));
    older[place] = newest[chain];
    newest[chain] = place;
  }

  private void resize(int capacity) {
    long[] before = places;
    int mask = older.length - 1;
    places = new long[capacity * WIDTH];
    older = new int[capacity];
    newest = emptyChains(capacity);
    for (int i = 0; i < size; i++) {
      int from = (first + i) & mask;
      System.arraycopy(before, from * WIDTH, places, i * WIDTH, WIDTH);
      link(i);
    }
    first = 0;
  }

  private static int[] emptyChains(int count) {
    int[] chains = new int[count];
    java.util.Arrays.fill(chains, NONE);
    return chains;
  }

  /** The lowest bits chose the shelf. */
  private int chain(long low) {
    return (int) (low >>> 8) & (newest.length - 1);
  }

  private long at(int place, int what) {
    return places[place * WIDTH + what];
  }

  private void set(int place, int what, long value) {
    places[place * WIDTH + what] = value;
  }
}
