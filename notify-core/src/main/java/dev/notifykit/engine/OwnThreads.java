package dev.notifykit.engine;

/**
 * Knows the threads on which a client is at work, those of senders while listeners are told on them
 * included: one that waited for the client to end would wait for itself. Thread-safe.
 */
final class OwnThreads {
  private final ThreadLocal<Boolean> isHere = new ThreadLocal<>();

  /** Returns what a thread of the client's runs as long as it lives. */
  Runnable marked(Runnable life) {
    return () -> during(life);
  }

  /** Does something that the client waits for when it closes. */
  void during(Runnable work) {
    if (isHere()) {
      work.run();
      return;
    }
    isHere.set(true);
    try {
      work.run();
    } finally {
      isHere.remove();
    }
  }

  /** Returns whether the client is at work on this thread. */
  boolean isHere() {
    return isHere.get() != null;
  }
}
