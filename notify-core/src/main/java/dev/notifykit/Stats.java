package dev.notifykit;

import dev.notifykit.internal.Checks;
import java.util.List;
import java.util.Map;

/**
 * A look at the queues and providers.
 *
 * @param routes every route, empty ones included
 * @param providers every provider of this client, in routing order
 */
public record Stats(Map<Route, RouteStats> routes, List<ProviderStats> providers) {
  /**
   * Returns how one route is doing.
   *
   * @param route the route
   */
  public RouteStats route(Route route) {
    return Checks.notNull("route", routes.get(route));
  }
}
