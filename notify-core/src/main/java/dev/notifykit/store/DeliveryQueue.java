package dev.notifykit.store;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable queues, one a route. Thread-safe. Every method throws {@link
 * dev.notifykit.StoreException} when the store cannot answer.
 *
 * <p>Due times and leases are read against the store's own clock. A delivery whose due time has
 * come goes from {@code SCHEDULED} or {@code RETRY_WAIT} through {@code READY} to {@code CLAIMED}
 * within one claim.
 */
public interface DeliveryQueue {
  /**
   * Appends notifications with their deliveries, each notification wholly or not at all, in this
   * order: compare its event id (a repeat adds nothing and takes no token), take tokens for each
   * delivery (all of a delivery's or none; on refusal by policy suppress or defer), store, claim
   * for {@code handoff} what is due and fits. A deferred delivery borrows its tokens ({@link
   * dev.notifykit.policy.TokenBucket#borrow}) and is due when the last of them is there, so that
   * deferred deliveries do not exceed the limit either; one charge that drops outweighs any that
   * defer.
   *
   * <p>Durable when it returns. On an exception nothing was stored, unless the exception says that
   * the outcome is not known; the same event ids may then be appended again. Deliveries handed off
   * carry preferences read in the same step or after it.
   *
   * @param batch at least one
   * @param handoff room at the caller's dispatcher; a store may ignore it
   * @param transaction the caller's transaction to join, or null for one of the store's own; with
   *     one given, nothing is handed off and nothing is visible before the caller commits
   * @throws dev.notifykit.QueueFullException if a bounded store rejects the batch
   */
  AppendResult append(
      List<NewNotification> batch, Handoff handoff, @Nullable Connection transaction);

  /**
   * Returns appends of one notification that look up what restricts it in the same atomic step, if
   * the store can do that for its own preferences; default empty.
   */
  default Optional<UnrestrictedAppend> unrestricted() {
    return Optional.empty();
  }

  /**
   * Runs an action once the transaction that {@link #append} joins on the calling thread, without
   * being passed one, has committed; never if it rolls back.
   *
   * @param action short; throws nothing
   * @return false if there is no such transaction, and the action is not run; the default
   */
  default boolean afterCommit(Runnable action) {
    return false;
  }

  /**
   * Returns what is remembered of an event id, if its dedupe window has not passed.
   *
   * @param tenant the tenant
   * @param eventId the event id
   */
  Optional<KnownEvent> findEvent(String tenant, String eventId);

  /**
   * An event id that was used.
   *
   * @param notificationId the notification it belongs to
   * @param fingerprint that notification's {@link StoredNotification#fingerprint}
   */
  record KnownEvent(UUID notificationId, long fingerprint) {}

  /**
   * Claims due deliveries: in one atomic step each gets state {@code CLAIMED}, a token one higher
   * than ever before, an attempt one higher, and a lease; no two callers get the same one.
   *
   * @param request who wants how many from where
   */
  ClaimBatch claim(ClaimRequest request);

  /**
   * Writes the ends of claims. Each is written only if the delivery is still {@code CLAIMED} under
   * the same token; otherwise only an attempt is logged, as {@code Stale}: the end's own, or for an
   * end without one, such as an acceptance, one of the moment it came.
   *
   * @param settlements in any order, from any routes
   * @return those that were refused because the claim was lost
   */
  List<Settlement> settle(List<Settlement> settlements);

  /**
   * Takes back claims whose lease has lapsed and closes what waited in vain: a lapsed claim becomes
   * {@code READY} again, {@code DEAD} as {@code POISON} when it lapsed before {@code maxRecoveries}
   * times, or {@code UNKNOWN} for {@code reconcileWithin} if its notification prefers silence; an
   * {@code UNKNOWN} whose wait is over becomes {@code DEAD} as {@code OUTCOME_UNKNOWN}; what waits
   * past its expiry becomes {@code EXPIRED}.
   *
   * @param maxRecoveries how many lapses a delivery survives
   * @param reconcileWithin how long an unknown outcome waits for a receipt
   * @param limit at most so many changes
   * @return what changed
   */
  List<StateChange> recover(int maxRecoveries, Duration reconcileWithin, int limit);

  /**
   * Returns how long until a route's next waiting delivery is due: zero if one is due now, empty if
   * none waits.
   *
   * @param route the route
   */
  Optional<Duration> untilNextDue(Route route);

  /**
   * Cancels what still waits of a notification.
   *
   * @param tenant the tenant
   * @param notificationId the notification
   * @return what changed
   */
  List<StateChange> cancel(String tenant, UUID notificationId);

  /**
   * Cancels one delivery if it still waits. Atomic against {@link #claim}: a delivery is cancelled
   * or claimed, never both, however many ask at once.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   * @return the change, or empty if it does not wait
   */
  Optional<StateChange> withdraw(String tenant, UUID deliveryId);

  /**
   * Makes the fallbacks of a recipient due soon: those deliveries of the notification that stand in
   * for others ({@link FallbackLink#isStandIn}) and are {@code SCHEDULED}, or in {@code RETRY_WAIT}
   * without a reason. One that a provider made wait, or that is due earlier, keeps its time. No
   * state changes; a claim takes each as before, once. The listener of {@link #onWork} is told.
   *
   * @param tenant the tenant
   * @param notificationId the notification
   * @param recipientId the recipient
   * @param within how soon, from zero
   * @return how many are due earlier than before
   */
  int hasten(String tenant, UUID notificationId, String recipientId, Duration within);

  /**
   * Makes a dead letter ready again, with its attempts counted from zero.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   * @return the change, or empty if it is not a listed dead letter or its content is gone
   */
  Optional<StateChange> replay(String tenant, UUID deliveryId);

  /**
   * Takes a dead letter off the list; it stays {@code DEAD} in the log.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   * @return whether it was listed
   */
  boolean discard(String tenant, UUID deliveryId);

  /**
   * Moves a delivery on a provider's word, forward only: {@code UNKNOWN} or {@code ACCEPTED} to
   * what the receipt says, as {@link DeliveryState#canBecome} allows in one or two steps.
   *
   * @param deliveryId the delivery
   * @param to {@code ACCEPTED}, {@code DELIVERED} or {@code UNDELIVERED}
   * @param reason the provider's code, or null
   * @param providerMessageId the provider's id, or null to keep what is known
   * @return the change, or empty if there was nothing to change
   */
  Optional<StateChange> advance(
      UUID deliveryId,
      DeliveryState to,
      @Nullable String reason,
      @Nullable String providerMessageId);

  /**
   * Returns the delivery a provider knows by an id of its own. One that waits to be tried again,
   * for which a receipt would change nothing, need not be found.
   *
   * @param provider the provider's name
   * @param providerMessageId the provider's id
   */
  Optional<Delivery> findByProviderId(String provider, String providerMessageId);

  /** Returns how full each route's queue is. */
  Map<Route, RouteDepth> depths();

  /**
   * Registers the one listener that is told, soon and cheaply, that a route may have new work. It
   * may be told too often; it is not told what other nodes append unless the store can know.
   *
   * @param listener called on any thread; must return at once
   */
  void onWork(Consumer<Route> listener);
}
