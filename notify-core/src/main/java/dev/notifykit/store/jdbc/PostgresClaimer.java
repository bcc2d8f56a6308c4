package dev.notifykit.store.jdbc;

import dev.notifykit.Delivery;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.policy.Preference;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Claims from PostgreSQL in one statement: pick by index and skip what is locked, mark by the rows'
 * places, and join what a worker needs, the preferences and suppressed addresses of that moment
 * included.
 *
 * <p>The joins are lateral with a limit, and sequential scans are off for the transaction: a plan
 * made while the tables were small is kept by the connection, and would read the whole of a backlog
 * for every claim.
 *
 * <p>A claim begins where the last one ended, and only now and then at the very front: what was
 * claimed stays in the index until the next vacuum, and a long backlog would have every claim walk
 * past all that went before it. What comes due in between at an earlier time, such as a delivery
 * that was handed back, waits for the next look from the front.
 */
final class PostgresClaimer extends Claimer {
  private static final String SQL =
      PostgresDialect.BY_INDEX
          + "WITH t AS MATERIALIZED (SELECT "
          + new PostgresDialect().now()
          + " AS now), picked AS MATERIALIZED (SELECT q.place FROM (VALUES (0, ?::bigint), (1, ?),"
          + " (2, ?)) AS l(lane, since) CROSS JOIN LATERAL (SELECT ctid AS place FROM {queue} WHERE"
          + " route = ? AND lane = l.lane AND due_at >= l.since AND due_at <= (SELECT now FROM t)"
          + " ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED) q LIMIT ?), c AS (UPDATE {queue} q"
          + " SET state = 'CLAIMED', lane = NULL, token = token + 1, attempt = attempt + 1,"
          + " lease_until = (SELECT now FROM t) + ?, worker = ?, updated_at = (SELECT now FROM t)"
          + " WHERE q.ctid = ANY (ARRAY(SELECT place FROM picked)) RETURNING q.*) SELECT c.id,"
          + " c.notification_id, c.tenant, c.recipient_id, c.route, c.target_key, c.state,"
          + " c.reason, c.priority, c.lane, c.due_at, c.token - 1 AS token, c.attempt - 1 AS"
          + " attempt, c.recoveries, c.lease_until, c.provider, c.provider_message_id, c.address,"
          + " n.id AS known, n.event_id, n.fingerprint, n.template, n.category, n.topic,"
          + " n.unknown_outcome, n.created_at, n.expires_at, n.content, r.quiet_from, r.quiet_to,"
          + " r.erased, p.choices, s.hit IS NOT NULL OR d.hit IS NOT NULL AS suppressed FROM c LEFT"
          + " JOIN LATERAL (SELECT * FROM {notification} WHERE id = c.notification_id LIMIT 1) n ON"
          + " TRUE LEFT JOIN LATERAL (SELECT * FROM {recipient} WHERE tenant = c.tenant AND"
          + " recipient_id = c.recipient_id LIMIT 1) r ON TRUE LEFT JOIN LATERAL (SELECT"
          + " array_agg(ARRAY[scope, channel, name, opted_in::text]) AS choices FROM {preference}"
          + " WHERE tenant = c.tenant AND recipient_id = c.recipient_id) p ON TRUE LEFT JOIN"
          + " LATERAL (SELECT 1 AS hit FROM {suppression} WHERE tenant = c.tenant AND target_key ="
          + " c.target_key LIMIT 1) s ON TRUE LEFT JOIN LATERAL (SELECT 1 AS hit FROM {device}"
          + " WHERE tenant = c.tenant AND device_id = c.target_key AND disabled_at IS NOT NULL"
          + " LIMIT 1) d ON TRUE";

  private static final long FROM_THE_FRONT_NANOS = Duration.ofSeconds(1).toNanos();

  private final Map<Route, Front> fronts = new EnumMap<>(Route.class);

  PostgresClaimer() {
    for (Route route : Route.values()) {
      fronts.put(route, new Front());
    }
  }

  /** Up to where a route's queue was claimed by this node; one entry a lane. */
  private static final class Front {
    private long[] since = new long[Priority.values().length];
    private long lookedAt = System.nanoTime();

    synchronized List<Long> since() {
      if (System.nanoTime() - lookedAt > FROM_THE_FRONT_NANOS) {
        reset();
      }
      return Arrays.stream(since).boxed().toList();
    }

    /** After less than was asked for, the next begins at the front again. */
    synchronized void claimed(List<Seen> claimed, int wanted) {
      if (claimed.size() < wanted) {
        reset();
      } else {
        claimed.forEach(s -> claimed(s.found.row()));
      }
    }

    private void claimed(QueueRow row) {
      int lane = row.priority();
      if (lane >= 0 && lane < since.length) {
        since[lane] = Math.max(since[lane], row.dueAt());
      }
    }

    private void reset() {
      since = new long[since.length];
      lookedAt = System.nanoTime();
    }
  }

  /** A claimed row, read whole, with what the moment says about it. */
  private record Seen(Found found, PreferenceSet preferences, boolean suppressed) {}

  @Override
  ClaimBatch claim(Database db, ClaimRequest request) {
    Front front = Objects.requireNonNull(fronts.get(request.route()));
    List<Seen> seen = new ArrayList<>();
    List<QueueRow> broken = new ArrayList<>();
    db.write(
        tx -> {
          seen.clear();
          broken.clear();
          return claim(tx, request, front.since(), seen, broken);
        });
    front.claimed(seen, request.max());
    seen.sort((a, b) -> BEST_FIRST.compare(a.found, b.found));
    List<ClaimedDelivery> claimed =
        seen.stream().map(s -> claimed(s.found, s.preferences, s.suppressed)).toList();
    return new ClaimBatch(claimed, quarantine(db, broken));
  }

  private static boolean claim(
      Tx tx, ClaimRequest request, List<Long> since, List<Seen> seen, List<QueueRow> broken)
      throws SQLException {
    Map<UUID, StoredNotification> notifications = new HashMap<>();
    tx.queryLast(
        SQL,
        r -> {
          QueueRow row = QueueRow.read(tx.dialect, r);
          try {
            return seen.add(seen(row, r, notifications));
          } catch (UnreadableException | IllegalArgumentException e) {
            return broken.add(row);
          }
        },
        since,
        request.route(),
        request.max(),
        request.max(),
        Micros.of(request.lease()),
        request.worker());
    return true;
  }

  private static Seen seen(QueueRow row, ResultSet r, Map<UUID, StoredNotification> notifications)
      throws SQLException, UnreadableException {
    StoredNotification n = notifications.get(row.notificationId());
    if (n == null && r.getObject("known") != null) {
      // The row's own priority and tenant are the notification's.
      n = Notifications.read(row.notificationId(), r, StoreCodec.content(r.getString("content")));
      notifications.put(row.notificationId(), n);
    }
    return new Seen(decode(row, n), preferences(r), r.getBoolean("suppressed"));
  }

  private static PreferenceSet preferences(ResultSet r) throws SQLException {
    Array choices = r.getArray("choices");
    String quietFrom = r.getString("quiet_from");
    boolean erased = r.getBoolean("erased");
    if (choices == null && quietFrom == null && !erased) {
      return PreferenceSet.NONE;
    }
    List<Preference> read = new ArrayList<>();
    if (choices != null) {
      for (String[] c : (String[][]) choices.getArray()) {
        Preference choice = LateChecks.preference(c[0], c[1], c[2], c[3].startsWith("t"));
        if (choice != null) {
          read.add(choice);
        }
      }
    }
    return new PreferenceSet(
        read, LateChecks.quietHours(quietFrom, r.getString("quiet_to")), erased);
  }

  /** They are claimed by now, so nobody else touches them; if this fails, their leases lapse. */
  private static List<Delivery> quarantine(Database db, List<QueueRow> broken) {
    return broken.isEmpty() ? List.of() : db.write(tx -> quarantine(tx, broken));
  }
}
