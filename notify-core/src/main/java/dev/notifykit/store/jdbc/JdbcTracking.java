package dev.notifykit.store.jdbc;

import dev.notifykit.internal.Fingerprint;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
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
}
