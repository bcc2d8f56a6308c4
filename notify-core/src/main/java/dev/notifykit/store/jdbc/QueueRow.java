package dev.notifykit.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of the queue as it is stored; names of states and routes are not judged yet. */
record QueueRow(
    UUID id,
    UUID notificationId,
    String tenant,
    String recipientId,
    String route,
    String targetKey,
    String state,
    @Nullable String reason,
    int priority,
    @Nullable Integer lane,
    long dueAt,
    long token,
    int attempt,
    int recoveries,
    @Nullable Long leaseUntil,
    @Nullable String provider,
    @Nullable String providerMessageId,
    String address) {

  static final String SELECT =
      "SELECT id, notification_id, tenant, recipient_id, route, target_key, state, reason, priority,"
          + " lane, due_at, token, attempt, recoveries, lease_until, provider, provider_message_id,"
          + " address FROM {queue} ";

  static QueueRow read(Dialect dialect, ResultSet r) throws SQLException {
    Long lane = Tx.longOrNull(r, "lane");
    return new QueueRow(
        dialect.uuid(r, "id"),
        dialect.uuid(r, "notification_id"),
        r.getString("tenant"),
        r.getString("recipient_id"),
        r.getString("route"),
        r.getString("target_key"),
        r.getString("state"),
        r.getString("reason"),
        r.getInt("priority"),
        lane == null ? null : lane.intValue(),
        r.getLong("due_at"),
        r.getLong("token"),
        r.getInt("attempt"),
        r.getInt("recoveries"),
        Tx.longOrNull(r, "lease_until"),
        r.getString("provider"),
        r.getString("provider_message_id"),
        r.getString("address"));
  }

  /** Returns no address. */
  @Override
  public String toString() {
    return "QueueRow[" + id + " " + state + "]";
  }
}
