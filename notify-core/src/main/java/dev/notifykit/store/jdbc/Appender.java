package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Stores appends, many callers' in one transaction. In order: event ids are claimed through the
 * unique key on (tenant, dedupe_key); tokens are taken for what is new; rows are written; what is
 * handed off gets its late checks. Keys are taken in sorted order, so that two appends never wait
 * for each other in a circle.
 */
class Appender {
  static final String NOTIFICATION_COLUMNS =
      "id, tenant, event_id, dedupe_key, dedupe_until, fingerprint, template, category, topic,"
          + " priority, unknown_outcome, created_at, expires_at, purged, content";
  static final String QUEUE_COLUMNS =
      "id, notification_id, tenant, recipient_id, route, target_key, state, priority, lane, due_at,"
          + " token, attempt, recoveries, lease_until, worker, expires_at, updated_at, address";

  private static final int LOOKS = 3;

  static final Comparator<Entry> BY_EVENT =
      Comparator.comparing((Entry e) -> e.event().tenant()).thenComparing(e -> e.event().name());

  /** Appends in a transaction of the store's own. */
  List<AppendResult> append(Database db, List<AppendUnit> units) {
    return db.write(tx -> append(tx, units));
  }

  final List<AppendResult> append(Tx tx, List<AppendUnit> units) throws SQLException {
    List<AppendUnit.Progress> all = units.stream().map(AppendUnit::begin).toList();
    List<Entry> entries = all.stream().flatMap(p -> p.entries.stream()).toList();
    LateChecks checks = store(tx, all, entries);
    return all.stream().map(p -> p.result(checks)).toList();
  }

  /** Stores entries, decides about each, and returns what was known of those handed off. */
  LateChecks store(Tx tx, List<AppendUnit.Progress> all, List<Entry> entries) throws SQLException {
    insertNotifications(tx, entries);
    List<Entry> fresh = entries.stream().filter(Entry::isNew).toList();
    Buckets.charge(tx, fresh);
    assignSlots(all, tx.now());
    insertDeliveries(tx, all);
    return LateChecks.read(tx, wanted(all));
  }

  private void insertNotifications(Tx tx, List<Entry> entries) throws SQLException {
    Map<LateChecks.Key, Entry> first = firstOfEachEvent(entries);
    List<Entry> keyed = first.values().stream().sorted(BY_EVENT).toList();
    claimEvents(tx, keyed);
    insert(tx, entries.stream().filter(e -> !e.isDeduplicated()).toList());
    settleRepeats(entries, first);
  }

  static Map<LateChecks.Key, Entry> firstOfEachEvent(List<Entry> entries) {
    Map<LateChecks.Key, Entry> first = new LinkedHashMap<>();
    for (Entry e : entries) {
      if (e.isDeduplicated()) {
        first.putIfAbsent(e.event(), e);
      }
    }
    return first;
  }

  /**
   * An event id that comes twice in one transaction: the second meets what the first met, or it.
   */
  static void settleRepeats(List<Entry> entries, Map<LateChecks.Key, Entry> first) {
    for (Entry e : entries) {
      Entry earlier = e.isDeduplicated() ? first.get(e.event()) : null;
      if (earlier != null && earlier != e) {
        e.meets(earlier.known());
      }
    }
  }

  /**
   * Inserts those whose event id is free; the others learn whom they met. When another transaction
   * takes an id between the look and the insert, the insert fails on the unique key, these
   * databases undo that statement or row alone, and a second look finds the other, and what of ours
   * is there already.
   */
  private static void claimEvents(Tx tx, List<Entry> keyed) throws SQLException {
    List<Entry> open = keyed;
    for (int look = 1; !open.isEmpty(); look++) {
      Map<LateChecks.Key, KnownEvent> known = knownEvents(tx, open, tx.dialect.lockEvents(look));
      open = open.stream().filter(e -> !e.isStoredOrMeets(known.get(e.event()))).toList();
      try {
        insert(tx, open);
        return;
      } catch (SQLException e) {
        if (look == LOOKS || !Failures.isDuplicateKey(e)) {
          throw e;
        }
      }
    }
  }

  /** Looks event ids up, and lets go of those whose window has passed. */
  private static Map<LateChecks.Key, KnownEvent> knownEvents(Tx tx, List<Entry> keyed, String lock)
      throws SQLException {
    Map<String, List<String>> byTenant = new LinkedHashMap<>();
    for (Entry e : keyed) {
      byTenant.computeIfAbsent(e.event().tenant(), t -> new ArrayList<>()).add(e.event().name());
    }
    Map<LateChecks.Key, KnownEvent> known = new HashMap<>();
    List<UUID> passed = new ArrayList<>();
    long now = tx.now();
    for (Map.Entry<String, List<String>> e : byTenant.entrySet()) {
      tx.queryIn(
          tx.dialect.byIndex()
              + "SELECT id, dedupe_key, dedupe_until, fingerprint FROM {notification}"
              + " WHERE tenant = ? AND dedupe_key IN (?*)"
              + lock,
          r ->
              r.getLong("dedupe_until") <= now
                  ? passed.add(tx.dialect.uuid(r, "id"))
                  : known.put(
                      new LateChecks.Key(e.getKey(), r.getString("dedupe_key")),
                      new KnownEvent(tx.dialect.uuid(r, "id"), r.getLong("fingerprint"))),
          e.getValue(),
          e.getKey());
    }
    tx.updateIn(
        "UPDATE {notification} SET dedupe_key = NULL, dedupe_until = NULL WHERE id IN (?*)",
        passed);
    return known;
  }

  private static void insert(Tx tx, List<Entry> entries) throws SQLException {
    long now = tx.now();
    List<List<?>> rows = new ArrayList<>(entries.size());
    for (Entry e : entries) {
      rows.add(notificationRow(e, now));
    }
    tx.insert("notification", NOTIFICATION_COLUMNS, rows);
  }

  private static List<?> notificationRow(Entry e, long now) {
    StoredNotification n = e.notification();
    Duration window = e.source.dedupeWindow();
    return Arrays.asList(
        n.id(),
        n.tenant(),
        n.eventId(),
        window == null ? null : n.eventId(),
        window == null ? null : now + Micros.of(window),
        n.fingerprint(),
        n.template(),
        n.category(),
        n.topic(),
        n.priority().ordinal(),
        n.unknownOutcome(),
        n.createdAt(),
        n.expiresAt(),
        purged(e),
        e.content);
  }

  /** Without deliveries nothing will lead the purge to it later. */
  static @Nullable Long purged(Entry e) {
    return e.items.isEmpty() ? Micros.of(e.notification().createdAt()) : null;
  }

  /** Picks what goes straight to the caller's dispatcher. */
  static void assignSlots(List<AppendUnit.Progress> all, long now) {
    for (AppendUnit.Progress p : all) {
      for (Entry e : p.entries) {
        if (e.isNew()) {
          assignSlots(p, e, now);
        }
      }
    }
  }

  private static void assignSlots(AppendUnit.Progress p, Entry e, long now) {
    for (Entry.Item item : e.items) {
      boolean due = !item.isSettled() && (item.dueAt == null || item.dueAt <= now);
      if (due && p.takeSlot(item.delivery().route())) {
        item.handedOff = true;
        p.handedOff.add(item);
      }
    }
  }

  private static void insertDeliveries(Tx tx, List<AppendUnit.Progress> all) throws SQLException {
    List<List<?>> queued = new ArrayList<>();
    List<List<?>> logged = new ArrayList<>();
    for (AppendUnit.Progress p : all) {
      for (Entry e : p.entries) {
        if (e.isNew()) {
          addRows(p, e, tx.now(), queued, logged);
        }
      }
    }
    tx.insert("queue", QUEUE_COLUMNS, queued);
    tx.insert("log", QueueRows.LOG_COLUMNS, logged);
  }

  private static void addRows(
      AppendUnit.Progress p, Entry e, long now, List<List<?>> queued, List<List<?>> logged) {
    for (Entry.Item item : e.items) {
      if (item.isSettled()) {
        logged.add(suppressedRow(item, now));
      } else {
        queued.add(queueRow(item, p, now));
      }
    }
  }

  private static List<?> queueRow(Entry.Item item, AppendUnit.Progress p, long now) {
    QueuedDelivery d = item.delivery();
    StoredNotification n = item.notification();
    boolean taken = item.handedOff;
    return Arrays.asList(
        d.id(),
        n.id(),
        n.tenant(),
        d.recipientId(),
        d.route(),
        d.target().key(),
        taken ? DeliveryState.CLAIMED : item.state,
        n.priority().ordinal(),
        taken ? null : n.priority().ordinal(),
        item.dueAt == null ? now : item.dueAt,
        taken ? 1L : 0L,
        taken ? 1 : 0,
        0,
        taken ? now + Micros.of(p.handoff().lease()) : null,
        taken ? p.handoff().worker() : null,
        n.expiresAt(),
        now,
        item.address);
  }

  static List<?> suppressedRow(Entry.Item item, long now) {
    QueuedDelivery d = item.delivery();
    StoredNotification n = item.notification();
    return Arrays.asList(
        d.id(),
        n.id(),
        n.tenant(),
        d.recipientId(),
        d.route(),
        d.target().key(),
        item.state,
        item.reason,
        0,
        0L,
        null,
        null,
        now,
        null,
        null);
  }

  /** Of whom the late checks are wanted: those that are handed off. */
  static LateChecks.Wanted wanted(List<AppendUnit.Progress> all) {
    LateChecks.Wanted wanted = new LateChecks.Wanted();
    for (AppendUnit.Progress p : all) {
      for (Entry.Item item : p.handedOff) {
        QueuedDelivery d = item.delivery();
        wanted.add(item.notification().tenant(), d.recipientId(), d.target().key());
      }
    }
    return wanted;
  }
}
