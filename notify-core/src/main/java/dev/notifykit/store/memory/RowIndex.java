package dev.notifykit.store.memory;

import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Finds rows by what callers know of them. Thread-safe; needs no lane's lock. */
final class RowIndex {
  private record ProviderId(String provider, String messageId) {}

  private final ConcurrentHashMap<UUID, Row> rows = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, Members> notifications = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<ProviderId, Row> providerIds = new ConcurrentHashMap<>();

  void add(UUID notificationId, Row[] added) {
    for (Row row : added) {
      rows.put(row.id(), row);
    }
    if (added.length > 0) {
      notifications.put(notificationId, Members.of(added));
    }
  }

  void addProviderId(Row row) {
    if (row.provider != null && row.providerMessageId != null) {
      providerIds.put(new ProviderId(row.provider, row.providerMessageId), row);
    }
  }

  @Nullable Row find(UUID deliveryId) {
    return rows.get(deliveryId);
  }

  @Nullable Row find(String tenant, UUID deliveryId) {
    Row row = rows.get(deliveryId);
    return row != null && row.belongsTo(tenant) ? row : null;
  }

  @Nullable Row findByProviderId(String provider, String messageId) {
    return providerIds.get(new ProviderId(provider, messageId));
  }

  List<Row> ofNotification(String tenant, UUID notificationId) {
    Members members = notifications.get(notificationId);
    if (members == null) {
      return List.of();
    }
    List<Row> found = members.rows();
    return found.isEmpty() || found.get(0).belongsTo(tenant) ? found : List.of();
  }

  /** Returns a view of every row, safe to walk while it changes. */
  Collection<Row> all() {
    return rows.values();
  }

  void forget(Row row) {
    rows.remove(row.id(), row);
    notifications.computeIfPresent(row.notificationId(), (id, members) -> members.without(row));
    if (row.provider != null && row.providerMessageId != null) {
      providerIds.remove(new ProviderId(row.provider, row.providerMessageId), row);
    }
  }
}
