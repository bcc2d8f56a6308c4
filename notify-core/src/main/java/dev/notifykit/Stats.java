package dev.notifykit;

import java.util.List;
import java.util.Map;

/**
 * A look at the queues and providers.
 *
 * @param routes every route, empty ones included
 * @param providers every provider of this client, in routing order
 */
public record Stats(Map<Route, RouteStats> routes, List<ProviderStats> providers) {}
