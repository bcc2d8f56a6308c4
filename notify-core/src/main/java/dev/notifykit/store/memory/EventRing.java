package dev.notifykit.store.memory;

import dev.notifykit.store.memory.EventIds.Known;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The event ids of one shelf that are remembered equally long, oldest first, so that what has
 * expired is at the front. They are numbers in arrays: there may be millions for days, and as
 * objects each would cost four times the memory and a garbage collector its way through them.
 *
 * <p>An id stands at a place of the ring. A place that has expired is empty to {@link #find} at
 * once, and is given up as others come.
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

  private final long window;
  private long[] places = new long[SMALLEST * WIDTH];
  private Cells cells = new Cells(SMALLEST);
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
    int hash = hash(key.low());
    int cell = cells.first(hash);
    while (cell != Cells.NONE) {
      int place = cells.slot(cell);
      if (isOf(place, key) && at(place, EXPIRY) > now) {
        return known(place);
      }
      cell = cells.next(cell, hash);
    }
    return null;
  }

  private Known known(int place) {
    return new Known(new UUID(at(place, ID_HIGH), at(place, ID_LOW)), at(place, FINGERPRINT));
  }

  private boolean isOf(int place, EventKey key) {
    return at(place, LOW) == key.low() && at(place, HIGH) == key.high();
  }

  void add(EventKey key, Known known, long now) {
    giveUpExpired(now);
    if (size == capacity()) {
      resize(size * 2);
    }
    int place = (first + size++) & (capacity() - 1);
    set(place, HIGH, key.high());
    set(place, LOW, key.low());
    set(place, ID_HIGH, known.notificationId().getMostSignificantBits());
    set(place, ID_LOW, known.notificationId().getLeastSignificantBits());
    set(place, FINGERPRINT, known.fingerprint());
    set(place, EXPIRY, now + window);
    cells.add(hash(key.low()), place);
  }

  private void giveUpExpired(long now) {
    for (int i = 0; i < GIVEN_UP_AT_ONCE && size > 0 && at(first, EXPIRY) <= now; i++) {
      clearFirst();
      first = (first + 1) & (capacity() - 1);
      size--;
    }
    if (capacity() > SMALLEST && size < capacity() / 8) {
      resize(capacity() / 4);
    }
  }

  private void clearFirst() {
    int hash = hash(at(first, LOW));
    int cell = cells.first(hash);
    while (cells.slot(cell) != first) {
      cell = cells.next(cell, hash);
    }
    cells.clear(cell);
  }

  private void resize(int capacity) {
    long[] before = places;
    int mask = capacity() - 1;
    places = new long[capacity * WIDTH];
    cells = new Cells(capacity);
    for (int i = 0; i < size; i++) {
      int from = (first + i) & mask;
      System.arraycopy(before, from * WIDTH, places, i * WIDTH, WIDTH);
      cells.add(hash(at(i, LOW)), i);
    }
    first = 0;
  }

  private int capacity() {
    return places.length / WIDTH;
  }

  private static int hash(long low) {
    return (int) low;
  }

  private long at(int place, int what) {
    return places[place * WIDTH + what];
  }

  private void set(int place, int what, long value) {
    places[place * WIDTH + what] = value;
  }
}
