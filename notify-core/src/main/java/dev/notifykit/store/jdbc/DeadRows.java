package dev.notifykit.store.jdbc;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.store.StateChange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings dead letters back. */
final class DeadRows {
  /** A dead letter with what it needs to live again. */
  private record Dead(
      Delivery delivery,
      int priority,
      @Nullable Long expiresAt,
      long token,
      @Nullable String address,
      @Nullable String content) {
    boolean canLive() {
      return !JdbcQueue.isErased(address) && !JdbcQueue.isErased(content);
    }
  }

  private static final String SELECT =
      "SELECT d.id, d.notification_id, d.tenant, d.recipient_id, d.route, d.target_key, d.state,"
          + " d.reason, d.attempt, d.provider, d.provider_message_id, 0 AS due_at, d.updated_at,"
          + " n.template, n.category, n.created_at, n.priority, n.expires_at, d.token, d.address,"
          + " n.content FROM {log} d LEFT JOIN {notification} n ON n.id = d.notification_id"
          + " WHERE d.id = ? AND d.tenant = ? AND d.state = 'DEAD' AND d.listed = 1";

  private DeadRows() {}

  static Optional<StateChange> replay(Tx tx, String tenant, UUID id) throws SQLException {
    // The row is locked first and read next: an outer join cannot be locked everywhere.
    tx.query("SELECT id FROM {log} WHERE id = ? FOR UPDATE", r -> true, id);
    List<Dead> found = tx.query(SELECT, r -> read(tx.dialect, r), id, tenant);
    if (found.isEmpty() || !found.get(0).canLive()) {
      return Optional.empty();
    }
    Dead dead = found.get(0);
    tx.update("DELETE FROM {log} WHERE id = ?", id);
    tx.insert("queue", Appender.QUEUE_COLUMNS, List.of(row(dead, tx.now())));
    return tx
        .query(Deliveries.QUEUED + "WHERE d.id = ?", r -> Deliveries.read(tx.dialect, r), id)
        .stream()
        .map(d -> new StateChange(DeliveryState.DEAD, d))
        .findFirst();
  }

  private static Dead read(Dialect dialect, ResultSet r) throws SQLException {
    return new Dead(
        Deliveries.read(dialect, r),
        r.getInt("priority"),
        Tx.longOrNull(r, "expires_at"),
        r.getLong("token"),
        r.getString("address"),
        r.getString("content"));
  }

  private static List<?> row(Dead dead, long now) {
    Delivery d = dead.delivery;
    return Arrays.asList(
        d.id(),
        d.notificationId(),
        d.tenant(),
        d.recipientId(),
        d.route(),
        d.targetKey(),
        DeliveryState.READY,
        dead.priority,
        dead.priority,
        now,
        dead.token,
        0,
        0,
        null,
        null,
        dead.expiresAt,
        now,
        dead.address);
  }
}
