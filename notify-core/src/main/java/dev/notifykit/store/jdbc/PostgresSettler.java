package dev.notifykit.store.jdbc;

import dev.notifykit.store.Settlement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Settles in PostgreSQL: one statement for what leaves the queue, one for what stays. */
final class PostgresSettler extends Settler {
  private static final PgArrays.Columns ENDS =
      PgArrays.Columns.of(
          "id uuid, token bigint, state text, reason text, spends boolean, provider text,"
              + " pmid text");
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

  private static final String ATTEMPTS = "q.attempt - CASE WHEN s.spends THEN 0 ELSE 1 END";

  private static final String END =
      PostgresDialect.BY_INDEX
          + "WITH gone AS (DELETE FROM {queue} q USING "
          + ENDS.unnest("s")
          + FENCE
          + " RETURNING q.id, q.notification_id, q.tenant, q.recipient_id, q.route, q.target_key,"
          + " s.state, s.reason, "
          + ATTEMPTS
          + " AS attempt, q.token,"
          + " COALESCE(s.provider, q.provider) AS provider,"
          + " COALESCE(s.pmid, q.provider_message_id) AS pmid,"
          + " CASE WHEN s.state = 'DEAD' THEN q.address END AS address)"
          + " INSERT INTO {log} ("
          + QueueRows.LOG_COLUMNS
          + ")"
          + " SELECT id, notification_id, tenant, recipient_id, route, target_key, state, reason,"
          + " attempt, token, provider, pmid, "
          + new PostgresDialect().now()
          + ", CASE WHEN state = 'DEAD' THEN 1 END, address FROM gone RETURNING id";

  private static final String AGAIN =
      PostgresDialect.BY_INDEX
          + "WITH t AS MATERIALIZED (SELECT "
          + new PostgresDialect().now()
          + " AS now)"
          + " UPDATE {queue} q SET state = s.state, reason = s.reason,"
          + " lane = CASE WHEN s.waits THEN q.priority END,"
          + " due_at = CASE WHEN s.waits THEN t.now + s.delay ELSE q.due_at END,"
          + " lease_until = CASE WHEN s.waits THEN NULL ELSE t.now + s.delay END,"
          + " attempt = "
          + ATTEMPTS
          + ", recoveries = 0, worker = NULL,"
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
    PgArrays ends = new PgArrays(ENDS);
    PgArrays agains = new PgArrays(AGAINS);
    for (Settlement s : latest.values()) {
      if (leaves(s)) {
        ends.add(
            id(s),
            token(s),
            s.to().name(),
            reason(s),
            s.spendsAttempt(),
            s.provider(),
            providerMessageId(s.providerMessageId()));
      } else {
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
    Set<UUID> written = new HashSet<>(write(tx, END, ends));
    written.addAll(write(tx, AGAIN, agains));
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

  private static List<UUID> write(Tx tx, String sql, PgArrays rows) throws SQLException {
    return rows.size() == 0
        ? List.of()
        : tx.queryLast(sql, r -> tx.dialect.uuid(r, "id"), rows.arguments(tx));
  }
}
