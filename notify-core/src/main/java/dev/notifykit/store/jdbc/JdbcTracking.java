package dev.notifykit.store.jdbc;

import dev.notifykit.internal.Fingerprint;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tracking events; the key makes a repeated report count once. */
final class JdbcTracking implements TrackingStore {
  private static final int LONGEST_ID = 255;
  private static final List<String> COLUMNS =
      List.of("tenant", "id", "delivery_id", "kind", "detail", "happened_at");

  private final Database db;

  JdbcTracking(Database db) {
    this.db = db;
  }

  @Override
  public boolean record(TrackingEvent e) {
    return db.write(
        tx ->
            tx.dialect.insertIfAbsent(
                tx,
                "tracking",
                2,
                COLUMNS,
                e.tenant(),
                id(e.id()),
                e.deliveryId(),
                e.kind(),
                Words.of(e.detail()),
                e.at()));
  }

  /** An id too long for the column is known by its digest. */
  private static @Nullable String id(String id) {
    return id.length() <= LONGEST_ID ? Words.of(id) : "sha256:" + Fingerprint.of("tracking", id);
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    return db.read(
        tx ->
            tx.query(
                "SELECT id, kind, detail, happened_at FROM {tracking}"
                    + " WHERE delivery_id = ? AND tenant = ? ORDER BY happened_at, id",
                r ->
                    new TrackingEvent(
                        r.getString("id"),
                        tenant,
                        deliveryId,
                        TrackingEvent.Kind.valueOf(r.getString("kind")),
                        r.getString("detail"),
                        Micros.instant(r.getLong("happened_at"))),
                deliveryId,
                tenant));
  }

  @Override
  public void forget(String tenant, Collection<UUID> deliveryIds) {
    db.write(
        tx ->
            tx.updateIn(
                "DELETE FROM {tracking} WHERE tenant = ? AND delivery_id IN (?*)",
                deliveryIds,
                tenant));
  }

  /**
   * Deletes old events of deliveries that are gone: a link in a mail is followed years later, and
   * an answer has no delivery at all.
   *
   * @return of how many deliveries; fewer than {@code most} means that was all
   */
  static int purge(Tx tx, long before, int most) throws SQLException {
    List<UUID> gone =
        tx.query(
            "SELECT DISTINCT t.delivery_id FROM {tracking} t WHERE t.happened_at <= ?"
                + " AND NOT EXISTS (SELECT 1 FROM {log} l WHERE l.id = t.delivery_id)"
                + " AND NOT EXISTS (SELECT 1 FROM {queue} q WHERE q.id = t.delivery_id) LIMIT ?",
            r -> tx.dialect.uuid(r, "delivery_id"),
            before,
            most);
    tx.updateIn("DELETE FROM {tracking} WHERE delivery_id IN (?*)", gone);
    return gone.size();
  }
}
