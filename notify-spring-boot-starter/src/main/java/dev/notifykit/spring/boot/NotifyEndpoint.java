package dev.notifykit.spring.boot;

import dev.notifykit.DeadLetters;
import dev.notifykit.Delivery;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.Stats;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;

/**
 * The queues, the dead letters, and what an operator can do about them. Shows ids and states, never
 * an address or content.
 *
 * <p>Optional parameters bear Spring's own annotation: Boot 3 knows no other.
 */
@Endpoint(id = "notify")
@SuppressWarnings("deprecation")
final class NotifyEndpoint {
  private static final String DEAD_LETTERS = "dead-letters";
  private static final String ROUTES = "routes";
  private static final int PAGE = 100;

  private final NotificationClient client;
  private final RoutePauses pauses;

  NotifyEndpoint(NotificationClient client, RoutePauses pauses) {
    this.client = client;
    this.pauses = pauses;
  }

  /** Returns how routes and providers are doing. */
  @ReadOperation
  public Map<String, Object> overview() {
    Stats stats = client.stats();
    Map<String, Object> routes = new LinkedHashMap<>();
    stats.routes().forEach((route, s) -> routes.put(route.key(), route(route, s)));
    Map<String, Object> providers = new LinkedHashMap<>();
    stats
        .providers()
        .forEach(
            p ->
                providers.put(
                    p.name(),
                    Map.of(
                        "state", p.state().name(),
                        "inFlight", p.inFlight(),
                        "accepted", p.accepted(),
                        "failed", p.failed())));
    return Map.of("routes", routes, "providers", providers);
  }

  private Map<String, Object> route(Route route, RouteStats stats) {
    return Map.of(
        "ready", stats.ready(),
        "scheduled", stats.scheduled(),
        "inFlight", stats.inFlight(),
        "oldestReadySeconds", stats.oldestReady().toSeconds(),
        "paused", stats.paused(),
        "pausedByOperator", pauses.isPaused(route));
  }

  /**
   * Returns a page of dead letters, oldest first.
   *
   * @param section {@code dead-letters}
   * @param tenant the tenant; the default one unless given
   * @param route only of this route
   * @param after the last id of the page before
   * @param limit at most so many, 1 to 1,000; 100 unless given
   */
  @ReadOperation
  public @Nullable Map<String, Object> list(
      @Selector String section,
      @Nullable String tenant,
      @Nullable String route,
      @Nullable String after,
      @Nullable Integer limit) {
    if (!section.equals(DEAD_LETTERS)) {
      return null;
    }
    List<Map<String, Object>> page =
        checked(
            () ->
                deadLetters(tenant)
                    .list(
                        route == null ? null : Route.ofKey(route),
                        after == null ? null : id(after),
                        limit == null ? PAGE : limit)
                    .stream()
                    .map(NotifyEndpoint::deadLetter)
                    .toList());
    return Map.of("deadLetters", page);
  }

  private static Map<String, Object> deadLetter(Delivery delivery) {
    Map<String, Object> letter = new LinkedHashMap<>();
    letter.put("id", delivery.id().toString());
    letter.put("notificationId", delivery.notificationId().toString());
    letter.put("recipientId", delivery.recipientId());
    letter.put("route", delivery.route().key());
    letter.put("template", delivery.template());
    letter.put("category", delivery.category());
    letter.put("reason", delivery.reason());
    letter.put("attempts", delivery.attempts());
    letter.put("provider", delivery.provider());
    letter.put("createdAt", delivery.createdAt().toString());
    letter.put("updatedAt", delivery.updatedAt().toString());
    return letter;
  }

  /**
   * Does something to one thing: {@code routes/email/pause}, {@code routes/email/resume}, {@code
   * dead-letters/{id}/replay}.
   *
   * @param section {@code routes} or {@code dead-letters}
   * @param name the route's key, or the delivery's id
   * @param action what to do
   * @param tenant the dead letter's tenant; the default one unless given
   * @throws InvalidEndpointRequestException if there is no such thing or action
   */
  @WriteOperation
  public Map<String, Object> act(
      @Selector String section,
      @Selector String name,
      @Selector String action,
      @Nullable String tenant) {
    switch (section + "/" + action) {
      case ROUTES + "/pause" -> pauses.pause(route(name));
      case ROUTES + "/resume" -> pauses.resume(route(name));
      case DEAD_LETTERS + "/replay" -> requireListed(deadLetters(tenant).replay(id(name)));
      default -> throw refused("there is no such action", null);
    }
    return Map.of("done", action);
  }

  /**
   * Takes a dead letter off the list.
   *
   * @param section {@code dead-letters}
   * @param name the delivery's id
   * @param tenant its tenant; the default one unless given
   * @throws InvalidEndpointRequestException if it is not listed
   */
  @DeleteOperation
  public Map<String, Object> discard(
      @Selector String section, @Selector String name, @Nullable String tenant) {
    requireListed(section.equals(DEAD_LETTERS) && deadLetters(tenant).discard(id(name)));
    return Map.of("done", "discard");
  }

  private static void requireListed(boolean listed) {
    if (!listed) {
      throw refused("there is no such dead letter", null);
    }
  }

  private DeadLetters deadLetters(@Nullable String tenant) {
    return checked(() -> (tenant == null ? client : client.forTenant(tenant)).deadLetters());
  }

  private static Route route(String key) {
    return checked(() -> Route.ofKey(key));
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw refused("the id is no UUID", e);
    }
  }

  private static <T> T checked(Supplier<T> action) {
    try {
      return action.get();
    } catch (InvalidNotificationException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    }
  }

  /** The caller's mistake: 400, with what is wrong. */
  private static InvalidEndpointRequestException refused(
      String reason, @Nullable Throwable cause) {
    return new InvalidEndpointRequestException(reason, reason, cause);
  }
}
