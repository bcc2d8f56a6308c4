package dev.notifykit.store.jdbc;

import dev.notifykit.Priority;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.Content;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads notifications. */
final class Notifications {
  private Notifications() {}

  /** What a delivery tells of its notification. */
  record Head(String template, String category, Instant createdAt, String unknownOutcome) {
    /** Stands in for a notification whose row is gone. */
    static final Head GONE = new Head("", "", Instant.EPOCH, "");
  }

  static Map<UUID, Head> heads(Tx tx, Collection<UUID> ids) throws SQLException {
    Map<UUID, Head> heads = new HashMap<>();
    tx.queryIn(
        "SELECT id, template, category, created_at, unknown_outcome FROM {notification}"
            + " WHERE id IN (?*)",
        r -> heads.put(tx.dialect.uuid(r, "id"), head(r)),
        new LinkedHashSet<>(ids));
    return heads;
  }

  /**
   * Returns those of some notifications that have deliveries. One statement looks at both tables:
   * between two a delivery could move from the one that is yet to come to the one that was, and be
   * in neither.
   *
   * @param which says which deliveries count, after {@code WHERE}
   * @param arguments of {@code which}
   */
  static Set<UUID> withDeliveries(Tx tx, Collection<UUID> ids, String which, List<Object> arguments)
      throws SQLException {
    String part = " WHERE " + which + "notification_id IN (?*)";
    String sql =
        "SELECT notification_id FROM {queue}"
            + part
            + " UNION SELECT notification_id FROM {log}"
            + part;
    Set<UUID> found = new HashSet<>();
    for (Tx.In in : tx.dialect.in(tx, ids)) {
      tx.query(
          in.into(tx, sql),
          r -> found.add(tx.dialect.uuid(r, "notification_id")),
          arguments,
          in.argument(),
          arguments,
          in.argument());
    }
    return found;
  }

  private static Head head(ResultSet r) throws SQLException {
    return new Head(
        r.getString("template"),
        r.getString("category"),
        Micros.instant(r.getLong("created_at")),
        r.getString("unknown_outcome"));
  }

  static final String COLUMNS =
      "n.tenant, n.event_id, n.fingerprint, n.template, n.category, n.topic, n.priority,"
          + " n.unknown_outcome, n.created_at, n.expires_at, n.content";

  /** Reads a whole notification; columns as in {@link #COLUMNS}. */
  static StoredNotification read(UUID id, ResultSet r, Content content)
      throws SQLException, UnreadableException {
    return new StoredNotification(
        id,
        r.getString("tenant"),
        r.getString("event_id"),
        r.getLong("fingerprint"),
        r.getString("template"),
        r.getString("category"),
        r.getString("topic"),
        priority(r.getInt("priority")),
        unknownOutcome(r.getString("unknown_outcome")),
        Micros.instant(r.getLong("created_at")),
        instant(Tx.longOrNull(r, "expires_at")),
        content);
  }

  static Content content(String text) throws UnreadableException {
    return StoreCodec.content(text);
  }

  private static @Nullable Instant instant(@Nullable Long micros) {
    return Micros.instantOrNull(micros);
  }

  private static Priority priority(int stored) throws UnreadableException {
    return switch (stored) {
      case 0 -> Priority.HIGH;
      case 1 -> Priority.NORMAL;
      case 2 -> Priority.LOW;
      default -> throw new UnreadableException("a notification's priority is unknown", null);
    };
  }

  private static UnknownOutcome unknownOutcome(String stored) throws UnreadableException {
    try {
      return UnknownOutcome.valueOf(stored);
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("a notification's policy is unknown", null);
    }
  }
}
