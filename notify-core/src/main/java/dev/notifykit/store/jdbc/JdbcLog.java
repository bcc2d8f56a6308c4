package dev.notifykit.store.jdbc;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.Route;
import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.codec.StoreCodec;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The log, and with it what still waits in the queue. */
final class JdbcLog implements DeliveryLog {
  /** Rows a transaction of the purge: short enough that it holds nobody up. */
  private static final int PURGE_BATCH = 1000;

  private static final int ID_PAGE = 1000;

  private final Database db;

  JdbcLog(Database db) {
    this.db = db;
  }

  @Override
  public List<Delivery> deliveries(String tenant, UUID notificationId) {
    return everywhere(
        Deliveries.everywhere("WHERE d.notification_id = ? AND d.tenant = ?") + " ORDER BY id",
        notificationId,
        tenant,
        notificationId,
        tenant);
  }

  @Override
  public Optional<Delivery> find(String tenant, UUID deliveryId) {
    return everywhere(
            Deliveries.everywhere("WHERE d.id = ? AND d.tenant = ?"),
            deliveryId,
            tenant,
            deliveryId,
            tenant)
        .stream()
        .findFirst();
  }

  @Override
  public List<Delivery> ofRecipient(String tenant, String recipientId, int limit) {
    String sql =
        ofRecipient(
            Deliveries.QUEUED,
            Deliveries.LOGGED,
            "WHERE d.tenant = ? AND d.recipient_id = ?",
            " ORDER BY id DESC LIMIT ?");
    List<Object> part = List.of(tenant, recipientId, limit);
    return everywhere(sql, part, part, part, limit);
  }

  /** Each part by an index of its own: what waits, what is held, what is settled. */
  private static String ofRecipient(String queued, String logged, String theirs, String some) {
    return Stream.of(
                queued + theirs + " AND d.lane IS NOT NULL",
                queued + theirs + " AND d.lease_until IS NOT NULL",
                logged + theirs)
            .map(part -> "(" + part + some + ")")
            .collect(Collectors.joining(" UNION ALL "))
        + some;
  }

  /** What moves from the queue to the log between two pages keeps its id, and so its page. */
  @Override
  public void idsOfRecipient(String tenant, String recipientId, Consumer<List<UUID>> page) {
    List<UUID> ids = idsOfRecipient(List.of(tenant, recipientId, ID_PAGE), "");
    while (!ids.isEmpty()) {
      page.accept(ids);
      UUID last = ids.get(ids.size() - 1);
      ids = idsOfRecipient(List.of(tenant, recipientId, last, ID_PAGE), " AND d.id > ?");
    }
  }

  private List<UUID> idsOfRecipient(List<Object> part, String after) {
    String sql =
        ofRecipient(
            "SELECT d.id FROM {queue} d ",
            "SELECT d.id FROM {log} d ",
            "WHERE d.tenant = ? AND d.recipient_id = ?" + after,
            " ORDER BY id LIMIT ?");
    return db.read(
        tx -> tx.query(sql, r -> Deliveries.id(tx.dialect, r), part, part, part, ID_PAGE));
  }

  @Override
  public List<Delivery> deadLetters(
      String tenant, @Nullable Route route, @Nullable UUID after, int limit) {
    StringBuilder sql =
        new StringBuilder(Deliveries.LOGGED).append("WHERE d.listed = 1 AND d.tenant = ?");
    List<Object> arguments = new ArrayList<>(List.of(tenant));
    if (route != null) {
      sql.append(" AND d.route = ?");
      arguments.add(route);
    }
    if (after != null) {
      sql.append(" AND d.id > ?");
      arguments.add(after);
    }
    arguments.add(limit);
    return everywhere(sql.append(" ORDER BY d.id LIMIT ?").toString(), arguments);
  }

  private List<Delivery> everywhere(String sql, Object... arguments) {
    return db.read(tx -> tx.query(sql, r -> Deliveries.read(tx.dialect, r), arguments));
  }

  @Override
  public List<Attempt> attempts(String tenant, UUID deliveryId) {
    return db.read(
        tx ->
            tx.query(
                "SELECT number, provider, outcome, code, started_at, took FROM {attempt}"
                    + " WHERE delivery_id = ? AND tenant = ? ORDER BY started_at, number",
                r ->
                    new Attempt(
                        deliveryId,
                        r.getInt("number"),
                        r.getString("provider"),
                        r.getString("outcome"),
                        r.getString("code"),
                        Micros.instant(r.getLong("started_at")),
                        Micros.duration(r.getLong("took"))),
                deliveryId,
                tenant));
  }

  @Override
  public long purge(Duration olderThan) {
    long before = db.read(Tx::now) - Micros.of(olderThan);
    long purged = 0;
    long batch;
    do {
      batch = db.write(tx -> purgeDeliveries(tx, before));
      purged += batch;
    } while (batch == PURGE_BATCH);
    while (db.write(tx -> purgeNotifications(tx, before)) == PURGE_BATCH) {}
    while (db.write(JdbcLog::purgeBuckets) == PURGE_BATCH) {}
    while (db.write(tx -> JdbcInbox.purge(tx, before, PURGE_BATCH)) == PURGE_BATCH) {}
    while (db.write(tx -> JdbcTracking.purge(tx, before, PURGE_BATCH)) == PURGE_BATCH) {}
    return purged;
  }

  /** A delivery with what hangs on it, and its notification if it was the last of it. */
  private record Settled(UUID id, UUID notificationId) {}

  private static long purgeDeliveries(Tx tx, long before) throws SQLException {
    List<Settled> settled =
        tx.query(
            "SELECT id, notification_id FROM {log} WHERE updated_at <= ? AND listed IS NULL LIMIT ?"
                + tx.dialect.skipLocked(),
            r -> new Settled(tx.dialect.uuid(r, "id"), tx.dialect.uuid(r, "notification_id")),
            before,
            PURGE_BATCH);
    List<UUID> ids = settled.stream().map(Settled::id).toList();
    tx.updateIn("DELETE FROM {attempt} WHERE delivery_id IN (?*)", ids);
    tx.updateIn("DELETE FROM {tracking} WHERE delivery_id IN (?*)", ids);
    tx.updateIn("DELETE FROM {log} WHERE id IN (?*)", ids);
    Set<UUID> notifications = new HashSet<>();
    settled.forEach(s -> notifications.add(s.notificationId));
    markPurged(tx, notifications);
    return settled.size();
  }

  /**
   * Clears the content of notifications of which no delivery is left; their event ids may live on.
   */
  private static void markPurged(Tx tx, Set<UUID> notifications) throws SQLException {
    Set<UUID> unused = new HashSet<>(notifications);
    unused.removeAll(Notifications.withDeliveries(tx, notifications, "", List.of()));
    tx.updateIn(
        "UPDATE {notification} SET purged = ?, content = ? WHERE id IN (?*)",
        unused,
        tx.now(),
        StoreCodec.ERASED);
  }

  /** Deletes notifications without deliveries once their event ids may be used again. */
  private static int purgeNotifications(Tx tx, long before) throws SQLException {
    List<UUID> ids =
        tx.query(
            "SELECT id FROM {notification} WHERE purged IS NOT NULL AND created_at <= ?"
                + " AND (dedupe_until IS NULL OR dedupe_until <= ?) LIMIT ?"
                + tx.dialect.skipLocked(),
            r -> tx.dialect.uuid(r, "id"),
            before,
            tx.now(),
            PURGE_BATCH);
    tx.updateIn("DELETE FROM {notification} WHERE id IN (?*)", ids);
    return ids.size();
  }

  /** A bucket that is full again is the same as none. */
  private static int purgeBuckets(Tx tx) throws SQLException {
    List<String> keys =
        tx.query(
            "SELECT bucket_key FROM {bucket} WHERE full_at <= ? LIMIT ?" + tx.dialect.skipLocked(),
            r -> r.getString("bucket_key"),
            tx.now() * 1000,
            PURGE_BATCH);
    tx.updateIn("DELETE FROM {bucket} WHERE bucket_key IN (?*)", keys);
    return keys.size();
  }
}
