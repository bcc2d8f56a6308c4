package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Appends to PostgreSQL: one statement stores the notifications whose event ids are free and the
 * deliveries of just those. With rate limits in play it takes two, with the buckets in between.
 */
final class PostgresAppender extends Appender {
  private static final int LOOKS = 3;

  private static final String NOTIFICATIONS =
      "id uuid, tenant text, event_id text, window_micros bigint, fingerprint bigint, template text,"
          + " category text, topic text, priority integer, unknown_outcome text, created_at bigint,"
          + " expires_at bigint, purged bigint, content text";
  private static final String DELIVERIES =
      "id uuid, notification_id uuid, recipient_id text, route text, target_key text, state text,"
          + " due_at bigint, lease bigint, worker text, address text";

  private static final String CLOCK =
      "WITH t AS MATERIALIZED (SELECT " + new PostgresDialect().now() + " AS now)";

  private static final String INSERT_NOTIFICATIONS =
      "INSERT INTO {notification} ("
          + NOTIFICATION_COLUMNS
          + ")"
          + " SELECT i.id, i.tenant, i.event_id, CASE WHEN i.window_micros IS NOT NULL THEN"
          + " i.event_id END, t.now + i.window_micros, i.fingerprint, i.template, i.category,"
          + " i.topic, i.priority, i.unknown_outcome, i.created_at, i.expires_at, i.purged, i.content"
          + " FROM "
          + PgArrays.unnest("i", NOTIFICATIONS)
          + " CROSS JOIN t"
          + " ON CONFLICT (tenant, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING"
          + " RETURNING id, tenant, priority, expires_at";

  private static final String INSERT_DELIVERIES =
      "INSERT INTO {queue} ("
          + QUEUE_COLUMNS
          + ")"
          + " SELECT d.id, n.id, n.tenant, d.recipient_id, d.route, d.target_key, d.state,"
          + " n.priority, CASE WHEN d.lease IS NULL THEN n.priority END, COALESCE(d.due_at, t.now),"
          + " CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END, CASE WHEN d.lease IS NULL THEN 0 ELSE 1"
          + " END, 0, t.now + d.lease, d.worker, n.expires_at, t.now, d.address"
          + " FROM "
          + PgArrays.unnest("d", DELIVERIES)
          + " JOIN %s n ON n.id = d.notification_id CROSS JOIN t";

  private static final String ONLY_NOTIFICATIONS =
      CLOCK + ", n AS (" + INSERT_NOTIFICATIONS + ") SELECT id FROM n";
  private static final String ONLY_DELIVERIES =
      CLOCK + " " + INSERT_DELIVERIES.formatted("{notification}");
  private static final String BOTH =
      CLOCK
          + ", n AS ("
          + INSERT_NOTIFICATIONS
          + "), q AS ("
          + INSERT_DELIVERIES.formatted("n")
          + ") SELECT id FROM n";

  /** One notification without limits is one statement, which commits by itself. */
  @Override
  List<AppendResult> append(Database db, List<AppendUnit> units) {
    boolean alone = units.size() == 1 && units.get(0).isOneStatement();
    return alone ? db.single(tx -> append(tx, units)) : db.write(tx -> append(tx, units));
  }

  @Override
  void store(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries) throws SQLException {
    if (entries.stream().anyMatch(Entry::isLimited)) {
      insertNew(tx, entries, null);
      List<Entry> fresh = entries.stream().filter(Entry::isNew).toList();
      Buckets.charge(tx, fresh);
      assignSlots(all, tx.now());
      PgArrays deliveries = deliveries(all, fresh);
      if (deliveries.size() > 0) {
        tx.update(ONLY_DELIVERIES, deliveries.arguments(tx));
      }
    } else {
      // What is scheduled is left to be claimed: the database's time is not known here.
      assignSlots(all, Long.MIN_VALUE);
      insertNew(tx, entries, all);
      all.forEach(AppendUnit.Progress::forgetRepeats);
    }
    logSuppressed(tx, entries);
  }

  /**
   * Inserts what is new, with deliveries if {@code all} is given; the others learn whom they met.
   */
  private static void insertNew(Tx tx, List<Entry> entries, @Nullable List<AppendUnit.Progress> all)
      throws SQLException {
    Map<LateChecks.Key, Entry> first = firstOfEachEvent(entries);
    List<Entry> open = new ArrayList<>(first.values());
    open.sort(BY_EVENT);
    entries.stream().filter(e -> !e.isDeduplicated()).forEach(open::add);
    for (int look = 1; !open.isEmpty(); look++) {
      Set<UUID> stored = insert(tx, open, all);
      open = open.stream().filter(e -> !stored.contains(e.notification().id())).toList();
      if (!open.isEmpty()) {
        open = meet(tx, open);
        if (look == LOOKS && !open.isEmpty()) {
          throw Failures.again();
        }
      }
    }
    settleRepeats(entries, first);
  }

  private static Set<UUID> insert(
      Tx tx, List<Entry> entries, @Nullable List<AppendUnit.Progress> all) throws SQLException {
    List<Object> arguments = new ArrayList<>(notifications(entries).arguments(tx));
    if (all != null) {
      arguments.addAll(deliveries(all, entries).arguments(tx));
    }
    return new HashSet<>(
        tx.query(
            all == null ? ONLY_NOTIFICATIONS : BOTH, r -> tx.dialect.uuid(r, "id"), arguments));
  }

  /**
   * Looks up whom entries met. Returns those whose way is free now: the window of the other has
   * passed, or its transaction was rolled back meanwhile.
   */
  private static List<Entry> meet(Tx tx, List<Entry> entries) throws SQLException {
    PgArrays keys = new PgArrays("tenant text, event_id text");
    entries.forEach(e -> keys.add(e.event().tenant(), e.event().name()));
    tx.update(
        "UPDATE {notification} n SET dedupe_key = NULL, dedupe_until = NULL FROM "
            + PgArrays.unnest("k", "tenant text, event_id text")
            + " WHERE n.tenant = k.tenant AND n.dedupe_key = k.event_id AND n.dedupe_until <= "
            + tx.dialect.now(),
        keys.arguments(tx));
    Map<LateChecks.Key, KnownEvent> known = new HashMap<>();
    tx.query(
        "SELECT n.tenant, n.dedupe_key, n.id, n.fingerprint FROM {notification} n JOIN "
            + PgArrays.unnest("k", "tenant text, event_id text")
            + " ON n.tenant = k.tenant AND n.dedupe_key = k.event_id",
        r ->
            known.put(
                new LateChecks.Key(r.getString("tenant"), r.getString("dedupe_key")),
                new KnownEvent(tx.dialect.uuid(r, "id"), r.getLong("fingerprint"))),
        keys.arguments(tx));
    return entries.stream().filter(e -> !e.isStoredOrMeets(known.get(e.event()))).toList();
  }

  private static PgArrays notifications(List<Entry> entries) {
    PgArrays rows = new PgArrays(NOTIFICATIONS);
    for (Entry e : entries) {
      StoredNotification n = e.notification();
      Duration window = e.source.dedupeWindow();
      rows.add(
          n.id(),
          n.tenant(),
          n.eventId(),
          window == null ? null : Micros.of(window),
          n.fingerprint(),
          n.template(),
          n.category(),
          n.topic(),
          n.priority().ordinal(),
          n.unknownOutcome().name(),
          Micros.of(n.createdAt()),
          Micros.ofNullable(n.expiresAt()),
          purged(e),
          e.content);
    }
    return rows;
  }

  private static PgArrays deliveries(List<AppendUnit.Progress> all, List<Entry> wanted) {
    Set<Entry> included = new HashSet<>(wanted);
    PgArrays rows = new PgArrays(DELIVERIES);
    for (AppendUnit.Progress p : all) {
      for (Entry e : p.entries) {
        if (included.contains(e)) {
          e.items.stream().filter(i -> !i.isSettled()).forEach(i -> add(rows, p, i));
        }
      }
    }
    return rows;
  }

  private static void add(PgArrays rows, AppendUnit.Progress p, Entry.Item item) {
    QueuedDelivery d = item.delivery();
    boolean taken = item.handedOff;
    rows.add(
        d.id(),
        item.notification().id(),
        d.recipientId(),
        d.route().name(),
        d.target().key(),
        (taken ? DeliveryState.CLAIMED : item.state).name(),
        item.dueAt,
        taken ? Micros.of(p.handoff().lease()) : null,
        taken ? p.handoff().worker() : null,
        item.address);
  }

  private static void logSuppressed(Tx tx, List<Entry> entries) throws SQLException {
    List<List<?>> rows = new ArrayList<>();
    for (Entry e : entries) {
      for (Entry.Item item : e.items) {
        if (e.isNew() && item.isSettled()) {
          rows.add(suppressedRow(item, tx.now()));
        }
      }
    }
    tx.insert("log", QueueRows.LOG_COLUMNS, rows, "");
  }
}
