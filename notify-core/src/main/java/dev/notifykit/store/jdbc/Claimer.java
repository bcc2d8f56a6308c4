package dev.notifykit.store.jdbc;

import dev.notifykit.Channel;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.StoredAddress;
import dev.notifykit.store.codec.UnreadableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Claims due deliveries: takes rows that nobody holds, one priority after the other, marks them,
 * reads their notifications, and last the preferences and suppressed addresses, all before the one
 * commit. An opt-out that committed before the claim is therefore seen by it.
 */
class Claimer {
  private static final String WAITING =
      QueueRow.SELECT + "WHERE route = ? AND lane = ? AND due_at <= ?";
  private static final String MARK =
      "UPDATE {queue} SET state = 'CLAIMED', lane = NULL, token = token + 1, attempt = attempt + 1,"
          + " lease_until = ?, worker = ?, updated_at = ? WHERE id IN (?*)";

  static final Comparator<Found> BEST_FIRST =
      Comparator.comparingInt((Found f) -> f.row.priority())
          .thenComparingLong(f -> f.row.dueAt())
          .thenComparing(f -> f.row.id());

  /** A row of the queue, as it was before it was claimed, with what could be read of it. */
  record Found(QueueRow row, QueuedDelivery delivery, boolean erased) {}

  ClaimBatch claim(Database db, ClaimRequest request) {
    return db.write(tx -> claim(tx, request));
  }

  private ClaimBatch claim(Tx tx, ClaimRequest request) throws SQLException {
    List<QueueRow> rows = take(tx, request);
    if (rows.isEmpty()) {
      return ClaimBatch.EMPTY;
    }
    long now = tx.now();
    tx.updateIn(
        MARK,
        rows.stream().map(QueueRow::id).toList(),
        now + Micros.of(request.lease()),
        request.worker(),
        now);
    return read(tx, rows);
  }

  private static List<QueueRow> take(Tx tx, ClaimRequest request) throws SQLException {
    List<QueueRow> rows = new ArrayList<>();
    String sql = WAITING + tx.dialect.longestDue() + " LIMIT ?" + tx.dialect.skipLocked();
    for (Priority lane : Priority.values()) {
      int room = request.max() - rows.size();
      if (room > 0) {
        rows.addAll(
            tx.query(
                sql,
                r -> QueueRow.read(tx.dialect, r),
                request.route(),
                lane.ordinal(),
                tx.now(),
                room));
      }
    }
    return rows;
  }

  private static ClaimBatch read(Tx tx, List<QueueRow> rows) throws SQLException {
    Map<UUID, StoredNotification> notifications = notifications(tx, rows);
    List<Found> found = new ArrayList<>(rows.size());
    List<QueueRow> broken = new ArrayList<>();
    for (QueueRow row : rows) {
      try {
        found.add(decode(row, notifications.get(row.notificationId())));
      } catch (UnreadableException e) {
        broken.add(row);
      }
    }
    found.sort(BEST_FIRST);
    return new ClaimBatch(claimed(found, checks(tx, found)), quarantine(tx, broken));
  }

  private static Map<UUID, StoredNotification> notifications(Tx tx, List<QueueRow> rows)
      throws SQLException {
    Set<UUID> ids = new LinkedHashSet<>();
    rows.forEach(row -> ids.add(row.notificationId()));
    Map<UUID, StoredNotification> found = new HashMap<>();
    tx.queryIn(
        "SELECT n.id, " + Notifications.COLUMNS + " FROM {notification} n WHERE n.id IN (?*)",
        r -> readable(tx, r, found),
        ids);
    return found;
  }

  /** One that cannot be read is left out, and its deliveries are found broken for it. */
  private static boolean readable(Tx tx, ResultSet r, Map<UUID, StoredNotification> into)
      throws SQLException {
    UUID id = tx.dialect.uuid(r, "id");
    try {
      into.put(id, Notifications.read(id, r, StoreCodec.content(r.getString("content"))));
      return true;
    } catch (UnreadableException e) {
      return false;
    }
  }

  static Found decode(QueueRow row, @org.jspecify.annotations.Nullable StoredNotification n)
      throws UnreadableException {
    if (n == null) {
      throw new UnreadableException("a delivery's notification is gone or unreadable", null);
    }
    Channel channel = dev.notifykit.Route.valueOf(row.route()).channel();
    StoredAddress a = StoreCodec.address(row.address(), channel);
    return new Found(
        row,
        new QueuedDelivery(
            row.id(),
            n,
            row.recipientId(),
            a.recipientName(),
            a.target().withKey(row.targetKey()),
            a.locale(),
            a.zone(),
            a.fallback()),
        a.erased());
  }

  private static LateChecks checks(Tx tx, List<Found> found) throws SQLException {
    LateChecks.Wanted wanted = new LateChecks.Wanted();
    for (Found f : found) {
      wanted.add(f.row.tenant(), f.row.recipientId(), f.row.targetKey());
    }
    return LateChecks.read(tx, wanted);
  }

  private static List<ClaimedDelivery> claimed(List<Found> found, LateChecks checks) {
    List<ClaimedDelivery> claimed = new ArrayList<>(found.size());
    for (Found f : found) {
      String tenant = f.row.tenant();
      claimed.add(
          claimed(
              f,
              checks.preferences(tenant, f.row.recipientId()),
              checks.isSuppressed(tenant, f.row.targetKey())));
    }
    return claimed;
  }

  /**
   * What was erased while a worker held it, and came back, stays erased even if the recipient was
   * saved again since: its address is gone.
   */
  static ClaimedDelivery claimed(Found f, PreferenceSet preferences, boolean suppressed) {
    PreferenceSet seen =
        f.erased
            ? new PreferenceSet(preferences.choices(), preferences.quietHours(), true)
            : preferences;
    return new ClaimedDelivery(
        f.delivery, f.row.token() + 1, f.row.attempt() + 1, seen, suppressed);
  }

  /** Puts claimed rows that cannot be read out of the way. */
  static List<Delivery> quarantine(Tx tx, List<QueueRow> broken) throws SQLException {
    return QueueRows.end(tx, broken, DeliveryState.DEAD, DeadReason.UNREADABLE.name()).stream()
        .map(StateChange::delivery)
        .toList();
  }
}
