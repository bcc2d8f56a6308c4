package dev.notifykit.store;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Verdict;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The queues of one store, whose appends are deduped and charged by others first. In this order:
 * answer the repeats that the filter knows, take tokens for the rest, append what is left, give
 * back the tokens of what was a repeat after all, and tell the filter what is committed.
 */
final class CompositeQueue implements DeliveryQueue {
  private static final Logger log = LoggerFactory.getLogger(CompositeQueue.class);

  private final NotificationStore store;
  private final DeliveryQueue main;
  private final @Nullable DetachedRateLimits limits;
  private final @Nullable EventFilter filter;

  CompositeQueue(
      NotificationStore store, @Nullable DetachedRateLimits limits, @Nullable EventFilter filter) {
    this.store = store;
    this.main = store.queue();
    this.limits = limits;
    this.filter = filter;
  }

  @Override
  public AppendResult append(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction) {
    // Before the append, so that the filter forgets no later than the main store does.
    Instant before = store.clock().instant();
    List<Optional<KnownEvent>> known = known(batch);
    List<NewNotification> unknown = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      if (known.get(i).isEmpty()) {
        unknown.add(batch.get(i));
      }
    }
    if (unknown.isEmpty()) {
      return new AppendResult(merge(batch, known, List.of()), List.of());
    }
    AppendResult result = charge(unknown, handoff, transaction);
    remember(unknown, result.notifications(), before, transaction);
    return new AppendResult(merge(batch, known, result.notifications()), result.handedOff());
  }

  /**
   * A repeat takes no token, so what needs one is looked up first, in the main store if there is no
   * filter. A filter that is away knows nothing; the main store finds out on the append.
   */
  private List<Optional<KnownEvent>> known(List<NewNotification> batch) {
    List<Optional<KnownEvent>> known = new ArrayList<>(batch.size());
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      NewNotification n = batch.get(i);
      boolean asksMain = filter == null && n.dedupeWindow() != null && needsTokens(n);
      known.add(asksMain ? findEvent(n) : Optional.empty());
      if (filter != null && n.dedupeWindow() != null) {
        asked.add(i);
      }
    }
    if (!asked.isEmpty()) {
      List<Optional<KnownEvent>> answers =
          known(asked.stream().map(i -> batch.get(i).notification()), asked.size());
      for (int k = 0; k < answers.size(); k++) {
        known.set(asked.get(k), answers.get(k));
      }
    }
    return known;
  }

  private static boolean needsTokens(NewNotification n) {
    return n.deliveries().stream().anyMatch(d -> !d.charges().isEmpty());
  }

  private Optional<KnownEvent> findEvent(NewNotification n) {
    return main.findEvent(n.notification().tenant(), n.notification().eventId());
  }

  private List<Optional<KnownEvent>> known(Stream<StoredNotification> asked, int count) {
    EventFilter asking = Objects.requireNonNull(filter);
    try {
      return asking.known(asked.toList());
    } catch (StoreException e) {
      log.warn("event ids cannot be looked up beside the store: {}", e.getMessage());
      return Collections.nCopies(count, Optional.empty());
    }
  }

  /** Takes tokens, and appends what is left of the charges: suppressed, deferred or as it was. */
  private AppendResult charge(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction) {
    Drawing drawing = limits == null ? null : Drawing.of(limits, batch);
    if (drawing == null) {
      return main.append(batch, handoff, transaction);
    }
    AppendResult result =
        main.append(drawing.decided(store.clock().instant()), handoff, transaction);
    giveBackRepeats(drawing, result.notifications());
    return new AppendResult(drawing.limited(result.notifications()), result.handedOff());
  }

  /** What is stored by now is not to fail for some tokens, which a limit may well be short of. */
  private static void giveBackRepeats(Drawing drawing, List<Appended> appended) {
    try {
      drawing.giveBackRepeats(appended);
    } catch (StoreException e) {
      log.warn("the tokens of repeated events are lost: {}", e.getMessage());
    }
  }

  private void remember(
      List<NewNotification> batch,
      List<Appended> appended,
      Instant before,
      @Nullable Connection transaction) {
    List<NewNotification> stored = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      if (appended.get(i).verdict() == Verdict.NEW && batch.get(i).dedupeWindow() != null) {
        stored.add(batch.get(i));
      }
    }
    // What is in the caller's transaction may never be: the main store alone knows.
    if (filter == null || stored.isEmpty() || transaction != null) {
      return;
    }
    Runnable remember = () -> remember(stored, before);
    if (!main.afterCommit(remember)) {
      remember.run();
    }
  }

  private void remember(List<NewNotification> stored, Instant before) {
    EventFilter told = filter;
    if (told == null) {
      return;
    }
    try {
      told.remember(stored, Duration.between(before, store.clock().instant()));
    } catch (StoreException e) {
      log.warn("event ids cannot be remembered beside the store: {}", e.getMessage());
    }
  }

  private static List<Appended> merge(
      List<NewNotification> batch, List<Optional<KnownEvent>> known, List<Appended> appended) {
    List<Appended> all = new ArrayList<>(batch.size());
    int next = 0;
    for (int i = 0; i < batch.size(); i++) {
      KnownEvent event = known.get(i).orElse(null);
      all.add(event == null ? appended.get(next++) : repeat(batch.get(i), event));
    }
    return all;
  }

  private static Appended repeat(NewNotification n, KnownEvent known) {
    boolean same = known.fingerprint() == n.notification().fingerprint();
    Verdict verdict = same ? Verdict.DUPLICATE : Verdict.CONFLICT;
    return new Appended(known.notificationId(), verdict, List.of());
  }

  // ---- the main store's alone

  @Override
  public boolean afterCommit(Runnable action) {
    return main.afterCommit(action);
  }

  @Override
  public Optional<KnownEvent> findEvent(String tenant, String eventId) {
    return main.findEvent(tenant, eventId);
  }

  @Override
  public ClaimBatch claim(ClaimRequest request) {
    return main.claim(request);
  }

  @Override
  public List<Settlement> settle(List<Settlement> settlements) {
    return main.settle(settlements);
  }

  @Override
  public List<StateChange> recover(int maxRecoveries, Duration reconcileWithin, int limit) {
    return main.recover(maxRecoveries, reconcileWithin, limit);
  }

  @Override
  public Optional<Duration> untilNextDue(Route route) {
    return main.untilNextDue(route);
  }

  @Override
  public List<StateChange> cancel(String tenant, UUID notificationId) {
    return main.cancel(tenant, notificationId);
  }

  @Override
  public Optional<StateChange> withdraw(String tenant, UUID deliveryId) {
    return main.withdraw(tenant, deliveryId);
  }

  @Override
  public int hasten(String tenant, UUID notificationId, String recipientId, Duration within) {
    return main.hasten(tenant, notificationId, recipientId, within);
  }

  @Override
  public Optional<StateChange> replay(String tenant, UUID deliveryId) {
    return main.replay(tenant, deliveryId);
  }

  @Override
  public boolean discard(String tenant, UUID deliveryId) {
    return main.discard(tenant, deliveryId);
  }

  @Override
  public Optional<StateChange> advance(
      UUID deliveryId,
      DeliveryState to,
      @Nullable String reason,
      @Nullable String providerMessageId) {
    return main.advance(deliveryId, to, reason, providerMessageId);
  }

  @Override
  public Optional<Delivery> findByProviderId(String provider, String providerMessageId) {
    return main.findByProviderId(provider, providerMessageId);
  }

  @Override
  public Map<Route, RouteDepth> depths() {
    return main.depths();
  }

  @Override
  public void onWork(Consumer<Route> listener) {
    main.onWork(listener);
  }
}
