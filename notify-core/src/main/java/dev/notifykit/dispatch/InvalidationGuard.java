package dev.notifykit.dispatch;

/**
 * Tells a few dead tokens from a wrong topic, key or environment, which makes a provider call every
 * token dead. While most of the recent answers say "invalid", no token is disabled.
 */
final class InvalidationGuard {
  private static final int WINDOW = 200;
  private static final int LEAST = 50;

  private final boolean[] recent = new boolean[WINDOW];
  private int next;
  private int filled;
  private int invalid;

  /**
   * Counts an answer.
   *
   * @param isInvalid whether it called the target invalid
   * @return whether an invalid one may be believed
   */
  synchronized boolean allows(boolean isInvalid) {
    if (filled == WINDOW && recent[next]) {
      invalid--;
    }
    recent[next] = isInvalid;
    next = (next + 1) % WINDOW;
    filled = Math.min(filled + 1, WINDOW);
    if (isInvalid) {
      invalid++;
    }
    return invalid < LEAST || invalid * 2 <= filled;
  }
}
