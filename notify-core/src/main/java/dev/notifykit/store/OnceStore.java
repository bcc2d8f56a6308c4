package dev.notifykit.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Values that are set once and seen by every node: nonces of signed requests, and what the nodes
 * have to agree on. Thread-safe.
 */
public interface OnceStore {
  /** Longest name, in characters. */
  int MAX_NAME = 200;

  /** Longest value, in characters. */
  int MAX_VALUE = 200;

  /**
   * Sets a value unless the name has one, in one atomic step: of any number of calls for a name, on
   * any number of nodes, all return the value of one.
   *
   * @param name at most {@value #MAX_NAME} characters of ASCII
   * @param value at most {@value #MAX_VALUE} characters of ASCII
   * @param keep how long at least, by the store's clock; null for ever
   * @return the value the name has now: the given one if it had none
   */
  String putIfAbsent(String name, String value, @Nullable Duration keep);
}
