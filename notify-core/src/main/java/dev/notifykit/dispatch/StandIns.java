package dev.notifykit.dispatch;

import dev.notifykit.Attempt;
import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.StoreException;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.InboxEntry;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.RateLimitStore.Grant;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StateChange;
import dev.notifykit.store.TrackingEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a delivery that stands in for others goes out, and that only one of them does.
 *
 * <p>A stand-in is one row in the store, planned with those it stands in for. So it is claimed
 * once, whoever and whatever made it due, and it outlives every process. Whoever has claimed it
 * looks at the others:
 *
 * <ol>
 *   <li>It is time, but a rate limit put one of them off: it waits anew from when that is due.
 *   <li>One of them reached the recipient: it is not needed.
 *   <li>It is time: what of them still waits is withdrawn, each by a conditional write that a claim
 *       excludes.
 *   <li>One of them is in flight: it looks again in a moment.
 *   <li>Before its time and with one of them open, it waits for its time.
 *   <li>Otherwise it goes out, if one of them failed, or it is time.
 * </ol>
 *
 * <p>It is due at its time, or when one of them has failed for good. That is told twice: before the
 * failure is written, so that a crash in between leaves a stand-in that soon looks and finds out,
 * and after, so that it looks at once.
 */
final class StandIns {
  private static final Logger log = LoggerFactory.getLogger(StandIns.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Set<TrackingEvent.Kind> READ =
      EnumSet.of(TrackingEvent.Kind.OPENED, TrackingEvent.Kind.CLICKED);

  private final NotificationStore store;
  private final DeliveryPolicy policy;
  private final Consumer<StateChange> onWithdrawn;

  StandIns(NotificationStore store, DeliveryPolicy policy, Consumer<StateChange> onWithdrawn) {
    this.store = store;
    this.policy = policy;
    this.onWithdrawn = onWithdrawn;
  }

  /** How a delivery stands that another stands in for. */
  private enum Fate {
    REACHED,
    FAILED,
    /** Held back by what the recipient chose, or a limit. */
    UNWANTED,
    WITHDRAWN,
    IN_FLIGHT,
    WAITING,
    /** Taken by the provider, or perhaps, and not known to be read. */
    UNREAD
  }

  // ---- the claim of a stand-in

  /** Returns the end of a claim that must not be sent now, or null if it may go. */
  @Nullable Settlement stop(ClaimedDelivery claimed, Instant now) {
    FallbackLink link = claimed.delivery().fallback();
    if (link == null || !link.isStandIn()) {
      return null;
    }
    try {
      return decide(claimed, link, now);
    } catch (StoreException e) {
      log.debug("a fallback could not look at what it stands in for", e);
      return wait(claimed, LOOK_AGAIN);
    }
  }

  private @Nullable Settlement decide(ClaimedDelivery claimed, FallbackLink link, Instant now) {
    Instant at = link.at();
    boolean isTime = at == null || !now.isBefore(at);
    Duration putOff = isTime ? putOff(claimed.delivery(), link, now) : null;
    if (putOff != null) {
      return wait(claimed, putOff);
    }
    Set<Fate> fates = fates(claimed.delivery(), link);
    if (isTime && !fates.contains(Fate.REACHED) && fates.remove(Fate.WAITING)) {
      fates.add(withdraw(claimed.delivery(), link) ? Fate.WITHDRAWN : Fate.IN_FLIGHT);
    }
    if (fates.contains(Fate.REACHED)) {
      return end(claimed, SuppressionReason.NOT_NEEDED);
    }
    if (fates.contains(Fate.IN_FLIGHT)) {
      return wait(claimed, LOOK_AGAIN);
    }
    if (!isTime && (fates.contains(Fate.WAITING) || fates.contains(Fate.UNREAD))) {
      return wait(claimed, Duration.between(now, at));
    }
    boolean missed = isTime && (fates.contains(Fate.UNREAD) || fates.contains(Fate.WITHDRAWN));
    return missed || fates.contains(Fate.FAILED)
        ? null
        : end(claimed, SuppressionReason.NOT_NEEDED);
  }

  /** Returns the wait for one that is not due yet, which only a limit can do; null for none. */
  private @Nullable Duration putOff(QueuedDelivery standIn, FallbackLink link, Instant now) {
    Duration after = link.after();
    if (after == null) {
      return null;
    }
    return link.standsInFor().stream()
        .flatMap(id -> find(standIn, id).stream())
        .filter(first -> first.state() == DeliveryState.SCHEDULED)
        .map(Delivery::dueAt)
        .filter(due -> due != null && due.isAfter(now))
        .max(Comparator.naturalOrder())
        .map(due -> Duration.between(now, due).plus(after))
        .orElse(null);
  }

  private Set<Fate> fates(QueuedDelivery standIn, FallbackLink link) {
    Set<Fate> fates = EnumSet.noneOf(Fate.class);
    for (UUID id : link.standsInFor()) {
      // One that the log has forgotten was settled, and nobody said that it was read.
      fates.add(find(standIn, id).map(this::fate).orElse(Fate.UNREAD));
    }
    return fates;
  }

  private Optional<Delivery> find(QueuedDelivery standIn, UUID id) {
    return store.log().find(standIn.notification().tenant(), id);
  }

  private Fate fate(Delivery first) {
    return switch (first.state()) {
      case SCHEDULED, READY, RETRY_WAIT -> Fate.WAITING;
      case CLAIMED -> Fate.IN_FLIGHT;
      case ACCEPTED, UNKNOWN -> isRead(first) ? Fate.REACHED : Fate.UNREAD;
      case DELIVERED -> Fate.REACHED;
      case CANCELLED -> Fate.WITHDRAWN;
      case UNDELIVERED, DEAD, EXPIRED -> Fate.FAILED;
      case SUPPRESSED ->
          isDeadAddress(first.reason())
              ? Fate.FAILED
              : isNotNeeded(first.reason()) ? Fate.REACHED : Fate.UNWANTED;
    };
  }

  private static boolean isDeadAddress(@Nullable String reason) {
    return SuppressionReason.INVALID_TARGET.name().equals(reason)
        || SuppressionReason.NO_ADDRESS.name().equals(reason);
  }

  private static boolean isNotNeeded(@Nullable String reason) {
    return SuppressionReason.NOT_NEEDED.name().equals(reason);
  }

  private boolean isRead(Delivery first) {
    return (first.channel() == Channel.INBOX && isReadInInbox(first))
        || store.tracking().events(first.tenant(), first.id()).stream()
            .anyMatch(event -> READ.contains(event.kind()));
  }

  /** An entry that is gone was removed by its reader. */
  private boolean isReadInInbox(Delivery first) {
    UUID id = first.id();
    UUID next = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + 1);
    List<InboxEntry> entry = store.inbox().list(first.tenant(), first.recipientId(), next, 1);
    return entry.isEmpty() || !entry.get(0).id().equals(id) || entry.get(0).readAt() != null;
  }

  /** Withdraws what still waits; returns whether no worker was faster. */
  private boolean withdraw(QueuedDelivery standIn, FallbackLink link) {
    boolean all = true;
    for (UUID id : link.standsInFor()) {
      Optional<StateChange> change = store.queue().withdraw(standIn.notification().tenant(), id);
      change.ifPresent(onWithdrawn);
      all &= change.isPresent() || find(standIn, id).map(d -> d.state().isTerminal()).orElse(true);
    }
    return all;
  }

  // ---- its tokens

  /**
   * Takes a stand-in's tokens as its first provider is asked, once, and not when it is planned.
   * Returns the end of a claim that did not get them, or null if it may go.
   */
  @Nullable Settlement charge(ClaimedDelivery claimed, Category category) {
    try {
      return wasAsked(claimed) ? null : takeTokens(claimed, category);
    } catch (StoreException e) {
      log.debug("a fallback could not take its tokens", e);
      return wait(claimed, LOOK_AGAIN);
    }
  }

  /**
   * The log tells: an attempt may be spent without a provider being asked, and one that asks
   * everyone to wait costs none. A claim whose lease lapsed may have been asked and is not in it.
   */
  private boolean wasAsked(ClaimedDelivery claimed) {
    QueuedDelivery delivery = claimed.delivery();
    List<Attempt> attempts = store.log().attempts(delivery.notification().tenant(), delivery.id());
    return attempts.isEmpty()
        ? claimed.attempt() > 1
        : attempts.stream().anyMatch(attempt -> attempt.provider() != null);
  }

  private @Nullable Settlement takeTokens(ClaimedDelivery claimed, Category category) {
    QueuedDelivery delivery = claimed.delivery();
    List<BucketCharge> charges =
        BucketCharge.of(
            policy.limits(),
            delivery.notification().tenant(),
            delivery.recipientId(),
            delivery.channel(),
            category);
    // First a look at all: while one is empty, the others must not give theirs for nothing.
    for (BucketCharge charge : charges.size() == 1 ? List.<BucketCharge>of() : charges) {
      Duration wait = store.rateLimits().waitFor(charge);
      if (!wait.isZero()) {
        return limited(claimed, charge, wait);
      }
    }
    for (BucketCharge charge : charges) {
      Grant grant = store.rateLimits().take(charge, 1);
      if (grant.tokens() == 0) {
        return limited(claimed, charge, grant.retryIn());
      }
    }
    return null;
  }

  private static Settlement limited(ClaimedDelivery claimed, BucketCharge charge, Duration wait) {
    return charge.onLimit() == OnLimit.DROP
        ? end(claimed, SuppressionReason.RATE_LIMITED)
        : wait(claimed, wait);
  }

  private static Settlement end(ClaimedDelivery claimed, SuppressionReason reason) {
    return new Settlement(
        claimed, DeliveryState.SUPPRESSED, reason.name(), null, false, null, null, null);
  }

  private static Settlement wait(ClaimedDelivery claimed, Duration delay) {
    return new Settlement(claimed, DeliveryState.RETRY_WAIT, null, delay, false, null, null, null);
  }

  // ---- the failure of one that has a stand-in

  /**
   * Lets the stand-ins look soon if a claim is about to end so that they are wanted.
   *
   * @throws StoreException if the store does not answer
   */
  void beforeSettled(Settlement end) {
    if (isFailureWithStandIn(end)) {
      QueuedDelivery first = end.claimed().delivery();
      store
          .queue()
          .hasten(
              first.notification().tenant(),
              first.notification().id(),
              first.recipientId(),
              LOOK_AGAIN);
    }
  }

  /** Lets the stand-ins look at once. */
  void settled(Settlement end) {
    if (isFailureWithStandIn(end)) {
      QueuedDelivery first = end.claimed().delivery();
      hasten(first.notification().tenant(), first.notification().id(), first.recipientId());
    }
  }

  private static boolean isFailureWithStandIn(Settlement end) {
    return end.claimed().delivery().hasStandIn()
        && (end.to() == DeliveryState.DEAD
            || (end.to() == DeliveryState.SUPPRESSED && isDeadAddress(end.reason())));
  }

  /** Lets the stand-ins look at once of a delivery that failed without a claim of ours. */
  void failed(Delivery first) {
    if (first.state() == DeliveryState.DEAD || first.state() == DeliveryState.UNDELIVERED) {
      hasten(first.tenant(), first.notificationId(), first.recipientId());
    }
  }

  private void hasten(String tenant, UUID notificationId, String recipientId) {
    try {
      store.queue().hasten(tenant, notificationId, recipientId, Duration.ZERO);
    } catch (Throwable e) { // whatever it is: others are to be told of their ends
      log.debug("a fallback could not be told and looks by itself", e);
    }
  }
}
