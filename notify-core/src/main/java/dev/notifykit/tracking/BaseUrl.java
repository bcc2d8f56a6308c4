package dev.notifykit.tracking;

import dev.notifykit.ConfigurationException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The public address below which tokens are appended. */
final class BaseUrl {
  private static final int LONGEST = 200;
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private BaseUrl() {}

  /** Returns an https address without a slash at its end. */
  static String https(String option, @Nullable String value) {
    return checked(option, value, Set.of());
  }

  /** As {@link #https}; on this machine http will do. */
  static String httpsOrLocal(String option, @Nullable String value) {
    return checked(option, value, LOCAL);
  }

  private static String checked(String option, @Nullable String value, Set<String> httpHosts) {
    if (value == null
        || !isAllowed(value)
        || !(isHttps(value) || httpHosts.contains(Destination.host(value)))) {
      throw new ConfigurationException(
          option
              + ".baseUrl must be an https address without query and fragment, at most "
              + LONGEST
              + " characters");
    }
    return value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
  }

  private static boolean isAllowed(String value) {
    boolean isPlain = value.indexOf('?') < 0 && value.indexOf('#') < 0;
    return isPlain && value.length() <= LONGEST && Destination.isAllowed(value);
  }

  private static boolean isHttps(String value) {
    return value.toLowerCase(Locale.ROOT).startsWith("https:");
  }

  /**
   * Returns the token at the end of a request's address; mail programs add queries of their own.
   */
  static String token(String url) {
    int end = url.indexOf('?');
    String path = end < 0 ? url : url.substring(0, end);
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
