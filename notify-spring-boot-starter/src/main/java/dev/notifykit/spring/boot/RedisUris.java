package dev.notifykit.spring.boot;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Finds Redis: where {@code notify.store.redis.uris} says, else where the application's own
 * connection goes, whose properties bear one name in every version of Spring Boot, as its classes
 * do not.
 */
final class RedisUris {
  static final String PROPERTY = "notify.store.redis.uris";
  private static final String SPRING = "spring.data.redis.";

  private RedisUris() {}

  /** Returns the URIs; empty if none is set. */
  static List<String> of(Environment environment) {
    List<String> own =
        Binder.get(environment).bind(PROPERTY, Bindable.listOf(String.class)).orElse(List.of());
    if (!own.isEmpty()) {
      return own;
    }
    String url = environment.getProperty(SPRING + "url");
    if (url != null) {
      return List.of(url);
    }
    String host = environment.getProperty(SPRING + "host");
    return host == null ? List.of() : List.of(uri(environment, host));
  }

  private static String uri(Environment environment, String host) {
    boolean tls = environment.getProperty(SPRING + "ssl.enabled", Boolean.class, false);
    String password = environment.getProperty(SPRING + "password");
    String user = environment.getProperty(SPRING + "username", "");
    String login = password == null ? "" : encoded(user) + ":" + encoded(password) + "@";
    return (tls ? "rediss://" : "redis://")
        + login
        + host
        + ":"
        + environment.getProperty(SPRING + "port", "6379")
        + "/"
        + environment.getProperty(SPRING + "database", "0");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
