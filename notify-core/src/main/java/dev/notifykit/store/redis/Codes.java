package dev.notifykit.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import java.util.List;

/**
 * The numbers that stand for states, routes and priorities in the data and in the scripts: the
 * place in these lists. They are part of the format; lists are only ever added to.
 */
final class Codes {
  static final List<DeliveryState> STATES =
      List.of(
          DeliveryState.SCHEDULED,
          DeliveryState.READY,
          DeliveryState.CLAIMED,
          DeliveryState.RETRY_WAIT,
          DeliveryState.UNKNOWN,
          DeliveryState.ACCEPTED,
          DeliveryState.DELIVERED,
          DeliveryState.UNDELIVERED,
          DeliveryState.SUPPRESSED,
          DeliveryState.EXPIRED,
          DeliveryState.CANCELLED,
          DeliveryState.DEAD);
  static final List<Route> ROUTES =
      List.of(Route.APNS, Route.FCM, Route.SMS, Route.EMAIL, Route.INBOX);
  static final List<Priority> PRIORITIES = List.of(Priority.HIGH, Priority.NORMAL, Priority.LOW);

  private Codes() {}

  static int of(DeliveryState state) {
    return STATES.indexOf(state);
  }

  static int of(Route route) {
    return ROUTES.indexOf(route);
  }

  static int of(Priority priority) {
    return PRIORITIES.indexOf(priority);
  }
}
