package dev.notifykit.store.memory;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimBatch;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.DeliveryQueue;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The queues: finds the rows, sends each to its {@link Lane}, and tells the listener after. */
final class MemoryQueue implements DeliveryQueue {
  private static final Route[] ROUTES = Route.values();

  final StoreTime time;
  final RowIndex index;
  final EventIds events;
  final Buckets buckets;
  final Capacity capacity;
  private final Lane[] lanes = new Lane[ROUTES.length];
  private volatile @Nullable Consumer<Route> listener;

  MemoryQueue(
      StoreTime time,
      Buckets buckets,
      Capacity capacity,
      MemoryPreferences preferences,
      Retention retention) {
    this.time = time;
    this.index = new RowIndex();
    this.events = new EventIds();
    this.buckets = buckets;
    this.capacity = capacity;
    for (Route route : ROUTES) {
      Lane lane = new Lane(route, index, capacity, preferences, retention);
      lanes[route.ordinal()] = lane;
      index.cover(lane);
    }
  }

  Lane lane(Route route) {
    return lanes[route.ordinal()];
  }

  Lane[] lanes() {
    return lanes;
  }

  @Override
  public AppendResult append(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction) {
    if (transaction != null) {
      throw new StoreException(
          "the in-memory store cannot join a transaction; send without a connection, or use a"
              + " JdbcStore");
    }
    Append append = new Append(this, batch, handoff);
    AppendResult result = append.run();
    tell(append.touched());
    return result;
  }

  @Override
  public Optional<KnownEvent> findEvent(String tenant, String eventId) {
    return events
        .find(tenant, eventId, time.nanos())
        .map(known -> new KnownEvent(known.notificationId(), known.fingerprint()));
  }

  @Override
  public ClaimBatch claim(ClaimRequest request) {
    List<ClaimedDelivery> claimed = new ArrayList<>();
    lane(request.route()).claim(request.max(), time.micros(), request.lease(), claimed);
    return claimed.isEmpty() ? ClaimBatch.EMPTY : new ClaimBatch(claimed, List.of());
  }

  @Override
  public List<Settlement> settle(List<Settlement> settlements) {
    settlements.forEach(MemoryQueue::check);
    long now = time.micros();
    @Nullable Row[] rows = new Row[settlements.size()];
    List<Settlement> refused = new ArrayList<>(0);
    Set<Route> routes = EnumSet.noneOf(Route.class);
    for (int i = 0; i < rows.length; i++) {
      Row row = row(settlements.get(i).claimed());
      rows[i] = row;
      if (row == null) {
        refused.add(settlements.get(i));
      } else {
        routes.add(row.lane.route());
      }
    }
    routes.removeIf(route -> !lane(route).settle(settlements, rows, now, refused));
    tell(routes);
    return refused;
  }

  private @Nullable Row row(ClaimedDelivery claimed) {
    return claimed.handle() instanceof Row row ? row : index.find(claimed.delivery().id());
  }

  private static void check(Settlement s) {
    if (!DeliveryState.CLAIMED.canBecome(s.to())) {
      throw new IllegalArgumentException("a claim cannot end as " + s.to());
    }
  }

  @Override
  public List<StateChange> recover(int maxRecoveries, Duration reconcileWithin, int limit) {
    long now = time.micros();
    List<StateChange> changes = new ArrayList<>();
    Set<Route> routes = EnumSet.noneOf(Route.class);
    for (Lane lane : lanes) {
      if (lane.recover(maxRecoveries, reconcileWithin, limit, now, changes)) {
        routes.add(lane.route());
      }
    }
    tell(routes);
    return changes;
  }

  @Override
  public Optional<Duration> untilNextDue(Route route) {
    return lane(route).untilNextDue(time.micros());
  }

  @Override
  public List<StateChange> cancel(String tenant, UUID notificationId) {
    long now = time.micros();
    List<StateChange> changes = new ArrayList<>();
    for (Row row : index.ofNotification(tenant, notificationId)) {
      StateChange change = row.lane.cancel(row, now);
      if (change != null) {
        changes.add(change);
      }
    }
    return changes;
  }

  @Override
  public Optional<StateChange> withdraw(String tenant, UUID deliveryId) {
    Row row = index.find(tenant, deliveryId);
    return row == null
        ? Optional.empty()
        : Optional.ofNullable(row.lane.cancel(row, time.micros()));
  }

  @Override
  public int hasten(String tenant, UUID notificationId, String recipientId, Duration within) {
    long due = StoreTime.later(time.micros(), within);
    int hastened = 0;
    Set<Route> routes = EnumSet.noneOf(Route.class);
    for (Row row : index.ofNotification(tenant, notificationId)) {
      if (row.isFor(tenant, recipientId) && row.lane.hasten(row, due)) {
        hastened++;
        routes.add(row.lane.route());
      }
    }
    tell(routes);
    return hastened;
  }

  @Override
  public Optional<StateChange> replay(String tenant, UUID deliveryId) {
    Row row = index.find(tenant, deliveryId);
    if (row == null) {
      return Optional.empty();
    }
    StateChange change = row.lane.replay(row, time.micros());
    if (change != null) {
      tell(List.of(row.lane.route()));
    }
    return Optional.ofNullable(change);
  }

  @Override
  public boolean discard(String tenant, UUID deliveryId) {
    Row row = index.find(tenant, deliveryId);
    return row != null && row.lane.discard(row);
  }

  @Override
  public Optional<StateChange> advance(
      UUID deliveryId,
      DeliveryState to,
      @Nullable String reason,
      @Nullable String providerMessageId) {
    Row row = index.find(deliveryId);
    return row == null
        ? Optional.empty()
        : Optional.ofNullable(row.lane.advance(row, to, reason, providerMessageId, time.micros()));
  }

  @Override
  public Optional<Delivery> findByProviderId(String provider, String providerMessageId) {
    return Optional.ofNullable(index.findByProviderId(provider, providerMessageId))
        .map(row -> row.lane.snapshot(row));
  }

  @Override
  public Map<Route, RouteDepth> depths() {
    long now = time.micros();
    Map<Route, RouteDepth> depths = new EnumMap<>(Route.class);
    for (Lane lane : lanes) {
      depths.put(lane.route(), lane.depth(now));
    }
    return depths;
  }

  @Override
  public void onWork(Consumer<Route> newListener) {
    this.listener = newListener;
  }

  /**
   * Erases every delivery of a recipient; walks all there are, which erasures are rare enough for.
   */
  List<StateChange> erase(String tenant, String recipientId) {
    long now = time.micros();
    List<StateChange> changes = new ArrayList<>();
    index.forEach(
        row -> {
          if (row.isFor(tenant, recipientId)) {
            StateChange change = row.lane.erase(row, now);
            if (change != null) {
              changes.add(change);
            }
          }
        });
    return changes;
  }

  private void tell(Iterable<Route> routes) {
    Consumer<Route> told = listener;
    if (told != null) {
      routes.forEach(told);
    }
  }
}
