package dev.notifykit.dispatch;

import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.internal.Traces;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands events to the application's listeners and keeps their exceptions away from the work. */
public final class Events {
  private static final Logger log = LoggerFactory.getLogger(Events.class);

  private final List<NotificationListener> listeners;
  private final LongAdder failures = new LongAdder();

  /**
   * Creates a hub.
   *
   * @param listeners called in order
   */
  public Events(List<NotificationListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Returns whether anyone listens, so that nobody builds events for nothing. */
  public boolean hasListeners() {
    return !listeners.isEmpty();
  }

  /**
   * Tells every listener.
   *
   * @param event what happened
   */
  public void publish(NotificationEvent event) {
    for (NotificationListener listener : listeners) {
      try {
        listener.on(event);
      } catch (Throwable e) {
        failed(listener, e);
      }
    }
  }

  private void failed(NotificationListener listener, Throwable e) {
    failures.increment();
    if (failures.sum() == 1) {
      // Once: a listener that fails on one event mostly fails on all of them.
      log.error(
          "listener {} threw; further failures are counted and not logged",
          listener.getClass().getName(),
          Traces.withoutMessages(e));
    }
  }

  /** Returns how often a listener threw. */
  public long failures() {
    return failures.sum();
  }
}
