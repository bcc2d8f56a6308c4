package dev.notifykit.tracking;

import java.util.Arrays;
import java.util.UUID;

/** Keys and requests for the tests of links. */
final class LinksFixture {
  static final UUID DELIVERY = new UUID(1, 2);
  static final byte[] SECRET = secret(1);
  static final byte[] OTHER_SECRET = secret(2);

  private LinksFixture() {}

  static byte[] secret(int seed) {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) seed);
    return secret;
  }

  static WebhookRequest request(String method, String url) {
    return WebhookRequest.builder(method, url).build();
  }

  static WebhookRequest get(String url) {
    return request("GET", url);
  }

  /** Returns a text with another character at a place. */
  static String changed(String text, int at) {
    char other = text.charAt(at) == 'A' ? 'B' : 'A';
    return text.substring(0, at) + other + text.substring(at + 1);
  }
}
