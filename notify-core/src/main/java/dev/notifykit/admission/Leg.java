package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import dev.notifykit.policy.Fallback;
import dev.notifykit.store.FallbackLink;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.QueuedDelivery;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was planned for one recipient on one channel, as far as the channel that stands in for it is
 * concerned.
 *
 * @param live the deliveries that will be sent, by their index
 * @param ids their ids
 * @param due when the last of them is due
 * @param isUnwanted whether none will be sent although an address would work: the recipient, or a
 *     rule, does not want it, and then not on another channel either
 * @param inherited what ties them to others; where they turn out not to exist, whatever stands in
 *     for them is tied to the same
 */
record Leg(
    List<Integer> live,
    List<UUID> ids,
    Instant due,
    boolean isUnwanted,
    @Nullable FallbackLink inherited) {
  private static final Set<SuppressionReason> NO_WORKING_ADDRESS =
      EnumSet.of(SuppressionReason.NO_ADDRESS, SuppressionReason.INVALID_TARGET);

  /**
   * Looks at what was planned.
   *
   * @param planned the plan so far
   * @param from where the recipient's part of it begins
   * @param channel the channel
   * @param inherited what ties its deliveries to others, or null
   * @param due when a delivery is due that says nothing else
   */
  static Leg of(
      List<NewDelivery> planned,
      int from,
      Channel channel,
      @Nullable FallbackLink inherited,
      Instant due) {
    List<Integer> live = new ArrayList<>();
    List<UUID> ids = new ArrayList<>();
    Instant last = due;
    boolean unwanted = false;
    for (int i = from; i < planned.size(); i++) {
      NewDelivery one = planned.get(i);
      if (one.delivery().channel() != channel) {
        continue;
      }
      if (one.state() == DeliveryState.SUPPRESSED) {
        unwanted |= one.reason() == null || !NO_WORKING_ADDRESS.contains(one.reason());
      } else {
        live.add(i);
        ids.add(one.delivery().id());
        Instant at = one.notBefore();
        last = at != null && at.isAfter(last) ? at : last;
      }
    }
    return new Leg(live, ids, last, unwanted && live.isEmpty(), inherited);
  }

  /** Returns what ties its stand-ins to it, or null if they are sent in its place at once. */
  @Nullable FallbackLink tie(Fallback fallback) {
    return live.isEmpty()
        ? inherited
        : new FallbackLink(
            ids,
            due.plus(fallback.after()).truncatedTo(ChronoUnit.MILLIS),
            /* hasStandIn= */ false,
            fallback.after());
  }

  static NewDelivery withStandIn(NewDelivery planned) {
    QueuedDelivery delivery = planned.delivery();
    FallbackLink link = delivery.fallback();
    return new NewDelivery(
        delivery.with(link == null ? FallbackLink.FIRST : link.withStandIn()),
        planned.state(),
        planned.reason(),
        planned.notBefore(),
        planned.charges());
  }
}
