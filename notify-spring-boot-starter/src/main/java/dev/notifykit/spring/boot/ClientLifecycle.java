package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Delivers from when the context is up until it goes down. A stopped context, one that is paused
 * between tests included, still stores what is sent, and delivers it when it starts again.
 */
final class ClientLifecycle implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ClientLifecycle.class);

  /**
   * Stops after web servers, listeners of brokers and schedulers, whose last work may still send;
   * and so starts before them.
   */
  static final int PHASE = DEFAULT_PHASE - 4096;

  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final NotificationClient client;
  private final RoutePauses routes;
  private final ClientCloser closer;
  private final Duration drainTimeout;
  private final boolean autoStartup;

  ClientLifecycle(
      NotificationClient client,
      RoutePauses routes,
      ClientCloser closer,
      Duration drainTimeout,
      boolean autoStartup) {
    this.client = client;
    this.routes = routes;
    this.closer = closer;
    this.drainTimeout = drainTimeout;
    this.autoStartup = autoStartup;
  }

  @Override
  public void start() {
    routes.start();
  }

  @Override
  public void stop() {
    routes.stop();
    boolean drained = awaitIdle();
    closer.drained(drained);
    if (!drained) {
      log.warn("deliveries are still in flight after {}", drainTimeout);
    }
  }

  private boolean awaitIdle() {
    long deadline = System.nanoTime() + drainTimeout.toNanos();
    while (!client.isIdle()) {
      if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return true;
  }

  @Override
  public boolean isRunning() {
    return routes.isRunning();
  }

  @Override
  public boolean isAutoStartup() {
    return autoStartup;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
