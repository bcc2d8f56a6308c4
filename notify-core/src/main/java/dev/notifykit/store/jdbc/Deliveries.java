package dev.notifykit.store.jdbc;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads deliveries, waiting or settled, the way applications see them. */
final class Deliveries {
  private static final String SELECT =
      "SELECT d.id, d.notification_id, d.tenant, d.recipient_id, d.route, d.target_key, d.state,"
          + " d.reason, d.attempt, d.provider, d.provider_message_id, %s, d.updated_at,"
          + " n.template, n.category, n.created_at"
          + " FROM {%s} d LEFT JOIN {notification} n ON n.id = d.notification_id ";

  static final String QUEUED = SELECT.formatted("d.due_at", "queue");
  static final String LOGGED = SELECT.formatted("0 AS due_at", "log");

  private static final Route[] ROUTES = Route.values();

  private Deliveries() {}

  /**
   * Both tables in one statement, so that a delivery on its way from one to the other is seen once.
   */
  static String everywhere(String condition) {
    return QUEUED + condition + " UNION ALL " + LOGGED + condition;
  }

  static Delivery read(Dialect dialect, ResultSet r) throws SQLException {
    Route route = Route.valueOf(r.getString("route"));
    DeliveryState state = DeliveryState.valueOf(r.getString("state"));
    String template = r.getString("template");
    return new Delivery(
        dialect.uuid(r, "id"),
        dialect.uuid(r, "notification_id"),
        r.getString("tenant"),
        r.getString("recipient_id"),
        route.channel(),
        route,
        r.getString("target_key"),
        template == null ? "" : template,
        template == null ? "" : r.getString("category"),
        state,
        r.getString("reason"),
        r.getInt("attempt"),
        r.getString("provider"),
        r.getString("provider_message_id"),
        state.isTerminal() ? null : Micros.instant(r.getLong("due_at")),
        Micros.instant(r.getLong("created_at")),
        Micros.instant(r.getLong("updated_at")));
  }

  /** A delivery after a change, from its row before it. */
  static Delivery after(
      QueueRow row,
      Notifications.@Nullable Head head,
      DeliveryState state,
      @Nullable String reason,
      int attempts,
      @Nullable Instant dueAt,
      long now) {
    Notifications.Head known = head == null ? Notifications.Head.GONE : head;
    Route route = Route.valueOf(row.route());
    return new Delivery(
        row.id(),
        row.notificationId(),
        row.tenant(),
        row.recipientId(),
        route.channel(),
        route,
        row.targetKey(),
        known.template(),
        known.category(),
        state,
        reason,
        attempts,
        row.provider(),
        row.providerMessageId(),
        dueAt,
        known.createdAt(),
        Micros.instant(now));
  }

  /**
   * Returns a route, or null for one that only a newer release knows: nodes of two releases share
   * the tables while one takes the other's place.
   */
  static @Nullable Route routeOrNull(String name) {
    for (Route route : ROUTES) {
      if (route.name().equals(name)) {
        return route;
      }
    }
    return null;
  }

  static UUID id(Dialect dialect, ResultSet r) throws SQLException {
    return dialect.uuid(r, "id");
  }
}
