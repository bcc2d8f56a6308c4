package dev.notifykit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.Target;
import dev.notifykit.policy.OnLimit;
import dev.notifykit.policy.TokenBucket;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CompositeQueueTest {
  private final InMemoryStore store = InMemoryStore.create();

  /** Tokens there are, but they cannot be given back: the store that has them went away. */
  private static final class Vanishing implements DetachedRateLimits {
    @Override
    public Draw draw(List<List<BucketCharge>> deliveries) {
      return new Draw() {
        @Override
        public Duration waitOf(int index) {
          return Duration.ZERO;
        }

        @Override
        public void giveBack(Collection<Integer> indexes) {
          throw new StoreException("the connection failed");
        }
      };
    }

    @Override
    public Grant take(BucketCharge charge, int wanted) {
      return new Grant(wanted, Duration.ZERO);
    }

    @Override
    public Duration waitFor(BucketCharge charge) {
      return Duration.ZERO;
    }
  }

  @Test
  void whatIsStoredIsNotRefusedBecauseTheTokensOfARepeatAreLost() {
    CompositeQueue queue = new CompositeQueue(store, new Vanishing(), null);
    Handoff room = new Handoff("worker", Duration.ofMinutes(1), Map.of(Route.EMAIL, 10));
    AppendResult result = queue.append(List.of(mail(), mail()), room, null);
    assertThat(result.notifications())
        .extracting(Appended::verdict)
        .containsExactly(Verdict.NEW, Verdict.DUPLICATE);
    assertThat(result.handedOff()).hasSize(1);
  }

  /** A mail of one event that needs a token. */
  private static NewNotification mail() {
    StoredNotification n =
        new StoredNotification(
            UUID.randomUUID(),
            "",
            "event",
            1,
            "order-shipped",
            "orders",
            null,
            Priority.NORMAL,
            UnknownOutcome.PREFER_DUPLICATE,
            Instant.EPOCH,
            null,
            new Content(Map.of(), Map.of(), List.of()));
    Target target = Target.email("ann@example.com");
    QueuedDelivery d = new QueuedDelivery(UUID.randomUUID(), n, "ann", null, target, null, null);
    BucketCharge charge =
        new BucketCharge("b", new TokenBucket(5, Duration.ofDays(1)), OnLimit.DROP);
    return new NewNotification(
        n,
        Duration.ofDays(1),
        List.of(new NewDelivery(d, DeliveryState.READY, null, null, List.of(charge))));
  }
}
