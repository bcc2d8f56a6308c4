package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.StateChange;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Locks rows of the queue and moves them on: every change of state but the hot ones (append, claim,
 * settle) goes through here. A row is locked before it is judged, so what is written follows from
 * what is true at that moment.
 */
final class QueueRows {
  static final String LOG_COLUMNS =
      "id, notification_id, tenant, recipient_id, route, target_key, state, reason, attempt, token,"
          + " provider, provider_message_id, updated_at, listed, address";

  private QueueRows() {}

  /** The end of a row. */
  record End(
      QueueRow row,
      DeliveryState state,
      @Nullable String reason,
      int attempts,
      @Nullable String provider,
      @Nullable String providerMessageId) {

    static End of(QueueRow row, DeliveryState state, @Nullable String reason) {
      return new End(row, state, reason, row.attempt(), row.provider(), row.providerMessageId());
    }
  }

  static List<QueueRow> lock(Tx tx, String condition, Object... arguments) throws SQLException {
    String sql = tx.dialect.byIndex() + QueueRow.SELECT + condition;
    return tx.queryLast(sql, r -> QueueRow.read(tx.dialect, r), arguments);
  }

  /**
   * Moves locked rows from the queue to the log. Only a dead letter keeps its address, for replay.
   */
  static void moveToLog(Tx tx, List<End> ends) throws SQLException {
    log(tx, ends);
    tx.updateIn(
        "DELETE FROM {queue} WHERE id IN (?*)", ends.stream().map(e -> e.row.id()).toList());
  }

  /** Adds to the log what leaves the queue in the same transaction. */
  static void log(Tx tx, List<End> ends) throws SQLException {
    if (ends.isEmpty()) {
      return;
    }
    long now = tx.now();
    List<List<?>> rows = new ArrayList<>(ends.size());
    for (End end : ends) {
      rows.add(logRow(end, now));
    }
    tx.insert("log", LOG_COLUMNS, rows);
  }

  private static List<?> logRow(End e, long now) {
    boolean dead = e.state == DeliveryState.DEAD;
    QueueRow row = e.row;
    return Arrays.asList(
        row.id(),
        row.notificationId(),
        row.tenant(),
        row.recipientId(),
        row.route(),
        row.targetKey(),
        e.state,
        e.reason,
        e.attempts,
        row.token(),
        e.provider,
        e.providerMessageId,
        now,
        dead ? 1 : null,
        dead ? row.address() : null);
  }

  /** Ends waiting rows in one state, and tells the change of each. */
  static List<StateChange> end(
      Tx tx, List<QueueRow> rows, DeliveryState state, @Nullable String reason)
      throws SQLException {
    List<End> ends = rows.stream().map(row -> End.of(row, state, reason)).toList();
    moveToLog(tx, ends);
    return changes(tx, ends);
  }

  /** Of a route that only a newer release knows there is nothing that could be told. */
  static List<StateChange> changes(Tx tx, List<End> ends) throws SQLException {
    Map<UUID, Notifications.Head> heads =
        Notifications.heads(tx, ends.stream().map(e -> e.row.notificationId()).toList());
    List<StateChange> changes = new ArrayList<>(ends.size());
    for (End e : ends) {
      if (Deliveries.routeOrNull(e.row.route()) != null) {
        changes.add(change(e, heads.get(e.row.notificationId()), tx.now()));
      }
    }
    return changes;
  }

  private static StateChange change(End e, Notifications.@Nullable Head head, long now) {
    return new StateChange(
        DeliveryState.valueOf(e.row.state()),
        Deliveries.after(e.row, head, e.state, e.reason, e.attempts, null, now));
  }
}
