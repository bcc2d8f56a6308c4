package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Settles in PostgreSQL: one statement takes what is done out of the queue, another changes what
 * stays. What goes to the log the worker mostly knows from its claim, so it is not read again.
 */
final class PostgresSettler extends Settler {
  private static final PgArrays.Columns ENDS =
      PgArrays.Columns.of("id uuid, token bigint, dead boolean");
  private static final PgArrays.Columns AGAINS =
      PgArrays.Columns.of(
          "id uuid, token bigint, state text, reason text, spends boolean, provider text,"
              + " pmid text, waits boolean, delay bigint");

  /**
   * Compared with an array of one, ids can only be looked up one by one: a plan made while the
   * queue was empty would otherwise compare all of it with each of them, and be kept.
   */
  private static final String FENCE =
      " WHERE q.id = ANY (ARRAY[s.id]) AND q.token = s.token AND q.state = 'CLAIMED'";

  /** Returns what the worker does not know of a row. Only a dead letter keeps its address. */
  private static final String LEAVE =
      PostgresDialect.BY_INDEX
          + "DELETE FROM {queue} q USING "
          + ENDS.unnest("s")
          + FENCE
          + " RETURNING q.id, q.provider, q.provider_message_id,"
          + " CASE WHEN s.dead THEN q.address END AS address, "
          + new PostgresDialect().now()
          + " AS now";

  private static final String AGAIN =
      PostgresDialect.BY_INDEX
          + "WITH t AS MATERIALIZED (SELECT "
          + new PostgresDialect().now()
          + " AS now)"
          + " UPDATE {queue} q SET state = s.state, reason = s.reason,"
          + " lane = CASE WHEN s.waits THEN q.priority END,"
          + " due_at = CASE WHEN s.waits THEN t.now + s.delay ELSE q.due_at END,"
          + " lease_until = CASE WHEN s.waits THEN NULL ELSE t.now + s.delay END,"
          + " attempt = q.attempt - CASE WHEN s.spends THEN 0 ELSE 1 END, recoveries = 0,"
          + " worker = NULL,"
          + " provider = COALESCE(s.provider, q.provider),"
          + " provider_message_id = COALESCE(s.pmid, q.provider_message_id), updated_at = t.now"
          + " FROM "
          + AGAINS.unnest("s")
          + " CROSS JOIN t"
          + FENCE
          + " RETURNING q.id";

  @Override
  List<Settlement> settle(Tx tx, List<Settlement> settlements) throws SQLException {
    Map<UUID, Settlement> latest = new LinkedHashMap<>();
    settlements.forEach(s -> latest.merge(id(s), s, PostgresSettler::later));
    Set<UUID> written = leave(tx, latest);
    written.addAll(again(tx, latest.values()));
    List<Settlement> refused = new ArrayList<>();
    for (Settlement s : settlements) {
      if (!s.equals(latest.get(id(s))) || !written.remove(id(s))) {
        refused.add(s);
      }
    }
    logAttempts(tx, settlements, refused);
    return refused;
  }

  /** A worker may hold the ends of two claims of one delivery; only the later can be written. */
  private static Settlement later(Settlement a, Settlement b) {
    return token(b) > token(a) ? b : a;
  }

  private static long token(Settlement s) {
    return s.claimed().token();
  }

  /** Moves what is done from the queue to the log, and returns the ids of what was still held. */
  private static Set<UUID> leave(Tx tx, Map<UUID, Settlement> latest) throws SQLException {
    PgArrays ends = new PgArrays(ENDS);
    for (Settlement s : latest.values()) {
      if (leaves(s)) {
        ends.add(id(s), token(s), s.to() == DeliveryState.DEAD);
      }
    }
    Set<UUID> left = new HashSet<>();
    List<List<?>> rows = new ArrayList<>(ends.size());
    write(
        tx,
        LEAVE,
        ends,
        r -> {
          UUID id = tx.dialect.uuid(r, "id");
          return left.add(id) && rows.add(logRow(Objects.requireNonNull(latest.get(id)), r));
        });
    tx.insert("log", QueueRows.LOG_COLUMNS, rows);
    return left;
  }

  private static List<?> logRow(Settlement s, ResultSet row) throws SQLException {
    QueuedDelivery d = s.claimed().delivery();
    String pmid = providerMessageId(s.providerMessageId());
    return Arrays.asList(
        d.id(),
        d.notification().id(),
        d.notification().tenant(),
        d.recipientId(),
        d.route(),
        d.target().key(),
        s.to(),
        reason(s),
        s.claimed().attempt() - (s.spendsAttempt() ? 0 : 1),
        token(s),
        s.provider() == null ? row.getString("provider") : s.provider(),
        pmid == null ? row.getString("provider_message_id") : pmid,
        row.getLong("now"),
        s.to() == DeliveryState.DEAD ? 1 : null,
        row.getString("address"));
  }

  private static List<UUID> again(Tx tx, Collection<Settlement> latest) throws SQLException {
    PgArrays agains = new PgArrays(AGAINS);
    for (Settlement s : latest) {
      if (!leaves(s)) {
        agains.add(
            id(s),
            token(s),
            s.to().name(),
            reason(s),
            s.spendsAttempt(),
            s.provider(),
            providerMessageId(s.providerMessageId()),
            s.to().isWaiting(),
            delay(s));
      }
    }
    return write(tx, AGAIN, agains, r -> tx.dialect.uuid(r, "id"));
  }

  private static <T> List<T> write(Tx tx, String sql, PgArrays rows, Tx.Reader<T> reader)
      throws SQLException {
    return rows.size() == 0 ? List.of() : tx.queryLast(sql, reader, rows.arguments(tx));
  }
}
