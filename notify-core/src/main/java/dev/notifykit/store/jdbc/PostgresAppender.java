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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Appends to PostgreSQL: one statement stores the notifications whose event ids are free and the
 * deliveries of just those. With rate limits in play it takes two, with the buckets in between.
 */
final class PostgresAppender extends Appender {
  private static final int LOOKS = 3;

  private static final PgArrays.Columns NOTIFICATIONS =
      PgArrays.Columns.of(
          "id uuid, tenant text, event_id text, window_micros bigint, fingerprint bigint,"
              + " template text, category text, topic text, priority integer, unknown_outcome text,"
              + " created_at bigint, expires_at bigint, purged bigint, content text");
  private static final PgArrays.Columns DELIVERIES =
      PgArrays.Columns.of(
          "id uuid, notification_id uuid, tenant text, recipient_id text, route text,"
              + " target_key text, state text, priority integer, due_at bigint, lease bigint,"
              + " worker text, expires_at bigint, address text");
  private static final PgArrays.Columns EVENTS = PgArrays.Columns.of("tenant text, event_id text");

  private static final String CLOCK =
      "WITH t AS MATERIALIZED (SELECT " + new PostgresDialect().now() + " AS now)";

  private static final String INSERT_NOTIFICATIONS =
      "INSERT INTO {notification} ("
          + NOTIFICATION_COLUMNS
          + ") SELECT i.id, i.tenant, i.event_id, CASE WHEN i.window_micros IS NOT NULL THEN"
          + " i.event_id END, t.now + i.window_micros, i.fingerprint, i.template, i.category,"
          + " i.topic, i.priority, i.unknown_outcome, i.created_at, i.expires_at, i.purged,"
          + " i.content FROM "
          + NOTIFICATIONS.unnest("i")
          + " CROSS JOIN t"
          + " ON CONFLICT (tenant, dedupe_key) WHERE dedupe_key IS NOT NULL DO NOTHING"
          + " RETURNING id";

  private static final String INSERT_DELIVERIES =
      "INSERT INTO {queue} ("
          + QUEUE_COLUMNS
          + ")"
          + " SELECT d.id, d.notification_id, d.tenant, d.recipient_id, d.route, d.target_key,"
          + " d.state, d.priority, CASE WHEN d.lease IS NULL THEN d.priority END,"
          + " COALESCE(d.due_at, t.now), CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END,"
          + " CASE WHEN d.lease IS NULL THEN 0 ELSE 1 END, 0, t.now + d.lease, d.worker,"
          + " d.expires_at, t.now, d.address"
          + " FROM "
          + DELIVERIES.unnest("d")
          + " CROSS JOIN t";

  /** A join would be planned for a few rows and compare each with each; IS TRUE makes it a hash. */
  private static final String OF_THOSE_STORED =
      " WHERE (d.notification_id IN (SELECT id FROM n)) IS TRUE";

  private static final String ONLY_NOTIFICATIONS =
      CLOCK + ", n AS (" + INSERT_NOTIFICATIONS + ") SELECT id FROM n";
  private static final String ONLY_DELIVERIES = CLOCK + " " + INSERT_DELIVERIES;
  private static final String BOTH =
      CLOCK
          + ", n AS ("
          + INSERT_NOTIFICATIONS
          + "), q AS ("
          + INSERT_DELIVERIES
          + OF_THOSE_STORED
          + ") ";
  private static final String STORED = "SELECT id FROM n";

  /** Both in one statement, which a lone send then is, together with its claim. */
  private static final String STORED_AND_CHECKS =
      "SELECT 'stored' AS kind, id::text AS subject, NULL AS a, NULL AS b, FALSE AS flag FROM n"
          + " UNION ALL "
          + (LateChecks.PEOPLE + LateChecks.TARGETS).replace("IN (?*)", PostgresDialect.ANY);

  private final Appender looking = new Appender();

  /**
   * One notification without limits is one statement, which commits by itself. Many are looked up
   * and the new ones copied; if another takes one of their event ids in between, the second try
   * meets it here.
   */
  @Override
  List<AppendResult> append(Database db, List<AppendUnit> units) {
    if (units.stream().mapToInt(AppendUnit::deliveries).sum() >= PgCopy.FEWEST) {
      AtomicBoolean first = new AtomicBoolean(true);
      return db.write(
          tx ->
              first.getAndSet(false) && PostgresDialect.copies(tx.connection)
                  ? looking.append(tx, units)
                  : append(tx, units));
    }
    boolean alone = units.size() == 1 && units.get(0).isOneStatement();
    return alone ? db.single(tx -> append(tx, units)) : db.write(tx -> append(tx, units));
  }

  @Override
  LateChecks store(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries) throws SQLException {
    LateChecks checks =
        entries.stream().anyMatch(Entry::isLimited)
            ? storeLimited(tx, all, entries)
            : storeAtOnce(tx, all, entries);
    logSuppressed(tx, entries);
    return checks;
  }

  private static LateChecks storeLimited(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries)
      throws SQLException {
    insertNew(
        tx,
        entries,
        (look, open) ->
            new HashSet<>(
                tx.query(
                    ONLY_NOTIFICATIONS,
                    r -> tx.dialect.uuid(r, "id"),
                    notifications(open).arguments(tx))));
    List<Entry> fresh = entries.stream().filter(Entry::isNew).toList();
    Buckets.charge(tx, fresh);
    assignSlots(all, tx.now());
    PgArrays deliveries = deliveries(all, fresh);
    if (deliveries.size() > 0) {
      tx.update(ONLY_DELIVERIES, deliveries.arguments(tx));
    }
    return LateChecks.read(tx, wanted(all));
  }

  private static LateChecks storeAtOnce(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries)
      throws SQLException {
    // What is scheduled is left to be claimed: the database's time is not known here.
    assignSlots(all, Long.MIN_VALUE);
    LateChecks.Wanted wanted = wanted(all);
    String tenant = wanted.onlyTenant();
    LateChecks checks = new LateChecks();
    int looks =
        insertNew(
            tx,
            entries,
            (look, open) ->
                look == 1 && tenant != null
                    ? insertAndCheck(tx, all, open, tenant, wanted, checks)
                    : insert(tx, all, open));
    all.forEach(AppendUnit.Progress::forgetRepeats);
    // What a later look claimed wants a later check.
    return tenant != null && looks == 1 ? checks : LateChecks.read(tx, wanted(all));
  }

  /** Inserts entries and returns the ids of those whose event ids were free. */
  @FunctionalInterface
  private interface Insertion {
    Set<UUID> insert(int look, List<Entry> open) throws SQLException;
  }

  /** Inserts what is new; the others learn whom they met. Returns how often it had to look. */
  private static int insertNew(Tx tx, List<Entry> entries, Insertion insertion)
      throws SQLException {
    Map<LateChecks.Key, Entry> first = firstOfEachEvent(entries);
    List<Entry> open = new ArrayList<>(first.values());
    open.sort(BY_EVENT);
    entries.stream().filter(e -> !e.isDeduplicated()).forEach(open::add);
    int look = 0;
    while (!open.isEmpty()) {
      Set<UUID> stored = insertion.insert(++look, open);
      open = open.stream().filter(e -> !stored.contains(e.notification().id())).toList();
      if (!open.isEmpty()) {
        open = meet(tx, open);
        if (look == LOOKS && !open.isEmpty()) {
          throw Failures.again();
        }
      }
    }
    settleRepeats(entries, first);
    return look;
  }

  private static Set<UUID> insert(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries)
      throws SQLException {
    List<Object> arguments = arguments(tx, all, entries);
    return new HashSet<>(tx.query(BOTH + STORED, r -> tx.dialect.uuid(r, "id"), arguments));
  }

  private static Set<UUID> insertAndCheck(
      Tx tx,
      List<AppendUnit.Progress> all,
      List<Entry> entries,
      String tenant,
      LateChecks.Wanted wanted,
      LateChecks checks)
      throws SQLException {
    List<Object> arguments = arguments(tx, all, entries);
    for (Set<String> names : List.of(wanted.recipients(tenant), wanted.targets(tenant))) {
      Object array = tx.connection.createArrayOf("text", names.toArray(new String[0]));
      arguments.addAll(List.of(tenant, array, tenant, array));
    }
    Set<UUID> stored = new HashSet<>();
    tx.query(
        BOTH + STORED_AND_CHECKS,
        r ->
            r.getString("kind").equals("stored")
                ? stored.add(UUID.fromString(r.getString("subject")))
                : checks.take(tenant, r),
        arguments);
    return stored;
  }

  private static List<Object> arguments(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries)
      throws SQLException {
    List<Object> arguments = new ArrayList<>(notifications(entries).arguments(tx));
    arguments.addAll(deliveries(all, entries).arguments(tx));
    return arguments;
  }

  /**
   * Looks up whom entries met. Returns those whose way is free now: the window of the other has
   * passed, or its transaction was rolled back meanwhile.
   */
  private static List<Entry> meet(Tx tx, List<Entry> entries) throws SQLException {
    PgArrays keys = new PgArrays(EVENTS);
    entries.forEach(e -> keys.add(e.event().tenant(), e.event().name()));
    tx.update(
        "UPDATE {notification} n SET dedupe_key = NULL, dedupe_until = NULL FROM "
            + EVENTS.unnest("k")
            + " WHERE n.tenant = k.tenant AND n.dedupe_key = k.event_id AND n.dedupe_until <= "
            + tx.dialect.now(),
        keys.arguments(tx));
    Map<LateChecks.Key, KnownEvent> known = new HashMap<>();
    tx.query(
        "SELECT n.tenant, n.dedupe_key, n.id, n.fingerprint FROM {notification} n JOIN "
            + EVENTS.unnest("k")
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
    StoredNotification n = item.notification();
    boolean taken = item.handedOff;
    rows.add(
        d.id(),
        n.id(),
        n.tenant(),
        d.recipientId(),
        d.route().name(),
        d.target().key(),
        (taken ? DeliveryState.CLAIMED : item.state).name(),
        n.priority().ordinal(),
        item.dueAt,
        taken ? Micros.of(p.handoff().lease()) : null,
        taken ? p.handoff().worker() : null,
        Micros.ofNullable(n.expiresAt()),
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
    tx.insert("log", QueueRows.LOG_COLUMNS, rows);
  }
}
