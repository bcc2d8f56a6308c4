package dev.notifykit.store.jdbc;

import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.codec.StoreCodec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The queues. Waiting rows have a lane, held ones a lease; nothing else tells them apart. */
final class JdbcQueue implements DeliveryQueue {
  /** Not MIN, for which H2 reads all that wait. */
  private static final String FIRST_DUE =
      IntStream.range(0, Priority.values().length)
          .mapToObj(
              lane ->
                  "(SELECT due_at FROM {queue} WHERE route = ? AND lane = "
                      + lane
                      + " ORDER BY lane, route, due_at LIMIT 1)")
          .collect(
              Collectors.joining(" UNION ALL ", "SELECT MIN(due_at) AS due FROM (", ") lanes"));

  private final Database db;
  private final TransactionSource transactions;
  private final Appender appender;
  private final Claimer claimer;
  private final Settler settler;
  private final Coalescer<AppendUnit, AppendResult> coalescer;
  private volatile Consumer<Route> listener = route -> {};
  private volatile NodeSignals signals = NodeSignals.NONE;

  JdbcQueue(Database db, TransactionSource transactions) {
    this.db = db;
    this.transactions = transactions;
    this.appender = db.dialect.appender();
    this.claimer = db.dialect.claimer();
    this.settler = db.dialect.settler();
    this.coalescer = new Coalescer<>(AppendUnit::size, units -> appender.append(db, units));
  }

  @Override
  public AppendResult append(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction) {
    if (transaction != null) {
      return join(batch, transaction, /* tells= */ true);
    }
    Connection bound = transactions.current();
    if (bound != null) {
      AppendResult result = join(batch, bound, /* tells= */ false);
      transactions.afterCommit(() -> wake(batch, result));
      return result;
    }
    AppendUnit unit = new AppendUnit(batch, handoff);
    AppendResult result =
        unit.size() > Coalescer.MOST
            ? appender.append(db, List.of(unit)).get(0)
            : coalescer.apply(unit);
    wake(batch, result);
    return result;
  }

  @Override
  public boolean afterCommit(Runnable action) {
    if (transactions.current() == null) {
      return false;
    }
    transactions.afterCommit(action);
    return true;
  }

  private AppendResult join(List<NewNotification> batch, Connection connection, boolean tells) {
    try {
      if (connection.getAutoCommit()) {
        throw new StoreException(
            "the connection passed to send is in auto-commit mode; begin a transaction first");
      }
      Tx tx = new Tx(connection, db.dialect, db.names);
      AppendResult result =
          appender.append(tx, List.of(new AppendUnit(batch, Handoff.NONE))).get(0);
      if (tells) {
        signals.tellOnCommit(connection, waiting(batch, result));
      }
      return result;
    } catch (SQLException e) {
      throw Failures.inCallersTransaction(e);
    }
  }

  /** Tells of routes with work that nobody holds yet. */
  private void wake(List<NewNotification> batch, AppendResult result) {
    wake(waiting(batch, result));
  }

  private void wake(Set<Route> routes) {
    routes.forEach(listener);
    signals.tell(routes);
  }

  private static Set<Route> waiting(List<NewNotification> batch, AppendResult result) {
    int queued = 0;
    Set<Route> routes = EnumSet.noneOf(Route.class);
    for (int i = 0; i < batch.size(); i++) {
      if (result.notifications().get(i).verdict() == AppendResult.Verdict.NEW) {
        for (NewDelivery d : batch.get(i).deliveries()) {
          if (d.state() != DeliveryState.SUPPRESSED) {
            queued++;
            routes.add(d.delivery().route());
          }
        }
      }
    }
    return queued > result.handedOff().size() ? routes : Set.of();
  }

  /** Tells other nodes too from now on, and listens to them once there is a listener. */
  void signals(NodeSignals opened) {
    signals = opened;
  }

  /** Tells the dispatcher of work that another node appended. */
  void heard(Route route) {
    listener.accept(route);
  }

  @Override
  public Optional<KnownEvent> findEvent(String tenant, String eventId) {
    return db.read(
        tx ->
            tx
                .query(
                    "SELECT id, fingerprint FROM {notification} WHERE tenant = ? AND dedupe_key = ?"
                        + " AND dedupe_until > ?",
                    r -> new KnownEvent(tx.dialect.uuid(r, "id"), r.getLong("fingerprint")),
                    tenant,
                    eventId,
                    tx.now())
                .stream()
                .findFirst());
  }

  @Override
  public ClaimBatch claim(ClaimRequest request) {
    return claimer.claim(db, request);
  }

  @Override
  public List<Settlement> settle(List<Settlement> settlements) {
    return settlements.isEmpty() ? List.of() : settler.settle(db, settlements);
  }

  @Override
  public List<StateChange> recover(int maxRecoveries, Duration reconcileWithin, int limit) {
    List<StateChange> changes = db.write(tx -> lapsed(tx, maxRecoveries, reconcileWithin, limit));
    int left = limit - changes.size();
    List<StateChange> all = new ArrayList<>(changes);
    if (left > 0) {
      all.addAll(db.write(tx -> expired(tx, left)));
    }
    changes.stream()
        .map(StateChange::delivery)
        .filter(d -> d.state() == DeliveryState.READY)
        .map(Delivery::route)
        .distinct()
        .forEach(listener);
    return all;
  }

  private static List<StateChange> expired(Tx tx, int limit) throws SQLException {
    List<QueueRow> rows =
        QueueRows.lock(
            tx,
            "WHERE expires_at <= ? AND lane IS NOT NULL LIMIT ?" + tx.dialect.skipLocked(),
            tx.now(),
            limit);
    return QueueRows.end(tx, rows, DeliveryState.EXPIRED, null);
  }

  private static List<StateChange> lapsed(
      Tx tx, int maxRecoveries, Duration reconcileWithin, int limit) throws SQLException {
    List<QueueRow> rows =
        QueueRows.lock(
            tx,
            "WHERE lane IS NULL AND lease_until <= ? LIMIT ?" + tx.dialect.skipLocked(),
            tx.now(),
            limit);
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<UUID, Notifications.Head> heads =
        Notifications.heads(tx, rows.stream().map(QueueRow::notificationId).toList());
    List<QueueRows.End> dead = new ArrayList<>();
    List<StateChange> changes = new ArrayList<>();
    List<List<?>> kept = new ArrayList<>();
    for (QueueRow row : rows) {
      Notifications.Head head = heads.getOrDefault(row.notificationId(), Notifications.Head.GONE);
      if (row.state().equals(DeliveryState.UNKNOWN.name())) {
        dead.add(QueueRows.End.of(row, DeliveryState.DEAD, DeadReason.OUTCOME_UNKNOWN.name()));
      } else if (head.unknownOutcome().equals(UnknownOutcome.PREFER_SILENCE.name())) {
        kept.add(unknown(row, tx.now() + Micros.of(reconcileWithin), tx.now()));
        addChange(changes, row, head, DeliveryState.UNKNOWN, tx.now());
      } else if (row.recoveries() >= maxRecoveries) {
        dead.add(QueueRows.End.of(row, DeliveryState.DEAD, DeadReason.POISON.name()));
      } else {
        kept.add(ready(row, tx.now()));
        addChange(changes, row, head, DeliveryState.READY, tx.now());
      }
    }
    tx.batch(
        "UPDATE {queue} SET state = ?, lane = ?, due_at = ?, lease_until = ?, recoveries = ?,"
            + " worker = NULL, updated_at = ? WHERE id = ?",
        kept);
    QueueRows.moveToLog(tx, dead);
    changes.addAll(QueueRows.changes(tx, dead));
    return changes;
  }

  private static List<?> unknown(QueueRow row, long until, long now) {
    return Arrays.asList(
        DeliveryState.UNKNOWN, null, row.dueAt(), until, row.recoveries(), now, row.id());
  }

  private static List<?> ready(QueueRow row, long now) {
    return Arrays.asList(
        DeliveryState.READY, row.priority(), now, null, row.recoveries() + 1, now, row.id());
  }

  private static void addChange(
      List<StateChange> changes,
      QueueRow row,
      Notifications.Head head,
      DeliveryState to,
      long now) {
    if (Deliveries.routeOrNull(row.route()) != null) {
      Instant dueAt = Micros.instant(row.dueAt());
      changes.add(
          new StateChange(
              DeliveryState.CLAIMED,
              Deliveries.after(row, head, to, row.reason(), row.attempt(), dueAt, now)));
    }
  }

  @Override
  public Optional<Duration> untilNextDue(Route route) {
    Database.Work<Optional<Duration>> look = tx -> untilNextDue(tx, route);
    return db.dialect.byIndex().isEmpty() ? db.read(look) : db.write(look);
  }

  private static Optional<Duration> untilNextDue(Tx tx, Route route) throws SQLException {
    Optional<Long> due =
        tx.queryLast(
                tx.dialect.byIndex() + FIRST_DUE,
                r -> Optional.ofNullable(Tx.longOrNull(r, "due")),
                route,
                route,
                route)
            .get(0);
    return due.isEmpty()
        ? Optional.empty()
        : Optional.of(Micros.duration(Math.max(0, due.get() - tx.now())));
  }

  @Override
  public List<StateChange> cancel(String tenant, UUID notificationId) {
    return db.write(
        tx ->
            QueueRows.end(
                tx,
                QueueRows.lock(
                    tx,
                    "WHERE notification_id = ? AND tenant = ? AND lane IS NOT NULL"
                        + " ORDER BY id FOR UPDATE",
                    notificationId,
                    tenant),
                DeliveryState.CANCELLED,
                null));
  }

  @Override
  public Optional<StateChange> withdraw(String tenant, UUID deliveryId) {
    return db.write(tx -> Fallbacks.withdraw(tx, tenant, deliveryId));
  }

  @Override
  public int hasten(String tenant, UUID notificationId, String recipientId, Duration within) {
    List<Route> due =
        db.write(tx -> Fallbacks.hasten(tx, tenant, notificationId, recipientId, within));
    Fallbacks.distinct(due).forEach(listener);
    return due.size();
  }

  @Override
  public Optional<StateChange> replay(String tenant, UUID deliveryId) {
    Optional<StateChange> change = db.write(tx -> DeadRows.replay(tx, tenant, deliveryId));
    change.ifPresent(c -> wake(EnumSet.of(c.delivery().route())));
    return change;
  }

  @Override
  public boolean discard(String tenant, UUID deliveryId) {
    return db.write(
            tx ->
                tx.update(
                    "UPDATE {log} SET listed = NULL, address = NULL"
                        + " WHERE id = ? AND tenant = ? AND listed = 1",
                    deliveryId,
                    tenant))
        > 0;
  }

  @Override
  public Optional<StateChange> advance(
      UUID deliveryId,
      DeliveryState to,
      @Nullable String reason,
      @Nullable String providerMessageId) {
    if (to != DeliveryState.ACCEPTED
        && to != DeliveryState.DELIVERED
        && to != DeliveryState.UNDELIVERED) {
      throw new IllegalArgumentException("a receipt cannot make a delivery " + to);
    }
    return db.write(
        tx -> {
          Optional<StateChange> unknown =
              advanceUnknown(tx, deliveryId, to, reason, providerMessageId);
          return unknown.isPresent()
              ? unknown
              : advanceAccepted(tx, deliveryId, to, reason, providerMessageId);
        });
  }

  private static Optional<StateChange> advanceUnknown(
      Tx tx, UUID id, DeliveryState to, @Nullable String reason, @Nullable String providerMessageId)
      throws SQLException {
    List<QueueRows.End> ends =
        QueueRows.lock(tx, "WHERE id = ? AND state = 'UNKNOWN' FOR UPDATE", id).stream()
            .map(row -> receipt(row, to, reason, providerMessageId))
            .toList();
    QueueRows.moveToLog(tx, ends);
    return ends.isEmpty() ? Optional.empty() : one(tx, id, DeliveryState.UNKNOWN);
  }

  private static QueueRows.End receipt(
      QueueRow row, DeliveryState to, @Nullable String reason, @Nullable String providerMessageId) {
    String given = Settler.providerMessageId(providerMessageId);
    return new QueueRows.End(
        row,
        to,
        Settler.code(reason),
        row.attempt(),
        row.provider(),
        given == null ? row.providerMessageId() : given);
  }

  private static Optional<StateChange> advanceAccepted(
      Tx tx, UUID id, DeliveryState to, @Nullable String reason, @Nullable String providerMessageId)
      throws SQLException {
    if (!DeliveryState.ACCEPTED.canBecome(to)) {
      return Optional.empty();
    }
    int changed =
        tx.update(
            "UPDATE {log} SET state = ?, reason = ?, updated_at = ?,"
                + " provider_message_id = COALESCE(?, provider_message_id)"
                + " WHERE id = ? AND state = 'ACCEPTED'",
            to,
            Settler.code(reason),
            tx.now(),
            Settler.providerMessageId(providerMessageId),
            id);
    return changed == 0 ? Optional.empty() : one(tx, id, DeliveryState.ACCEPTED);
  }

  private static Optional<StateChange> one(Tx tx, UUID id, DeliveryState from) throws SQLException {
    return tx
        .query(Deliveries.LOGGED + "WHERE d.id = ?", r -> Deliveries.read(tx.dialect, r), id)
        .stream()
        .map(d -> new StateChange(from, d))
        .findFirst();
  }

  @Override
  public Optional<Delivery> findByProviderId(String provider, String providerMessageId) {
    String id = Settler.providerMessageId(providerMessageId);
    return db.read(
        tx ->
            tx
                .query(
                    Deliveries.QUEUED
                        + "WHERE d.lane IS NULL AND d.provider_message_id = ? AND d.provider = ?"
                        + " UNION ALL "
                        + Deliveries.LOGGED
                        + "WHERE d.provider_message_id = ? AND d.provider = ?",
                    r -> Deliveries.read(tx.dialect, r),
                    id,
                    provider,
                    id,
                    provider)
                .stream()
                .findFirst());
  }

  @Override
  public Map<Route, RouteDepth> depths() {
    Map<Route, RouteDepth> depths = new EnumMap<>(Route.class);
    for (Route route : Route.values()) {
      depths.put(route, RouteDepth.EMPTY);
    }
    db.read(
        tx -> {
          long now = tx.now();
          return tx.query(
              "SELECT route,"
                  + " SUM(CASE WHEN lane IS NOT NULL AND due_at <= ? THEN 1 ELSE 0 END) AS ready,"
                  + " SUM(CASE WHEN lane IS NOT NULL AND due_at > ? THEN 1 ELSE 0 END) AS later,"
                  + " SUM(CASE WHEN state = 'CLAIMED' THEN 1 ELSE 0 END) AS held,"
                  + " MIN(CASE WHEN lane IS NOT NULL THEN due_at END) AS oldest"
                  + " FROM {queue} GROUP BY route",
              r -> addDepth(depths, r, now),
              now,
              now);
        });
    return depths;
  }

  private static boolean addDepth(Map<Route, RouteDepth> depths, ResultSet r, long now)
      throws SQLException {
    Route route = Deliveries.routeOrNull(r.getString("route"));
    if (route != null) {
      depths.put(route, depth(r, now));
    }
    return route != null;
  }

  private static RouteDepth depth(ResultSet r, long now) throws SQLException {
    Long oldest = Tx.longOrNull(r, "oldest");
    return new RouteDepth(
        r.getLong("ready"),
        r.getLong("later"),
        r.getLong("held"),
        oldest == null || oldest > now ? Duration.ZERO : Micros.duration(now - oldest));
  }

  @Override
  public void onWork(Consumer<Route> newListener) {
    this.listener = newListener;
    signals.listen(); // not before: what is heard while nobody is to be told would be lost
  }

  /** Whether a stored text was replaced by an erasure. */
  static boolean isErased(@Nullable String text) {
    return text == null || text.equals(StoreCodec.ERASED);
  }
}
