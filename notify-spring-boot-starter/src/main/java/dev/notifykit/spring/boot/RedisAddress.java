package dev.notifykit.spring.boot;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Where Redis is: where {@code notify.store.redis.uris} says, else where the application's own
 * connection goes, whose properties bear one name in every version of Spring Boot, as its classes
 * do not.
 *
 * @param uris how to reach it; empty if nothing says
 * @param isCluster whether these are servers of a cluster
 * @param sentinelUsername the user that the Sentinels ask for, if they ask for one
 * @param sentinelPassword what the Sentinels ask for, if they do
 * @param sslBundle the property that names the SSL bundle to connect with, if it is set
 */
record RedisAddress(
    List<String> uris,
    boolean isCluster,
    @Nullable String sentinelUsername,
    @Nullable String sentinelPassword,
    String sslBundle) {
  static final String PROPERTY = "notify.store.redis.uris";

  /** Shows nothing of it: the URIs may hold a password. */
  @Override
  public String toString() {
    return "RedisAddress";
  }

  boolean isKnown() {
    return !uris.isEmpty();
  }

  static RedisAddress of(Environment environment) {
    Binder binder = Binder.get(environment);
    List<String> own = whole(list(binder, PROPERTY));
    if (own.isEmpty()) {
      return new SpringConnection(environment, binder).address();
    }
    String redis = "notify.store.redis.";
    return new RedisAddress(
        own,
        environment.getProperty(redis + "cluster", Boolean.class, false),
        environment.getProperty(redis + "sentinel-username"),
        environment.getProperty(redis + "sentinel-password"),
        redis + "ssl-bundle");
  }

  private static List<String> list(Binder binder, String property) {
    return binder.bind(property, Bindable.listOf(String.class)).orElse(List.of());
  }

  /** A comma parts the items of a list, and the Sentinels of one URI. */
  private static List<String> whole(List<String> parts) {
    List<String> uris = new ArrayList<>();
    for (String part : parts) {
      if (uris.isEmpty() || part.contains("://")) {
        uris.add(part);
      } else {
        uris.add(uris.remove(uris.size() - 1) + ',' + part);
      }
    }
    return uris;
  }

  /** The application's own connection, looked for in the order in which Spring Boot does. */
  private record SpringConnection(Environment environment, Binder binder) {
    private static final String PREFIX = "spring.data.redis.";
    private static final String BUNDLE = "ssl.bundle";

    RedisAddress address() {
      String master = property("sentinel.master");
      List<String> members = nodes("cluster.nodes");
      String url = property("url");
      String host = property("host");
      if (master != null) {
        return sentinels(master);
      } else if (!members.isEmpty()) {
        return at(members.stream().map(node -> uri("redis", node, "")).toList(), true);
      } else if (url != null) {
        return at(List.of(url), false);
      }
      return at(host == null ? List.of() : List.of(uri(host)), false);
    }

    private RedisAddress at(List<String> uris, boolean isCluster) {
      return new RedisAddress(uris, isCluster, null, null, PREFIX + BUNDLE);
    }

    private RedisAddress sentinels(String master) {
      String nodes = String.join(",", nodes("sentinel.nodes"));
      String uri = uri("redis-sentinel", nodes, "/" + database() + "#" + encoded(master));
      return new RedisAddress(
          List.of(uri),
          false,
          property("sentinel.username"),
          property("sentinel.password"),
          PREFIX + BUNDLE);
    }

    private String uri(String host) {
      String port = environment.getProperty(PREFIX + "port", "6379");
      return uri("redis", host + ":" + port, "/" + database());
    }

    private String uri(String scheme, String authority, String rest) {
      boolean hasBundle = property(BUNDLE) != null; // which turns it on, as with Spring Boot
      boolean tls = environment.getProperty(PREFIX + "ssl.enabled", Boolean.class, hasBundle);
      return (tls ? scheme.replaceFirst("redis", "rediss") : scheme)
          + "://"
          + login()
          + authority
          + rest;
    }

    private String login() {
      String password = property("password");
      String user = environment.getProperty(PREFIX + "username", "");
      return password == null ? "" : encoded(user) + ":" + encoded(password) + "@";
    }

    private String database() {
      return environment.getProperty(PREFIX + "database", "0");
    }

    private List<String> nodes(String name) {
      return list(binder, PREFIX + name).stream().map(String::strip).toList();
    }

    private @Nullable String property(String name) {
      return environment.getProperty(PREFIX + name);
    }

    private static String encoded(String text) {
      return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }
}
