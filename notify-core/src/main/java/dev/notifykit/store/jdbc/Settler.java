package dev.notifykit.store.jdbc;

import dev.notifykit.Attempt;
import dev.notifykit.DeliveryState;
import dev.notifykit.store.Settlement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ends of claims. The fence: a row is only written while it is {@code CLAIMED} under the
 * token of the claim; what comes too late is logged as a stale attempt and changes nothing.
 */
class Settler {
  static final String STALE = "Stale";
  static final String ATTEMPT_COLUMNS =
      "delivery_id, tenant, number, provider, outcome, code, started_at, took";
  private static final int LONGEST_CODE = 200;
  private static final int LONGEST_PROVIDER_ID = 255;

  private static final String AGAIN =
      "UPDATE {queue} SET state = ?, reason = ?, lane = ?, due_at = ?, attempt = ?, recoveries = 0,"
          + " lease_until = ?, worker = NULL, provider = ?, provider_message_id = ?, updated_at = ?"
          + " WHERE id = ? AND token = ? AND state = 'CLAIMED'";

  List<Settlement> settle(Database db, List<Settlement> settlements) {
    settlements.forEach(Settler::check);
    return db.write(tx -> settle(tx, settlements));
  }

  private static void check(Settlement s) {
    if (!DeliveryState.CLAIMED.canBecome(s.to())) {
      throw new IllegalArgumentException("a claim cannot end as " + s.to());
    }
  }

  List<Settlement> settle(Tx tx, List<Settlement> settlements) throws SQLException {
    Map<UUID, QueueRow> held = new HashMap<>();
    for (QueueRow row :
        tx.queryIn(
            QueueRow.SELECT + "WHERE id IN (?*) ORDER BY id FOR UPDATE",
            r -> QueueRow.read(tx.dialect, r),
            ids(settlements))) {
      held.put(row.id(), row);
    }
    List<Settlement> refused = new ArrayList<>();
    List<QueueRows.End> ends = new ArrayList<>();
    List<List<?>> again = new ArrayList<>();
    for (Settlement s : settlements) {
      QueueRow row = held.get(id(s));
      if (row == null || !isHeld(row, s)) {
        refused.add(s);
      } else if (leaves(s)) {
        ends.add(end(row, s));
        held.remove(row.id());
      } else {
        again.add(again(row, s, tx.now()));
        held.remove(row.id());
      }
    }
    QueueRows.moveToLog(tx, ends);
    tx.batch(AGAIN, again);
    logAttempts(tx, settlements, refused);
    return refused;
  }

  static List<UUID> ids(List<Settlement> settlements) {
    return settlements.stream().map(Settler::id).sorted().toList();
  }

  static UUID id(Settlement s) {
    return s.claimed().delivery().id();
  }

  static boolean isHeld(QueueRow row, Settlement s) {
    return row.token() == s.claimed().token() && row.state().equals(DeliveryState.CLAIMED.name());
  }

  /** Whether the delivery leaves the queue. */
  static boolean leaves(Settlement s) {
    return s.to().isTerminal();
  }

  static QueueRows.End end(QueueRow row, Settlement s) {
    return new QueueRows.End(
        row, s.to(), reason(s), attempts(row, s), provider(row, s), providerMessageId(row, s));
  }

  private static List<?> again(QueueRow row, Settlement s, long now) {
    boolean waits = s.to().isWaiting();
    long until = now + delay(s);
    return Arrays.asList(
        s.to(),
        reason(s),
        waits ? row.priority() : null,
        waits ? until : row.dueAt(),
        attempts(row, s),
        waits ? null : until,
        provider(row, s),
        providerMessageId(row, s),
        now,
        row.id(),
        row.token());
  }

  static long delay(Settlement s) {
    Duration delay = s.delay();
    return delay == null ? 0 : Micros.of(delay);
  }

  private static int attempts(QueueRow row, Settlement s) {
    return s.spendsAttempt() ? row.attempt() : row.attempt() - 1;
  }

  private static @Nullable String provider(QueueRow row, Settlement s) {
    return s.provider() == null ? row.provider() : s.provider();
  }

  private static @Nullable String providerMessageId(QueueRow row, Settlement s) {
    String given = providerMessageId(s.providerMessageId());
    return given == null ? row.providerMessageId() : given;
  }

  static @Nullable String reason(Settlement s) {
    return Words.of(s.reason(), LONGEST_CODE);
  }

  static @Nullable String providerMessageId(@Nullable String id) {
    return Words.of(id, LONGEST_PROVIDER_ID);
  }

  static @Nullable String code(@Nullable String code) {
    return Words.of(code, LONGEST_CODE);
  }

  static void logAttempts(Tx tx, List<Settlement> settlements, List<Settlement> refused)
      throws SQLException {
    Set<Settlement> lost = Collections.newSetFromMap(new IdentityHashMap<>());
    lost.addAll(refused);
    List<List<?>> rows = new ArrayList<>();
    for (Settlement s : settlements) {
      Attempt a = lost.contains(s) ? stale(s, tx.now()) : s.attempt();
      if (a != null) {
        rows.add(attemptRow(s, a));
      }
    }
    tx.insert("attempt", ATTEMPT_COLUMNS, rows);
  }

  /** An acceptance has no attempt to log, but one that came too late is told by nothing else. */
  private static Attempt stale(Settlement s, long now) {
    Attempt a = s.attempt();
    return new Attempt(
        id(s),
        s.claimed().attempt(),
        s.provider(),
        STALE,
        a == null ? s.reason() : a.code(),
        a == null ? Micros.instant(now) : a.startedAt(),
        a == null ? Duration.ZERO : a.took());
  }

  private static List<?> attemptRow(Settlement s, Attempt a) {
    return Arrays.asList(
        a.deliveryId(),
        s.claimed().delivery().notification().tenant(),
        a.number(),
        a.provider(),
        a.outcome(),
        code(a.code()),
        a.startedAt(),
        Micros.of(a.took()));
  }
}
