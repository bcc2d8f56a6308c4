package dev.notifykit.store;

/** What ends the calls of a listener. Thread-safe. */
public interface Subscription extends AutoCloseable {
  /** Ends the calls; one that has begun goes on. Idempotent. */
  @Override
  void close();
}
