package dev.notifykit.store.redis;

import java.util.Comparator;
import java.util.UUID;

/** The order of ids: that of their bytes, which is the order of time. */
final class Ids {
  static final Comparator<UUID> OLDEST_FIRST = Ids::compare;

  private Ids() {}

  private static int compare(UUID a, UUID b) {
    int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
  }
}
