package dev.notifykit.store.memory;

import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds rows by what callers know of them. Thread-safe; needs no lane's lock. */
final class RowIndex {
  private record ProviderId(String provider, String messageId) {
    int spreadHash() {
      return IdTable.spread(hashCode());
    }
  }

  private final IdTable<UUID, Row> rows =
      new IdTable<>() {
        @Override
        boolean has(Row row, UUID id) {
          return row.id().equals(id);
        }
      };

  private final IdTable<UUID, Members> notifications =
      new IdTable<>() {
        @Override
        boolean has(Members members, UUID id) {
          return members.notificationId().equals(id);
        }
      };

  private final IdTable<ProviderId, Row> providerIds =
      new IdTable<>() {
        @Override
        boolean has(Row row, ProviderId id) {
          return id.messageId.equals(row.providerMessageId()) && id.provider.equals(row.provider());
        }
      };

  void add(Row[] added) {
    if (added.length > 0) {
      Members members = Members.of(added);
      notifications.put(members.notificationId(), added[0].notificationHash, members);
    }
    for (Row row : added) {
      rows.put(row.id(), row.idHash, row);
    }
  }

  /**
   * Notes which provider was asked. The only way for a row to get another id: while it is found by
   * one, that one does not change.
   */
  void asked(Row row, String provider, @Nullable String messageId) {
    forgetProviderId(row);
    row.asked(provider, messageId);
    ProviderId id = providerId(row);
    if (id != null) {
      providerIds.put(id, id.spreadHash(), row);
    }
  }

  private void forgetProviderId(Row row) {
    ProviderId id = providerId(row);
    if (id != null) {
      providerIds.remove(row, id.spreadHash());
    }
  }

  private static @Nullable ProviderId providerId(Row row) {
    String provider = row.provider();
    String messageId = row.providerMessageId();
    return provider == null || messageId == null ? null : new ProviderId(provider, messageId);
  }

  @Nullable Row find(UUID deliveryId) {
    return rows.get(deliveryId, IdTable.hash(deliveryId));
  }

  @Nullable Row find(String tenant, UUID deliveryId) {
    Row row = find(deliveryId);
    return row != null && row.belongsTo(tenant) ? row : null;
  }

  @Nullable Row findByProviderId(String provider, String messageId) {
    ProviderId id = new ProviderId(provider, messageId);
    return providerIds.get(id, id.spreadHash());
  }

  List<Row> ofNotification(String tenant, UUID notificationId) {
    Members members = notifications.get(notificationId, IdTable.hash(notificationId));
    if (members == null) {
      return List.of();
    }
    List<Row> found = members.rows();
    return found.isEmpty() || found.get(0).belongsTo(tenant) ? found : List.of();
  }

  /** Visits every row that is there throughout. */
  void forEach(Consumer<Row> visitor) {
    rows.forEach(visitor);
  }

  void forget(Row row) {
    rows.remove(row, row.idHash);
    if (row.members.forget(row)) {
      notifications.remove(row.members, row.notificationHash);
    }
    forgetProviderId(row);
  }
}
