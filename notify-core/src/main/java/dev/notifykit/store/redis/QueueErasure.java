package dev.notifykit.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.StoreCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Erases a person from the queues and the log: what waits is suppressed, addresses go, and content
 * unless the same notification went to others, too.
 */
final class QueueErasure {
  private static final int PAGE = 500;

  private final Partitions partitions;
  private final Rows rows;
  private final RedisLog log;

  QueueErasure(Partitions partitions, Rows rows, RedisLog log) {
    this.partitions = partitions;
    this.rows = rows;
    this.log = log;
  }

  /** Whoever is appended meanwhile comes before the pages that are still to be read. */
  List<StateChange> erase(String tenant, String recipientId) {
    List<StateChange> changes = new ArrayList<>();
    for (int p = 0; p < partitions.count(); p++) {
      int partition = p;
      log.idsOfRecipient(
          partition,
          tenant,
          recipientId,
          ids -> changes.addAll(erase(partition, ids, recipientId)));
    }
    return changes;
  }

  private List<StateChange> erase(int partition, List<UUID> ids, String recipientId) {
    List<StateChange> changes =
        rows.end(partition, DeliveryState.SUPPRESSED, SuppressionReason.ERASED.name(), ids);
    Set<UUID> notifications = new HashSet<>();
    for (Rows.Found found : rows.read(partition, ids)) {
      notifications.add(found.row().notificationId());
    }
    notifications.removeIf(n -> !isOnlyTheirs(partition, n, recipientId));
    List<byte[]> args = new ArrayList<>();
    args.add(Packer.utf8(StoreCodec.ERASED));
    args.add(Packer.utf8(ids.size()));
    ids.forEach(id -> args.add(Packer.id(id)));
    notifications.forEach(id -> args.add(Packer.id(id)));
    partitions.send(partition, Script.BLOT, args).number();
    return changes;
  }

  private boolean isOnlyTheirs(int partition, UUID notificationId, String recipientId) {
    byte[] field = Packer.id(notificationId);
    byte[] noted =
        partitions.redis.await(
            () -> partitions.redis.commands().hget(partitions.keys.of(partition, "m"), field));
    List<UUID> members = Rows.members(notificationId, noted);
    for (int from = 0; from < members.size(); from += PAGE) {
      List<UUID> some = members.subList(from, Math.min(from + PAGE, members.size()));
      if (rows.read(partition, some).stream()
          .anyMatch(found -> !found.row().recipientId().equals(recipientId))) {
        return false;
      }
    }
    return true;
  }
}
