package dev.notifykit.spring.boot;

import java.util.List;
import java.util.Locale;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/** Hides our secrets where the endpoints {@code env} and {@code configprops} show values. */
final class SecretSanitizer implements SanitizingFunction {
  private static final List<String> SECRETS =
      List.of(
          "password",
          "secret",
          "token",
          "key",
          "keys",
          "credentials",
          // Their logins are part of them.
          "redisuris");

  /** Before the name of each application, which may be any. */
  private static final String SECRETS_OF_APPS = "notifywebsendapps";

  @Override
  public SanitizableData apply(SanitizableData data) {
    // The same property is api-key, apiKey or API_KEY, as it was set or as Java calls it. Spring's
    // own lower case is that of the server's language, in which NOTIFY may have no i.
    String name = data.getKey().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    boolean isOurs = name.startsWith("notify");
    return (isOurs && SECRETS.stream().anyMatch(name::endsWith)) || name.startsWith(SECRETS_OF_APPS)
        ? data.withSanitizedValue()
        : data;
  }
}
