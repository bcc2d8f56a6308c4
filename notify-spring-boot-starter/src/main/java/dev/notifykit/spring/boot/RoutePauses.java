package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which routes work: none while the context is stopped, and else all that no operator paused.
 * Thread-safe.
 */
final class RoutePauses {
  private final NotificationClient client;
  private final Set<Route> byOperator = ConcurrentHashMap.newKeySet();
  private volatile boolean running;

  RoutePauses(NotificationClient client) {
    this.client = client;
  }

  synchronized void start() {
    running = true;
    for (Route route : Route.values()) {
      if (!byOperator.contains(route)) {
        client.resume(route);
      }
    }
  }

  synchronized void stop() {
    running = false;
    for (Route route : Route.values()) {
      client.pause(route);
    }
  }

  boolean isRunning() {
    return running;
  }

  synchronized void pause(Route route) {
    byOperator.add(route);
    client.pause(route);
  }

  synchronized void resume(Route route) {
    byOperator.remove(route);
    if (running) {
      client.resume(route);
    }
  }

  boolean isPaused(Route route) {
    return byOperator.contains(route);
  }
}
