package dev.notifykit.store.memory;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.Route;
import dev.notifykit.store.DeliveryLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The log: the same rows as the queues', waiting or settled, until they are forgotten. */
final class MemoryLog implements DeliveryLog {
  private static final int PURGED_AT_ONCE = 1_000;
  private static final int PAGE = 1_000;
  private static final Comparator<Delivery> OLDEST_FIRST = (a, b) -> Ids.compare(a.id(), b.id());

  private final MemoryQueue queue;

  MemoryLog(MemoryQueue queue) {
    this.queue = queue;
  }

  @Override
  public List<Delivery> deliveries(String tenant, UUID notificationId) {
    List<Row> rows = queue.index.ofNotification(tenant, notificationId);
    List<Delivery> deliveries = new ArrayList<>(rows.size());
    for (Row row : rows) {
      deliveries.add(row.lane.snapshot(row));
    }
    return deliveries;
  }

  @Override
  public Optional<Delivery> find(String tenant, UUID deliveryId) {
    return Optional.ofNullable(queue.index.find(tenant, deliveryId))
        .map(row -> row.lane.snapshot(row));
  }

  @Override
  public List<Attempt> attempts(String tenant, UUID deliveryId) {
    Row row = queue.index.find(tenant, deliveryId);
    return row == null ? List.of() : row.lane.locked(row::attemptLog);
  }

  /** Walks every row: a look for people, not for the pipeline. */
  @Override
  public List<Delivery> ofRecipient(String tenant, String recipientId, int limit) {
    PriorityQueue<Row> newest = new PriorityQueue<>((a, b) -> Ids.compare(a.id(), b.id()));
    queue.index.forEach(
        row -> {
          if (row.isFor(tenant, recipientId)) {
            newest.add(row);
            if (newest.size() > limit) {
              newest.poll();
            }
          }
        });
    return newest.stream()
        .map(row -> row.lane.snapshot(row))
        .sorted(OLDEST_FIRST.reversed())
        .toList();
  }

  @Override
  public void idsOfRecipient(String tenant, String recipientId, Consumer<List<UUID>> page) {
    List<UUID> ids = new ArrayList<>();
    queue.index.forEach(
        row -> {
          if (row.isFor(tenant, recipientId)) {
            ids.add(row.id());
          }
        });
    for (int from = 0; from < ids.size(); from += PAGE) {
      page.accept(List.copyOf(ids.subList(from, Math.min(from + PAGE, ids.size()))));
    }
  }

  @Override
  public List<Delivery> deadLetters(
      String tenant, @Nullable Route route, @Nullable UUID after, int limit) {
    List<Delivery> dead = new ArrayList<>();
    for (Lane lane : queue.lanes()) {
      if (route == null || lane.route() == route) {
        dead.addAll(lane.deadLetters(tenant, after, limit));
      }
    }
    return dead.stream().sorted(OLDEST_FIRST).limit(limit).toList();
  }

  @Override
  public long purge(Duration olderThan) {
    long until = queue.time.micros() - StoreTime.micros(olderThan);
    long purged = 0;
    for (Lane lane : queue.lanes()) {
      int some;
      do {
        some = lane.purge(until, PURGED_AT_ONCE);
        purged += some;
      } while (some >= PURGED_AT_ONCE);
    }
    return purged;
  }
}
