package dev.notifykit.store.memory;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds rows by what callers know of them. Thread-safe; needs no lane's lock. */
final class RowIndex {
  private record ProviderId(String provider, String messageId) {}

  private final IdTable<Row> rows =
      new IdTable<>() {
        @Override
        UUID id(Row row) {
          return row.id();
        }

        @Override
        int hash(Row row) {
          return row.idHash;
        }

        @Override
        @Nullable Row next(Row row) {
          return row.nextById;
        }

        @Override
        void next(Row row, @Nullable Row next) {
          row.nextById = next;
        }
      };

  private final IdTable<Members> notifications =
      new IdTable<>() {
        @Override
        UUID id(Members members) {
          return members.notificationId();
        }

        @Override
        int hash(Members members) {
          return members.notificationHash();
        }

        @Override
        @Nullable Members next(Members members) {
          return members.nextNotification();
        }

        @Override
        void next(Members members, @Nullable Members next) {
          members.nextNotification(next);
        }
      };

  private final ConcurrentHashMap<ProviderId, Row> providerIds = new ConcurrentHashMap<>();

  void add(Row[] added) {
    if (added.length > 0) {
      notifications.add(Members.of(added));
    }
    for (Row row : added) {
      rows.add(row);
    }
  }

  void addProviderId(Row row) {
    ProviderId id = providerId(row);
    if (id != null) {
      providerIds.put(id, row);
    }
  }

  private static @Nullable ProviderId providerId(Row row) {
    String provider = row.provider();
    String messageId = row.providerMessageId();
    return provider == null || messageId == null ? null : new ProviderId(provider, messageId);
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

  /** Visits every row that is there throughout. */
  void forEach(Consumer<Row> visitor) {
    rows.forEach(visitor);
  }

  void forget(Row row) {
    rows.remove(row);
    if (row.members.forget(row)) {
      notifications.remove(row.members);
    }
    ProviderId id = providerId(row);
    if (id != null) {
      providerIds.remove(id, row);
    }
  }
}
