package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What fallbacks need of the queue: to withdraw a first delivery, to bring its stand-in forward.
 */
final class Fallbacks {
  private Fallbacks() {}

  static Optional<StateChange> withdraw(Tx tx, String tenant, UUID deliveryId) throws SQLException {
    List<QueueRow> rows =
        QueueRows.lock(
            tx, "WHERE id = ? AND tenant = ? AND lane IS NOT NULL FOR UPDATE", deliveryId, tenant);
    return QueueRows.end(tx, rows, DeliveryState.CANCELLED, null).stream().findFirst();
  }

  /** Brings forward and returns the routes of what is due earlier now, one entry each. */
  static List<Route> hasten(
      Tx tx, String tenant, UUID notificationId, String recipientId, Duration within)
      throws SQLException {
    long due = tx.now() + Micros.of(within);
    List<QueueRow> rows =
        QueueRows.lock(
            tx,
            "WHERE notification_id = ? AND tenant = ? AND recipient_id = ? AND lane IS NOT NULL"
                + " AND due_at > ? AND (state = 'SCHEDULED' OR reason IS NULL)"
                + " ORDER BY id FOR UPDATE",
            notificationId,
            tenant,
            recipientId,
            due);
    List<QueueRow> standIns = rows.stream().filter(Fallbacks::isStandIn).toList();
    for (QueueRow row : standIns) {
      tx.update("UPDATE {queue} SET due_at = ? WHERE id = ?", due, row.id());
    }
    return standIns.stream().map(row -> Route.valueOf(row.route())).toList();
  }

  static Set<Route> distinct(List<Route> routes) {
    return routes.isEmpty() ? Set.of() : EnumSet.copyOf(routes);
  }

  /** What cannot be read is left to the claim, which quarantines it. */
  private static boolean isStandIn(QueueRow row) {
    try {
      FallbackLink link =
          StoreCodec.address(row.address(), Route.valueOf(row.route()).channel()).fallback();
      return link != null && link.isStandIn();
    } catch (UnreadableException | IllegalArgumentException e) {
      return false;
    }
  }
}
