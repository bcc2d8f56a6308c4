package dev.notifykit.store.memory;

import java.util.UUID;

/** The order of ids: as unsigned numbers, which is the order of their text and of time. */
final class Ids {
  private Ids() {}

  static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
