package dev.notifykit.store;

import dev.notifykit.Route;
import java.time.Duration;

/**
 * A worker's wish for work.
 *
 * @param route the queue
 * @param worker the worker's id
 * @param max at most so many, at least 1
 * @param lease how long the claims last
 */
public record ClaimRequest(Route route, String worker, int max, Duration lease) {}
