package dev.notifykit.store.redis;

import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.StoredAddress;
import dev.notifykit.store.codec.UnreadableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims. With one partition a claim is one script; with several the heads of all are looked at
 * first, and each is asked for as many as are its share of the longest due. Another node may be
 * faster: then there are fewer, never ones out of order.
 */
final class Claimer {
  private static final Logger LOG = LoggerFactory.getLogger(Claimer.class);
  private static final int MOST = 1_000;
  private static final PreferenceSet ERASED = new PreferenceSet(List.of(), null, true);
  private static final Comparator<Claimed> IN_ORDER =
      Comparator.<Claimed>comparingInt(c -> Codes.of(c.row.priority()))
          .thenComparingLong(c -> c.row.due());

  private final Partitions partitions;
  private final Redis redis;

  Claimer(Partitions partitions) {
    this.partitions = partitions;
    this.redis = partitions.redis;
  }

  ClaimBatch claim(ClaimRequest request) {
    int max = Math.min(request.max(), MOST);
    Map<Integer, Integer> shares = partitions.count() == 1 ? Map.of(0, max) : shares(request, max);
    List<Partitions.Sent> sent = new ArrayList<>();
    shares.forEach((p, share) -> sent.add(send(request, p, share)));
    Batch batch = new Batch();
    sent.forEach(batch::read);
    return batch.finish();
  }

  private Partitions.Sent send(ClaimRequest request, int partition, int max) {
    return partitions.send(
        partition,
        Script.CLAIM,
        Packer.utf8(Codes.of(request.route())),
        Packer.utf8(max),
        Packer.utf8(Micros.of(request.lease())));
  }

  // ---- several partitions

  /** A delivery that waits at the head of a queue. */
  private record Head(int partition, int priority, long due) {}

  private Map<Integer, Integer> shares(ClaimRequest request, int max) {
    List<Head> due = new ArrayList<>();
    List<List<Object>> replies =
        partitions.everywhere(
            (p, all) ->
                all.send(p, Script.HEADS, Packer.utf8(Codes.of(request.route())), Packer.utf8(max)),
            Partitions.Sent::list);
    for (int p = 0; p < replies.size(); p++) {
      addDue(due, p, replies.get(p));
    }
    due.sort(Comparator.comparingInt(Head::priority).thenComparingLong(Head::due));
    Map<Integer, Integer> shares = new LinkedHashMap<>();
    due.stream().limit(max).forEach(head -> shares.merge(head.partition, 1, Integer::sum));
    return shares;
  }

  private static void addDue(List<Head> due, int partition, List<Object> reply) {
    long now = (Long) reply.get(0);
    int at = 1;
    for (int priority = 0; priority < Codes.PRIORITIES.size(); priority++) {
      int count = (int) (long) (Long) reply.get(at++);
      for (int i = 0; i < count; i++) {
        long dueAt = (Long) reply.get(at++);
        if (dueAt <= now) {
          due.add(new Head(partition, priority, dueAt));
        }
      }
    }
  }

  // ---- what was claimed

  /** A row that is claimed, with its delivery if the rest of it could be read. */
  private record Claimed(
      int partition, UUID id, StoredRow row, @Nullable QueuedDelivery delivery, boolean erased) {}

  /** The notifications that a claim's reply ends with; each is read once. */
  private static final class Contents {
    private static final byte[] NONE = new byte[0];

    private final Map<UUID, byte[]> bytes = new HashMap<>();
    private final Map<UUID, StoredNotification> read = new HashMap<>();

    Contents(List<Object> reply, int from) {
      for (int i = from; i < reply.size(); i += 2) {
        bytes.put(Packer.id((byte[]) reply.get(i), 0), (byte[]) reply.get(i + 1));
      }
    }

    NotificationBytes.Solo solo(UUID id) throws UnreadableException {
      return NotificationBytes.readSolo(id, bytes.getOrDefault(id, NONE));
    }

    StoredNotification notification(UUID id) throws UnreadableException {
      StoredNotification known = read.get(id);
      if (known == null) {
        known = NotificationBytes.read(id, bytes.getOrDefault(id, NONE));
        read.put(id, known);
      }
      return known;
    }
  }

  /** A claim's replies in the making. */
  private final class Batch {
    private final List<Claimed> claimed = new ArrayList<>();
    private final List<ClaimedDelivery> readable = new ArrayList<>();
    private final List<Claimed> unreadable = new ArrayList<>();

    void read(Partitions.Sent sent) {
      List<Object> reply = sent.list();
      int count = (int) (long) (Long) reply.get(0);
      Contents contents = new Contents(reply, 1 + 3 * count);
      for (int i = 0; i < count; i++) {
        UUID id = Packer.id((byte[]) reply.get(1 + 3 * i), 0);
        StoredRow row = rowOrNull(id, (byte[]) reply.get(2 + 3 * i));
        if (row != null) {
          byte[] address = (byte[]) reply.get(3 + 3 * i);
          claimed.add(claimed(sent.partition(), id, row, address, contents));
        }
      }
    }

    private Claimed claimed(
        int partition, UUID id, StoredRow row, byte[] address, Contents contents) {
      try {
        NotificationBytes.Solo content =
            row.solo()
                ? contents.solo(row.notificationId())
                : new NotificationBytes.Solo(
                    Packer.text(address), contents.notification(row.notificationId()));
        StoredAddress to = StoreCodec.address(content.address(), row.route().channel());
        return new Claimed(
            partition, id, row, delivery(id, row, content.notification(), to), to.erased());
      } catch (UnreadableException e) {
        return new Claimed(partition, id, row, null, false);
      }
    }

    private QueuedDelivery delivery(
        UUID id, StoredRow row, StoredNotification notification, StoredAddress to) {
      return new QueuedDelivery(
          id,
          notification,
          row.recipientId(),
          to.recipientName(),
          to.target().withKey(row.targetKey()),
          to.locale(),
          to.zone(),
          to.fallback());
    }

    /** A row that cannot be read is set aside by the scripts when its lease lapses. */
    private @Nullable StoredRow rowOrNull(UUID id, byte[] bytes) {
      try {
        return StoredRow.read(bytes);
      } catch (UnreadableException e) {
        LOG.error("The row of delivery {} is unreadable: {}", id, e.getMessage());
        return null;
      }
    }

    ClaimBatch finish() {
      if (claimed.isEmpty()) {
        return ClaimBatch.EMPTY;
      }
      claimed.sort(IN_ORDER);
      List<QueuedDelivery> deliveries = new ArrayList<>();
      for (Claimed c : claimed) {
        if (c.delivery != null) {
          deliveries.add(c.delivery);
        }
      }
      LateChecks checks = LateChecks.ask(redis, partitions.keys, deliveries).answered();
      claimed.forEach(c -> check(c, checks));
      return new ClaimBatch(readable, quarantine());
    }

    private void check(Claimed c, LateChecks checks) {
      QueuedDelivery d = c.delivery;
      if (d == null) {
        unreadable.add(c);
        return;
      }
      try {
        PreferenceSet preferences = c.erased ? ERASED : checks.preferences(d);
        readable.add(
            new ClaimedDelivery(
                d, c.row.token(), c.row.attempts(), preferences, checks.isSuppressed(d)));
      } catch (UnreadableException e) {
        unreadable.add(c);
      }
    }

    private List<Delivery> quarantine() {
      List<Delivery> dead = new ArrayList<>();
      for (Claimed c : unreadable) {
        String reason = DeadReason.UNREADABLE.name();
        byte[] end =
            Settler.end(c.id, c.row.token(), DeliveryState.DEAD, true, 0, reason, null, null);
        partitions
            .send(c.partition, Script.SETTLE, Packer.utf8(Settler.nonce()), end, new byte[0])
            .list();
        dead.add(c.row.after(DeliveryState.DEAD, reason).toDelivery(c.id));
      }
      return dead;
    }
  }
}
