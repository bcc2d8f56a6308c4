package dev.notifykit.store;

import java.time.Duration;

/**
 * How full a route's queue is.
 *
 * @param ready due and waiting for a worker
 * @param scheduled waiting for its time or its backoff
 * @param inFlight claimed
 * @param oldestReady how long the longest-waiting due delivery has been due; zero if there is none
 */
public record RouteDepth(long ready, long scheduled, long inFlight, Duration oldestReady) {
  /** An empty queue. */
  public static final RouteDepth EMPTY = new RouteDepth(0, 0, 0, Duration.ZERO);
}
