package dev.notifykit.dispatch;

import dev.notifykit.DeadReason;
import dev.notifykit.NotificationException;
import dev.notifykit.Route;
import dev.notifykit.StoreException;
import dev.notifykit.internal.Traces;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.DeliveryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a claim to what can be sent: the last checks, the message, the provider. A claim that may
 * not or cannot go out ends here.
 */
final class Preparation {
  private static final Logger log = LoggerFactory.getLogger(Preparation.class);

  private final Route route;
  private final DeliveryPolicy policy;
  private final LateCheck lateCheck;
  private final StandIns standIns;
  private final Renderer renderer;
  private final OutcomeRules rules;
  private final Router router;
  private final Settler settler;

  Preparation(Route route, RouteDispatcher.Parts parts, Router router, Settler settler) {
    this.route = route;
    this.policy = parts.policy();
    this.lateCheck = new LateCheck(policy);
    this.standIns = parts.standIns();
    this.renderer = parts.renderer();
    this.rules = parts.rules();
    this.router = router;
    this.settler = settler;
  }

  /**
   * Returns the delivery ready to be sent, or null if its claim has ended. A defect, ours or of a
   * provider's {@code serves}, costs this delivery an attempt, no more; a store that does not
   * answer for a template costs it a wait.
   *
   * @param startBefore the last moment to start asking a provider, by the monotonic clock
   */
  @Nullable Flight prepare(ClaimedDelivery claimed, Instant now, long startBefore) {
    try {
      Category category = policy.categoryOrDefaults(claimed.delivery().notification().category());
      Settlement stop = stop(claimed, category, now);
      return stop == null ? board(claimed, category, now, startBefore) : end(stop);
    } catch (StoreException e) {
      log.warn("{}: delivery {} waits: {}", route, claimed.delivery().id(), e.getMessage());
      return end(rules.notNow(claimed, OutcomeRules.NO_PROVIDER_DELAY));
    } catch (Throwable e) {
      log.error(
          "{}: delivery {} could not be prepared",
          route,
          claimed.delivery().id(),
          Traces.withoutMessages(e));
      return end(rules.retryBeforeSend(claimed, e.getClass().getName(), now));
    }
  }

  private @Nullable Settlement stop(ClaimedDelivery claimed, Category category, Instant now) {
    Settlement stop = lateCheck.stop(claimed, category, now);
    return stop == null && claimed.delivery().isStandIn() ? standIns.stop(claimed, now) : stop;
  }

  private @Nullable Flight board(
      ClaimedDelivery claimed, Category category, Instant now, long startBefore) {
    Message message = message(claimed, category, now);
    if (message == null) {
      return null;
    }
    Flight.Choice choice = router.enter(claimed.delivery(), null);
    if (choice == null) {
      return end(
          router.serves(claimed.delivery().target())
              ? rules.notNow(claimed, Duration.ZERO)
              : rules.deadBeforeSend(claimed, DeadReason.NO_PROVIDER, "no-provider", now));
    }
    Outcome.Rejected objection = objection(choice.gate(), claimed, message);
    if (objection != null) {
      choice.gate().leave();
      return end(
          rules.deadBeforeSend(
              claimed, DeadReason.REJECTED, String.valueOf(objection.code()), now));
    }
    return new Flight(claimed, category, message, now, startBefore, choice, router.size());
  }

  private @Nullable Message message(ClaimedDelivery claimed, Category category, Instant now) {
    String code;
    try {
      return renderer.render(claimed.delivery(), category);
    } catch (StoreException e) {
      throw e; // the template may well be there
    } catch (NotificationException e) {
      log.warn(
          "{}: delivery {} cannot be rendered: {}",
          route,
          claimed.delivery().id(),
          String.valueOf(e.getMessage()));
      code = e.getClass().getSimpleName();
    } catch (Exception e) { // a template engine of the application's may throw any
      code = e.getClass().getName();
    }
    settler.end(rules.deadBeforeSend(claimed, DeadReason.RENDERING_FAILED, code, now));
    return null;
  }

  /** What was given ready was looked at by admission; what is rendered only now is seen now. */
  private static Outcome.@Nullable Rejected objection(
      ProviderGate gate, ClaimedDelivery claimed, Message message) {
    QueuedDelivery delivery = claimed.delivery();
    if (delivery.notification().content().messages().containsKey(delivery.channel())) {
      return null;
    }
    try {
      return gate.provider().check(delivery.target(), message).orElse(null);
    } catch (Throwable e) {
      gate.leave();
      throw e;
    }
  }

  private @Nullable Flight end(Settlement settlement) {
    settler.end(settlement);
    return null;
  }
}
