package dev.notifykit.dispatch;

import dev.notifykit.Attempt;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Settlement;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One claimed delivery on its way through providers. Only one thread at a time works on it; {@link
 * #land} decides which of an outcome and a timeout that is.
 */
final class Flight {
  final ClaimedDelivery claimed;
  final Category category;
  final Message message;
  final Instant startedAt;

  /** The last moment, by the monotonic clock, to start asking a provider within the lease. */
  final long startBefore;

  final boolean[] tried;
  ProviderGate gate;
  long sentNanos;

  /** How the provider before this one would have ended it, if the delivery was diverted. */
  private @Nullable Settlement otherwise;

  private boolean isAloft;

  private final AtomicInteger leg = new AtomicInteger();

  Flight(
      ClaimedDelivery claimed,
      Category category,
      Message message,
      Instant startedAt,
      long startBefore,
      Choice choice,
      int providers) {
    this.claimed = claimed;
    this.category = category;
    this.message = message;
    this.startedAt = startedAt;
    this.startBefore = startBefore;
    this.tried = new boolean[providers];
    this.gate = choice.gate();
    this.tried[choice.index()] = true;
  }

  /** A provider to ask, and its place in the order. */
  record Choice(ProviderGate gate, int index) {}

  /** Returns the number of the leg that now begins: one for each provider that is asked. */
  int takeOff(long now) {
    sentNanos = now;
    isAloft = true;
    return leg.get();
  }

  /** Returns the number of the leg that it is on, or is about to begin. */
  int leg() {
    return leg.get();
  }

  /** Returns whether its provider has been asked, or may have been. */
  boolean isAloft() {
    return isAloft;
  }

  /** Returns true for the first who reports the end of this leg, and false for everyone else. */
  boolean land(int flownLeg) {
    return leg.compareAndSet(flownLeg, flownLeg + 1);
  }

  /** Goes on to another provider; what the one before said still counts if that is not asked. */
  void divert(Choice choice, Settlement before) {
    otherwise = before;
    isAloft = false;
    gate = choice.gate();
    tried[choice.index()] = true;
  }

  /** Returns what the provider before this one answered, if the delivery was diverted. */
  @Nullable Attempt failure() {
    return otherwise == null ? null : otherwise.attempt();
  }

  /** Returns whether it has to take tokens before its first provider is asked. */
  boolean needsTokens() {
    return claimed.delivery().isStandIn() && otherwise == null;
  }

  /**
   * Returns how it ends without this provider being asked.
   *
   * @param untouched the end of one that no provider was asked about
   */
  Settlement unasked(Settlement untouched) {
    return otherwise == null ? untouched : otherwise;
  }

  SendRequest request() {
    var delivery = claimed.delivery();
    var notification = delivery.notification();
    return new SendRequest(
        delivery.id(),
        claimed.attempt(),
        notification.tenant(),
        delivery.recipientId(),
        delivery.recipientName(),
        delivery.target(),
        message,
        notification.category(),
        notification.priority(),
        notification.expiresAt(),
        notification.content().context());
  }
}
