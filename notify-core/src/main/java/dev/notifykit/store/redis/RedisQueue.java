package dev.notifykit.store.redis;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.EventFilter;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.UnrestrictedAppend;
import dev.notifykit.store.codec.StoreCodec;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The queues; what they look like is in {@code base.lua}. */
final class RedisQueue implements DeliveryQueue, EventFilter {
  private static final byte[] ERASED = Packer.utf8(StoreCodec.ERASED);

  private final Partitions partitions;
  private final ServerWatch watch;
  private final Rows rows;
  private final Appender appender;
  private final Claimer claimer;
  private final Settler settler;
  private final Messages messages;
  private final Events events;
  private volatile Consumer<Route> listener = route -> {};

  RedisQueue(
      Partitions partitions, Rows rows, ServerWatch watch, Messages messages, InstantSource clock) {
    this.partitions = partitions;
    this.watch = watch;
    this.rows = rows;
    this.appender = new Appender(partitions);
    this.claimer = new Claimer(partitions);
    this.settler = new Settler(partitions, clock);
    this.messages = messages;
    this.events = new Events(partitions);
  }

  @Override
  public AppendResult append(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction) {
    if (transaction != null) {
      throw new StoreException(
          "RedisStore cannot join a JDBC transaction; nothing was stored. Send after the commit, or"
              + " use JdbcStore");
    }
    AppendResult result = appender.append(batch, handoff);
    Appender.routesWithWork(batch, result).forEach(listener);
    return result;
  }

  /** In a cluster preferences are in other slots than events. */
  @Override
  public Optional<UnrestrictedAppend> unrestricted() {
    return partitions.redis.isCluster() ? Optional.empty() : Optional.of(this::append);
  }

  private UnrestrictedAppend.Result append(
      NewNotification notification, Collection<String> targetKeys, Handoff handoff) {
    UnrestrictedAppend.Result result = appender.append(notification, targetKeys, handoff);
    if (result instanceof UnrestrictedAppend.Stored stored) {
      Appender.routesWithWork(List.of(notification), stored.result()).forEach(listener);
    }
    return result;
  }

  @Override
  public Optional<KnownEvent> findEvent(String tenant, String eventId) {
    return events.find(tenant, eventId);
  }

  @Override
  public List<Optional<KnownEvent>> known(List<StoredNotification> notifications) {
    return events.known(notifications);
  }

  @Override
  public void remember(List<NewNotification> stored, Duration age) {
    events.remember(stored, age);
  }

  @Override
  public ClaimBatch claim(ClaimRequest request) {
    return claimer.claim(request);
  }

  @Override
  public List<Settlement> settle(List<Settlement> settlements) {
    return settlements.isEmpty() ? List.of() : settler.settle(settlements);
  }

  @Override
  public List<StateChange> recover(int maxRecoveries, Duration reconcileWithin, int limit) {
    watch.lookNowAndThen();
    List<StateChange> changes = new ArrayList<>();
    for (int p = 0; p < partitions.count() && changes.size() < limit; p++) {
      List<Object> reply =
          partitions
              .send(
                  p,
                  Script.RECOVER,
                  Packer.utf8(maxRecoveries),
                  Packer.utf8(Micros.of(reconcileWithin)),
                  Packer.utf8(limit - changes.size()))
              .list();
      changes.addAll(Rows.changes(reply));
    }
    changes.stream()
        .map(StateChange::delivery)
        .filter(d -> d.state() == DeliveryState.READY)
        .map(Delivery::route)
        .distinct()
        .forEach(listener);
    return changes;
  }

  @Override
  public Optional<Duration> untilNextDue(Route route) {
    byte[] code = Packer.utf8(Codes.of(route));
    long soonest = Long.MAX_VALUE;
    for (List<Object> reply :
        partitions.everywhere(
            (p, all) -> all.send(p, Script.HEADS, code, Packer.utf8(1)), Partitions.Sent::list)) {
      long now = (Long) reply.get(0);
      int at = 1;
      for (int priority = 0; priority < Codes.PRIORITIES.size(); priority++) {
        if ((Long) reply.get(at++) > 0) {
          soonest = Math.min(soonest, Math.max(0, (Long) reply.get(at++) - now));
        }
      }
    }
    return soonest == Long.MAX_VALUE ? Optional.empty() : Optional.of(Micros.duration(soonest));
  }

  @Override
  public List<StateChange> cancel(String tenant, UUID notificationId) {
    List<StateChange> changes = new ArrayList<>();
    for (Rows.Members members : rows.members(tenant, notificationId)) {
      changes.addAll(rows.end(members.partition(), DeliveryState.CANCELLED, "", members.ids()));
    }
    return changes;
  }

  @Override
  public Optional<StateChange> withdraw(String tenant, UUID deliveryId) {
    return rows.find(tenant, deliveryId).stream()
        .flatMap(
            found ->
                rows
                    .end(found.partition(), DeliveryState.CANCELLED, "", List.of(deliveryId))
                    .stream())
        .findFirst();
  }

  @Override
  public int hasten(String tenant, UUID notificationId, String recipientId, Duration within) {
    List<Route> hastened = new ArrayList<>();
    for (Rows.Members members : rows.members(tenant, notificationId)) {
      List<byte[]> args = new ArrayList<>();
      args.add(Packer.utf8(Micros.of(within)));
      args.add(StoredRow.person(tenant, recipientId));
      members.ids().forEach(id -> args.add(Packer.id(id)));
      for (Object route : partitions.send(members.partition(), Script.HASTEN, args).list()) {
        hastened.add(Codes.ROUTES.get((int) (long) (Long) route));
      }
    }
    hastened.stream().distinct().forEach(listener);
    return hastened.size();
  }

  @Override
  public Optional<StateChange> replay(String tenant, UUID deliveryId) {
    Optional<StateChange> change =
        rows.find(tenant, deliveryId)
            .flatMap(
                found ->
                    Rows.row(
                        partitions
                            .send(found.partition(), Script.REPLAY, Packer.id(deliveryId), ERASED)
                            .list(),
                        0))
            .map(row -> new StateChange(DeliveryState.DEAD, row.toDelivery(deliveryId)));
    change.ifPresent(c -> listener.accept(c.delivery().route()));
    return change;
  }

  @Override
  public boolean discard(String tenant, UUID deliveryId) {
    return rows.find(tenant, deliveryId)
        .map(f -> partitions.send(f.partition(), Script.DISCARD, Packer.id(deliveryId)).number())
        .orElse(0L)
        .equals(1L);
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
    byte[] why = new Packer(16).text(Settler.code(reason)).toBytes();
    byte[] message = new Packer(64).text(Settler.providerMessageId(providerMessageId)).toBytes();
    List<List<Object>> replies =
        partitions.everywhere(
            (p, all) ->
                all.send(
                    p,
                    Script.ADVANCE,
                    Packer.id(deliveryId),
                    Packer.utf8(Codes.of(to)),
                    why,
                    message),
            Partitions.Sent::list);
    return replies.stream()
        .filter(reply -> !reply.isEmpty())
        .findFirst()
        .flatMap(
            reply ->
                Rows.row(reply, 1)
                    .map(
                        row ->
                            new StateChange(
                                Codes.STATES.get((int) (long) (Long) reply.get(0)),
                                row.toDelivery(deliveryId))));
  }

  @Override
  public Optional<Delivery> findByProviderId(String provider, String providerMessageId) {
    String id = Settler.providerMessageId(providerMessageId);
    byte[] field = Packer.utf8(provider + "\0" + id);
    return rows.byProviderId(field);
  }

  @Override
  public Map<Route, RouteDepth> depths() {
    Map<Route, RouteDepth> depths = new EnumMap<>(Route.class);
    Codes.ROUTES.forEach(route -> depths.put(route, RouteDepth.EMPTY));
    for (List<Object> reply :
        partitions.everywhere((p, all) -> all.send(p, Script.DEPTHS), Partitions.Sent::list)) {
      for (Route route : Codes.ROUTES) {
        depths.merge(route, depth(reply, 4 * Codes.of(route)), RedisQueue::sum);
      }
    }
    return depths;
  }

  private static RouteDepth depth(List<Object> reply, int at) {
    return new RouteDepth(
        (Long) reply.get(at),
        (Long) reply.get(at + 1),
        (Long) reply.get(at + 2),
        Micros.duration((Long) reply.get(at + 3)));
  }

  private static RouteDepth sum(RouteDepth a, RouteDepth b) {
    return new RouteDepth(
        a.ready() + b.ready(),
        a.scheduled() + b.scheduled(),
        a.inFlight() + b.inFlight(),
        a.oldestReady().compareTo(b.oldestReady()) > 0 ? a.oldestReady() : b.oldestReady());
  }

  @Override
  public void onWork(Consumer<Route> newListener) {
    this.listener = newListener;
    messages.onWork(newListener);
  }
}
