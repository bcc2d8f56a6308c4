package dev.notifykit.tracking;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** The answers that endpoints give. None may be kept, indexed, or tell the next site of itself. */
final class Replies {
  private static final byte[] PIXEL =
      Base64.getDecoder().decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

  private Replies() {}

  static HttpReply redirect(String destination) {
    return reply(302, Map.of("Location", destination), new byte[0]);
  }

  static HttpReply pixel() {
    return reply(200, Map.of("Content-Type", "image/gif"), PIXEL);
  }

  static HttpReply page(String html) {
    return reply(
        200,
        Map.of("Content-Type", "text/html; charset=utf-8"),
        html.getBytes(StandardCharsets.UTF_8));
  }

  static HttpReply text(int status, String text) {
    return reply(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  static HttpReply methodNotAllowed(String allowed) {
    return reply(405, Map.of("Allow", allowed), new byte[0]);
  }

  /** A HEAD is answered like a GET, without the body. */
  static HttpReply withoutBody(HttpReply reply) {
    return new HttpReply(reply.status(), reply.headers(), new byte[0]);
  }

  private static HttpReply reply(int status, Map<String, String> with, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>(with);
    headers.put("Cache-Control", "no-store");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("X-Robots-Tag", "noindex, nofollow");
    return new HttpReply(status, headers, body);
  }
}
