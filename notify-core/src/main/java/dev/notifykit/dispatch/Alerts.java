package dev.notifykit.dispatch;

import dev.notifykit.Route;
import dev.notifykit.event.NotificationEvent.AlertCleared;
import dev.notifykit.event.NotificationEvent.AlertKind;
import dev.notifykit.event.NotificationEvent.AlertRaised;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operators of each trouble once, not once a row. Thread-safe. */
final class Alerts {
  private static final Logger log = LoggerFactory.getLogger("dev.notifykit.alerts");
  private static final Duration REPEAT_AFTER = Duration.ofHours(1);

  private final Events events;
  private final InstantSource clock;
  private final Map<Trouble, Instant> raised = new ConcurrentHashMap<>();

  private record Trouble(AlertKind kind, @Nullable Route route, String subject) {}

  Alerts(Events events, InstantSource clock) {
    this.events = events;
    this.clock = clock;
  }

  void raise(AlertKind kind, @Nullable Route route, String subject, String detail) {
    Trouble trouble = new Trouble(kind, route, subject);
    Instant now = clock.instant();
    Instant before = raised.get(trouble);
    if (before != null && before.plus(REPEAT_AFTER).isAfter(now)) {
      return;
    }
    boolean mine =
        before == null
            ? raised.putIfAbsent(trouble, now) == null
            : raised.replace(trouble, before, now);
    if (mine) {
      log.warn("{} on {} ({}): {}", kind, route == null ? "all routes" : route, subject, detail);
      events.publish(new AlertRaised(kind, route, subject, detail));
    }
  }

  void clear(AlertKind kind, @Nullable Route route, String subject) {
    if (!raised.isEmpty() && raised.remove(new Trouble(kind, route, subject)) != null) {
      log.info("{} on {} ({}) is over", kind, route == null ? "all routes" : route, subject);
      events.publish(new AlertCleared(kind, route, subject));
    }
  }
}
