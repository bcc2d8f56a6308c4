package dev.notifykit.dispatch;

import dev.notifykit.event.NotificationEvent.AlertKind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells that the store does not answer, and that it does so again once everybody who met that has
 * had an answer: what one part of it still does says nothing of another. Thread-safe.
 */
final class Outage {
  private final Alerts alerts;

  /** Who was refused the last time they asked. */
  private final Set<Object> refused = ConcurrentHashMap.newKeySet();

  Outage(Alerts alerts) {
    this.alerts = alerts;
  }

  /** Tells that whoever asks got no answer. */
  void began(Object asker, String detail) {
    refused.add(asker);
    alerts.raise(AlertKind.STORE_DOWN, null, "store", detail);
  }

  /** Tells that whoever asks got an answer, or does not ask any more. */
  void ended(Object asker) {
    if (!refused.isEmpty() && refused.remove(asker) && refused.isEmpty()) {
      alerts.clear(AlertKind.STORE_DOWN, null, "store");
    }
  }
}
