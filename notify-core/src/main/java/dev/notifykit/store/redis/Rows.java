package dev.notifykit.store.redis;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.StoreException;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.UnreadableException;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows. An id does not tell its partition, so each is asked, all at once; with one partition
 * that is one question.
 */
final class Rows {
  private static final int AT_ONCE = 500;

  private final Partitions partitions;
  private final Redis redis;
  private final Keys keys;

  Rows(Partitions partitions) {
    this.partitions = partitions;
    this.redis = partitions.redis;
    this.keys = partitions.keys;
  }

  /** A row that was found. */
  record Found(int partition, UUID id, StoredRow row) {
    Delivery toDelivery() {
      return row.toDelivery(id);
    }

    private boolean isOf(UUID notificationId, String tenant) {
      return row.notificationId().equals(notificationId) && row.tenant().equals(tenant);
    }
  }

  /** A notification's deliveries in their order. */
  record Members(int partition, List<UUID> ids) {}

  /** Asks every partition at once and returns the answers in their order. */
  <T extends @Nullable Object> List<T> everywhere(IntFunction<Supplier<RedisFuture<T>>> question) {
    List<Supplier<RedisFuture<T>>> questions = new ArrayList<>();
    List<RedisFuture<T>> sent = new ArrayList<>();
    for (int p = 0; p < partitions.count(); p++) {
      Supplier<RedisFuture<T>> ask = question.apply(p);
      questions.add(ask);
      sent.add(ask.get());
    }
    List<T> answers = new ArrayList<>();
    for (int p = 0; p < sent.size(); p++) {
      answers.add(redis.await(sent.get(p), questions.get(p)));
    }
    return answers;
  }

  /** Returns a hash's field in every partition, null where there is none. */
  private List<byte @Nullable []> everywhere(String hash, byte[] field) {
    return new ArrayList<>(everywhere(p -> () -> redis.commands().hget(keys.of(p, hash), field)));
  }

  Optional<Found> find(String tenant, UUID id) {
    return find(id).filter(found -> found.row.tenant().equals(tenant));
  }

  private Optional<Found> find(UUID id) {
    List<List<Object>> answers =
        partitions.everywhere(
            (p, all) -> all.send(p, Script.READ, Packer.id(id)), Partitions.Sent::list);
    for (int p = 0; p < answers.size(); p++) {
      byte[] row = (byte[]) answers.get(p).get(0);
      if (row.length > 0) {
        return Optional.of(new Found(p, id, read(row)));
      }
    }
    return Optional.empty();
  }

  Optional<Delivery> byProviderId(byte[] field) {
    List<byte @Nullable []> answers = everywhere("i", field);
    for (byte[] id : answers) {
      if (id != null) {
        return find(Packer.id(id, 0)).map(Found::toDelivery);
      }
    }
    return Optional.empty();
  }

  /** Returns the rows of these that are there, in their order. */
  List<Found> read(int partition, List<UUID> ids) {
    List<Found> found = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<UUID> some = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
      List<Object> rows =
          partitions.send(partition, Script.READ, some.stream().map(Packer::id).toList()).list();
      for (int i = 0; i < some.size(); i++) {
        byte[] row = (byte[]) rows.get(i);
        if (row.length > 0) {
          found.add(new Found(partition, some.get(i), read(row)));
        }
      }
    }
    return found;
  }

  /** Returns a notification's deliveries, if it is the tenant's. */
  List<Members> members(String tenant, UUID notificationId) {
    byte[] field = Packer.id(notificationId);
    List<byte @Nullable []> noted = everywhere("m", field);
    List<byte @Nullable []> only = everywhere("d", field);
    List<Members> all = new ArrayList<>();
    for (int p = 0; p < noted.size(); p++) {
      if (noted.get(p) == null && only.get(p) == null) {
        continue;
      }
      List<UUID> ids = members(notificationId, noted.get(p));
      if (read(p, ids).stream().limit(1).anyMatch(d -> d.isOf(notificationId, tenant))) {
        all.add(new Members(p, ids));
      }
    }
    return all;
  }

  /** Returns a notification's deliveries, which are noted unless the only one has its id. */
  static List<UUID> members(UUID notificationId, byte @Nullable [] noted) {
    if (noted == null) {
      return List.of(notificationId);
    }
    List<UUID> ids = new ArrayList<>();
    for (int at = 0; at < noted.length; at += 16) {
      ids.add(Packer.id(noted, at));
    }
    return ids;
  }

  /** Ends those of these deliveries that wait. */
  List<StateChange> end(
      int partition, DeliveryState to, String reason, Collection<UUID> deliveries) {
    List<StateChange> changes = new ArrayList<>();
    List<UUID> ids = List.copyOf(deliveries);
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<byte[]> args = new ArrayList<>();
      args.add(Packer.utf8(Codes.of(to)));
      args.add(Packer.utf8(reason));
      ids.subList(from, Math.min(from + AT_ONCE, ids.size()))
          .forEach(id -> args.add(Packer.id(id)));
      changes.addAll(changes(partitions.send(partition, Script.END, args).list()));
    }
    return changes;
  }

  /** Reads what scripts tell of changes: id, state before and row of each. */
  static List<StateChange> changes(List<Object> reply) {
    List<StateChange> changes = new ArrayList<>();
    for (int i = 0; i < reply.size(); i += 3) {
      DeliveryState from = Codes.STATES.get((int) (long) (Long) reply.get(i + 1));
      StoredRow row = read((byte[]) reply.get(i + 2));
      changes.add(new StateChange(from, row.toDelivery(Packer.id((byte[]) reply.get(i), 0))));
    }
    return changes;
  }

  static Optional<StoredRow> row(List<Object> reply, int at) {
    return reply.isEmpty() ? Optional.empty() : Optional.of(read((byte[]) reply.get(at)));
  }

  static StoredRow read(byte[] row) {
    try {
      return StoredRow.read(row);
    } catch (UnreadableException e) {
      throw new StoreException("a delivery's row is unreadable", e);
    }
  }
}
