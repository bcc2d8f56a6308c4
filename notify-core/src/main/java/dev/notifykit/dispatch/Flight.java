package dev.notifykit.dispatch;

import dev.notifykit.Attempt;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.ClaimedDelivery;
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

  /** What the provider before this one answered, if the delivery was diverted. */
  @Nullable Attempt failure;

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
    return leg.get();
  }

  /** Returns true for the first who reports the end of this leg, and false for everyone else. */
  boolean land(int flownLeg) {
    return leg.compareAndSet(flownLeg, flownLeg + 1);
  }

  void divert(Choice choice) {
    gate = choice.gate();
    tried[choice.index()] = true;
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
