package dev.notifykit.spring.boot;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Endpoints for the outside world, each off until it is enabled by a property of its own.
 *
 * @param publicUrl the address the outside world reaches this application at, its context path
 *     included, such as https://shop.example.com; https, or http on this machine
 */
@ConfigurationProperties(WebProperties.PREFIX)
record WebProperties(@Nullable String publicUrl) {
  static final String PREFIX = "notify.web";
  private static final String PUBLIC_URL = PREFIX + ".public-url";
  private static final List<String> THIS_MACHINE = List.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Returns the address of a path as the outside world knows it. Never taken from a request: who
   * sets {@code Host} would choose what a signature covers.
   *
   * @throws PropertyRefusedException if the public address is missing or malformed
   */
  String address(String property, String path) {
    if (!path.matches("/[A-Za-z0-9._~/-]*[A-Za-z0-9_~-]")) {
      throw new PropertyRefusedException(
          List.of(property), "it is no path such as /notify/webhooks/twilio", null);
    }
    if (publicUrl == null) {
      throw new PropertyRefusedException(
          List.of(PUBLIC_URL), "it is missing, and " + property + " is under it", null);
    }
    if (!isPublic(publicUrl)) {
      throw new PropertyRefusedException(
          List.of(PUBLIC_URL), "it is no https address of a host and at most a path", null);
    }
    return publicUrl.replaceAll("/+$", "") + path;
  }

  /**
   * Returns the address of a path that mail programs ask by themselves, over https only (RFC 8058).
   *
   * @throws PropertyRefusedException if the public address is missing, malformed or http
   */
  String secureAddress(String property, String path) {
    String address = address(property, path);
    if (!address.regionMatches(true, 0, "https:", 0, 6)) {
      throw new PropertyRefusedException(
          List.of(PUBLIC_URL), "it is http, and " + property + " has to be under https", null);
    }
    return address;
  }

  private static boolean isPublic(String url) {
    try {
      URI uri = new URI(url);
      boolean secure = "https".equals(uri.getScheme());
      return uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && (secure || ("http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost())));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
