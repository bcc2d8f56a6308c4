package dev.notifykit.store.redis;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.DeliveryLog;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log: the same rows as the queues', waiting or settled. */
final class RedisLog implements DeliveryLog {
  private static final int PURGED_AT_ONCE = 500;
  private static final int PAGE = 1_000;
  private static final int ID_PAGE = 500;

  private final Partitions partitions;
  private final Redis redis;
  private final Keys keys;
  private final Rows rows;

  RedisLog(Partitions partitions, Rows rows) {
    this.partitions = partitions;
    this.redis = partitions.redis;
    this.keys = partitions.keys;
    this.rows = rows;
  }

  @Override
  public List<Delivery> deliveries(String tenant, UUID notificationId) {
    List<Delivery> all = new ArrayList<>();
    for (Rows.Members members : rows.members(tenant, notificationId)) {
      rows.read(members.partition(), members.ids()).forEach(found -> all.add(found.toDelivery()));
    }
    return all;
  }

  @Override
  public Optional<Delivery> find(String tenant, UUID deliveryId) {
    return rows.find(tenant, deliveryId).map(Rows.Found::toDelivery);
  }

  @Override
  public List<Attempt> attempts(String tenant, UUID deliveryId) {
    return rows.find(tenant, deliveryId)
        .map(found -> attempts(found.partition(), deliveryId))
        .orElse(List.of());
  }

  private List<Attempt> attempts(int partition, UUID deliveryId) {
    byte[] key = keys.of(partition, "t:", Packer.id(deliveryId));
    List<Attempt> attempts = new ArrayList<>();
    try {
      for (byte[] attempt : redis.await(() -> redis.commands().lrange(key, 0, -1))) {
        attempts.add(Settler.attempt(deliveryId, attempt));
      }
    } catch (UnreadableException e) {
      throw new StoreException("an attempt of delivery " + deliveryId + " is unreadable", e);
    }
    return attempts;
  }

  @Override
  public List<Delivery> ofRecipient(String tenant, String recipientId, int limit) {
    List<List<UUID>> latest = new ArrayList<>();
    for (int p = 0; p < partitions.count(); p++) {
      List<UUID> some = new ArrayList<>();
      Page page = Page.FIRST;
      do {
        page = ofRecipient(p, tenant, recipientId, page, Math.min(limit - some.size(), PAGE));
        some.addAll(page.ids);
      } while (!page.isLast() && some.size() < limit);
      latest.add(some);
    }
    return newestFirst(latest, limit);
  }

  @Override
  public void idsOfRecipient(String tenant, String recipientId, Consumer<List<UUID>> taker) {
    for (int p = 0; p < partitions.count(); p++) {
      idsOfRecipient(p, tenant, recipientId, taker);
    }
  }

  /** Hands over those in one partition, about in the order of time, the latest first. */
  void idsOfRecipient(
      int partition, String tenant, String recipientId, Consumer<List<UUID>> taker) {
    Page page = Page.FIRST;
    do {
      page = ofRecipient(partition, tenant, recipientId, page, ID_PAGE);
      if (!page.ids.isEmpty()) {
        taker.accept(page.ids);
      }
    } while (!page.isLast());
  }

  /** Some of a recipient's deliveries, and where to go on. */
  private static final class Page {
    static final Page FIRST = new Page(List.of(), new byte[0]);

    private final List<UUID> ids;
    private final byte[] next;

    private Page(List<UUID> ids, byte[] next) {
      this.ids = ids;
      this.next = next;
    }

    boolean isLast() {
      return next.length == 0;
    }
  }

  /** Returns the next of a recipient's deliveries in a partition, about in the order of time. */
  private Page ofRecipient(
      int partition, String tenant, String recipientId, Page before, int limit) {
    List<Object> reply =
        partitions
            .send(
                partition,
                Script.OFPERSON,
                StoredRow.person(tenant, recipientId),
                before.next,
                Packer.utf8(limit))
            .list();
    List<UUID> ids = reply.stream().skip(1).map(id -> Packer.id((byte[]) id, 0)).toList();
    return new Page(ids, (byte[]) reply.get(0));
  }

  private static List<UUID> ids(List<byte[]> members) {
    return members.stream().map(id -> Packer.id(id, 0)).toList();
  }

  private List<Delivery> newestFirst(List<List<UUID>> ids, int limit) {
    return read(ids, Ids.OLDEST_FIRST.reversed(), limit);
  }

  /** Reads the first of what several partitions have. */
  private List<Delivery> read(List<List<UUID>> ids, Comparator<UUID> order, int limit) {
    List<UUID> first = ids.stream().flatMap(List::stream).sorted(order).limit(limit).toList();
    List<Delivery> all = new ArrayList<>();
    for (int p = 0; p < ids.size(); p++) {
      List<UUID> wanted = ids.get(p).stream().filter(first::contains).toList();
      rows.read(p, wanted).forEach(found -> all.add(found.toDelivery()));
    }
    all.sort(Comparator.comparing(Delivery::id, order));
    return all;
  }

  @Override
  public List<Delivery> deadLetters(
      String tenant, @Nullable Route route, @Nullable UUID after, int limit) {
    Range.Boundary<byte[]> from =
        after == null ? Range.Boundary.unbounded() : Range.Boundary.excluding(Packer.id(after));
    Range<byte[]> range = Range.from(from, Range.Boundary.unbounded());
    List<List<UUID>> byPartition = new ArrayList<>();
    for (int p = 0; p < partitions.count(); p++) {
      byPartition.add(new ArrayList<>());
    }
    for (Route each : route == null ? Codes.ROUTES : List.of(route)) {
      String name = "k" + Codes.of(each) + ":" + tenant;
      List<List<byte[]>> found =
          rows.everywhere(
              p -> () -> redis.commands().zrangebylex(keys.of(p, name), range, Limit.from(limit)));
      for (int p = 0; p < found.size(); p++) {
        byPartition.get(p).addAll(ids(found.get(p)));
      }
    }
    return read(byPartition, Ids.OLDEST_FIRST, limit);
  }

  @Override
  public long purge(Duration olderThan) {
    byte[] age = Packer.utf8(Micros.of(olderThan));
    long purged = 0;
    for (int p = 0; p < partitions.count(); p++) {
      List<Object> reply;
      do {
        reply = partitions.send(p, Script.PURGE, age, Packer.utf8(PURGED_AT_ONCE)).list();
        purged += (Long) reply.get(0);
      } while ((Long) reply.get(1) > 0);
    }
    return purged;
  }
}
