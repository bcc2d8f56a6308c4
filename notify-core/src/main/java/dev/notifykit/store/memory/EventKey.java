package dev.notifykit.store.memory;

import java.util.random.RandomGenerator;

/**
 * What stands for a tenant's event id: 122 bits, so that a million remembered ids are numbers and
 * not a million strings.
 *
 * <p>Each half is a polynomial over the id's characters, modulo the prime 2^61 - 1, at a point that
 * is drawn at random for each store. Two different ids are two different polynomials; one of degree
 * d has at most d roots, so that two ids of 200 characters have the same key with a probability
 * below 2^-107, whoever chose them.
 *
 * @param high one half, 0 to 2^61 - 2
 * @param low the other
 */
record EventKey(long high, long low) {
  private static final long PRIME = (1L << 61) - 1;

  /** Makes keys that are comparable among each other. */
  static final class Maker {
    private final long highPoint;
    private final long lowPoint;

    Maker(RandomGenerator random) {
      this.highPoint = random.nextLong(1, PRIME);
      this.lowPoint = random.nextLong(1, PRIME);
    }

    EventKey make(String tenant, String eventId) {
      return new EventKey(value(highPoint, tenant, eventId), value(lowPoint, tenant, eventId));
    }

    /** The lengths are part of it, so that no two pairs are the same sequence. */
    private static long value(long point, String tenant, String eventId) {
      long h = add(tenant.length(), point, tenant);
      h = add(times(h, point) + eventId.length(), point, eventId);
      return h == PRIME ? 0 : h;
    }

    /** Three characters are 48 bits, less than the prime. */
    private static long add(long start, long point, String text) {
      long h = reduce(start);
      for (int i = 0; i < text.length(); i += 3) {
        long three = 0;
        for (int j = i; j < Math.min(i + 3, text.length()); j++) {
          three = three << 16 | text.charAt(j);
        }
        h = reduce(times(h, point) + three);
      }
      return h;
    }

    private static long times(long a, long b) {
      return reduce((Math.multiplyHigh(a, b) << 3 | (a * b) >>> 61) + (a * b & PRIME));
    }

    /** From 0 to twice the prime and a little, to 0 to the prime. */
    private static long reduce(long h) {
      long folded = (h & PRIME) + (h >>> 61);
      return folded > PRIME ? folded - PRIME : folded;
    }
  }
}
