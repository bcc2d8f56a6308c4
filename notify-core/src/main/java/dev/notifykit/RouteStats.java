package dev.notifykit;

import java.time.Duration;

/**
 * How a route is doing.
 *
 * @param ready due and waiting for a worker
 * @param scheduled waiting for its time or its backoff
 * @param inFlight claimed, on any node
 * @param oldestReady how long the longest-waiting due delivery has been due; zero if there is none
 * @param paused whether this client takes no work from it, by request or because no provider works
 */
public record RouteStats(
    long ready, long scheduled, long inFlight, Duration oldestReady, boolean paused) {}
