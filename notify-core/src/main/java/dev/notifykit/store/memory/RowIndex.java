package dev.notifykit.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows by what callers know of them. Thread-safe.
 *
 * <p>Whoever sends and settles has the row in hand ({@link
 * dev.notifykit.store.ClaimedDelivery#handle}). What finds one by an id is {@link KeptOnceUsed}: it
 * would be a good part of what a delivery costs, and many an application never asks.
 */
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
          return row.hasId(id);
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

  private final List<Lane> lanes = new ArrayList<>();
  private final KeptOnceUsed byId = new KeptOnceUsed(this::enterId);
  private final KeptOnceUsed byNotification = new KeptOnceUsed(this::enterNotification);
  private final KeptOnceUsed byProviderId = new KeptOnceUsed(this::enterProviderId);

  /** An index that is empty until it is first used, which enters every row there is. */
  private final class KeptOnceUsed {
    private final Consumer<Row> enter;
    private volatile boolean isKept;
    private volatile boolean isComplete;

    KeptOnceUsed(Consumer<Row> enter) {
      this.enter = enter;
    }

    /** Returns whether rows have to be entered; asked after what is entered has changed. */
    boolean isKept() {
      return isKept;
    }

    void use() {
      if (!isComplete) {
        complete();
      }
    }

    /** A row that comes or changes meanwhile is entered here, or enters itself, or both. */
    private synchronized void complete() {
      if (!isComplete) {
        isKept = true;
        forEach(row -> row.lane.locked(() -> enterIfThere(row)));
        isComplete = true;
      }
    }

    private boolean enterIfThere(Row row) {
      boolean isThere = row.sheet != null;
      if (isThere) {
        enter.accept(row);
      }
      return isThere;
    }
  }

  /** Has a lane's rows found; before anyone uses the lane. */
  void cover(Lane lane) {
    lanes.add(lane);
  }

  /** Enters a row that has come; under its lane's lock. */
  void add(Row row) {
    if (byId.isKept()) {
      enterId(row);
    }
    if (byNotification.isKept()) {
      enterNotification(row);
    }
  }

  private void enterId(Row row) {
    rows.put(row.id(), IdTable.hash(row.id()), row);
  }

  private void enterNotification(Row row) {
    notifications.put(row.notificationId(), IdTable.hash(row.notificationId()), row.members);
  }

  /**
   * Notes which provider was asked; under the lane's lock. The only way for a row to get another
   * id: while it is found by one, that one does not change.
   */
  void asked(Row row, String provider, @Nullable String messageId) {
    forgetProviderId(row);
    row.asked(provider, messageId);
    if (byProviderId.isKept()) {
      enterProviderId(row);
    }
  }

  private void enterProviderId(Row row) {
    ProviderId id = providerId(row);
    if (id != null) {
      providerIds.put(id, id.spreadHash(), row);
    }
  }

  private void forgetProviderId(Row row) {
    ProviderId id = byProviderId.isKept() ? providerId(row) : null;
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
    byId.use();
    return rows.get(deliveryId, IdTable.hash(deliveryId));
  }

  @Nullable Row find(String tenant, UUID deliveryId) {
    Row row = find(deliveryId);
    return row != null && row.belongsTo(tenant) ? row : null;
  }

  @Nullable Row findByProviderId(String provider, String messageId) {
    byProviderId.use();
    ProviderId id = new ProviderId(provider, messageId);
    return providerIds.get(id, id.spreadHash());
  }

  List<Row> ofNotification(String tenant, UUID notificationId) {
    byNotification.use();
    Members members = notifications.get(notificationId, IdTable.hash(notificationId));
    if (members == null) {
      return List.of();
    }
    List<Row> found = members.rows();
    return found.isEmpty() || found.get(0).belongsTo(tenant) ? found : List.of();
  }

  /** Visits every row that is there throughout. */
  void forEach(Consumer<Row> visitor) {
    lanes.forEach(lane -> lane.forEach(visitor));
  }

  /** Forgets a row; under its lane's lock. */
  void forget(Row row) {
    if (byId.isKept()) {
      rows.remove(row, IdTable.hash(row.id()));
    }
    if (row.members.forget(row) && byNotification.isKept()) {
      notifications.remove(row.members, IdTable.hash(row.notificationId()));
    }
    forgetProviderId(row);
  }
}
