package dev.notifykit.spring.boot;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.Stats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.lang.Nullable;

/**
 * The queues, the dead letters, and what an operator can do about them. Shows ids and states, never
 * an address or content.
 *
 * <p>What is refused is answered here, with the reason: Boot's own answer to an exception leaves
 * the message out. Optional parameters bear Spring's own annotation: Boot 3 knows no other.
 */
@WebEndpoint(id = "notify")
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
  public WebEndpointResponse<Map<String, Object>> list(
      @Selector String section,
      @Nullable String tenant,
      @Nullable String route,
      @Nullable String after,
      @Nullable Integer limit) {
    return ofDeadLetters(
        section,
        () ->
            Map.of(
                "deadLetters",
                of(tenant)
                    .deadLetters()
                    .list(
                        route == null ? null : Route.ofKey(route),
                        after == null ? null : id(after),
                        limit == null ? PAGE : limit)
                    .stream()
                    .map(NotifyEndpoint::deadLetter)
                    .toList()));
  }

  /**
   * Returns what providers answered to the attempts at a delivery, oldest first.
   *
   * @param section {@code dead-letters}
   * @param name the delivery's id
   * @param tenant its tenant; the default one unless given
   */
  @ReadOperation
  public WebEndpointResponse<Map<String, Object>> attempts(
      @Selector String section, @Selector String name, @Nullable String tenant) {
    return ofDeadLetters(
        section,
        () ->
            Map.of(
                "attempts",
                of(tenant).attempts(id(name)).stream().map(NotifyEndpoint::attempt).toList()));
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

  private static Map<String, Object> attempt(Attempt attempt) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("number", attempt.number());
    shown.put("provider", attempt.provider());
    shown.put("outcome", attempt.outcome());
    shown.put("code", attempt.code());
    shown.put("startedAt", attempt.startedAt().toString());
    return shown;
  }

  /**
   * Does something to one thing: {@code routes/email/pause}, {@code routes/email/resume}, {@code
   * routes/email/replay}, {@code dead-letters/{id}/replay}.
   *
   * @param section {@code routes} or {@code dead-letters}
   * @param name the route's key, or the delivery's id
   * @param action what to do
   * @param tenant the dead letters' tenant; the default one unless given
   */
  @WriteOperation
  public WebEndpointResponse<Map<String, Object>> act(
      @Selector String section,
      @Selector String name,
      @Selector String action,
      @Nullable String tenant) {
    return answer(
        () -> {
          switch (section + "/" + action) {
            case ROUTES + "/pause" -> pauses.pause(Route.ofKey(name));
            case ROUTES + "/resume" -> pauses.resume(Route.ofKey(name));
            case ROUTES + "/replay" -> {
              int replayed = of(tenant).deadLetters().replayAll(Route.ofKey(name));
              return Map.of("done", action, "replayed", replayed);
            }
            case DEAD_LETTERS + "/replay" ->
                requireListed(of(tenant).deadLetters().replay(id(name)));
            default ->
                throw new InvalidNotificationException(
                    "action",
                    "is none of routes/{route}/pause, routes/{route}/resume,"
                        + " routes/{route}/replay and dead-letters/{id}/replay");
          }
          return Map.of("done", action);
        });
  }

  /**
   * Takes a dead letter off the list.
   *
   * @param section {@code dead-letters}
   * @param name the delivery's id
   * @param tenant its tenant; the default one unless given
   */
  @DeleteOperation
  public WebEndpointResponse<Map<String, Object>> discard(
      @Selector String section, @Selector String name, @Nullable String tenant) {
    return ofDeadLetters(
        section,
        () -> {
          requireListed(of(tenant).deadLetters().discard(id(name)));
          return Map.of("done", "discard");
        });
  }

  private NotificationClient of(@Nullable String tenant) {
    return tenant == null ? client : client.forTenant(tenant);
  }

  private static UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidNotificationException("id", "is no UUID");
    }
  }

  private static void requireListed(boolean listed) {
    if (!listed) {
      throw new InvalidNotificationException("id", "is of no listed dead letter");
    }
  }

  private static WebEndpointResponse<Map<String, Object>> ofDeadLetters(
      String section, Supplier<Map<String, Object>> action) {
    return section.equals(DEAD_LETTERS)
        ? answer(action)
        : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
  }

  private static WebEndpointResponse<Map<String, Object>> answer(
      Supplier<Map<String, Object>> action) {
    try {
      return new WebEndpointResponse<>(action.get());
    } catch (InvalidNotificationException e) {
      return new WebEndpointResponse<>(
          Map.of("reason", String.valueOf(e.getMessage())), WebEndpointResponse.STATUS_BAD_REQUEST);
    }
  }
}
