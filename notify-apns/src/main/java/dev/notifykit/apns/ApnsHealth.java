package dev.notifykit.apns;

/**
 * How a provider's connections to APNs are at one moment.
 *
 * @param connections how many are open; 0 before the first push and while APNs cannot be reached
 * @param inFlight how many pushes wait for a connection or an answer
 * @param connectionFailures how many attempts to connect failed since the start
 */
public record ApnsHealth(int connections, int inFlight, long connectionFailures) {}
