package dev.notifykit.remote;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Fingerprint;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is signed of a request, the same text on both sides: eight lines, each of which can hold no
 * line break.
 *
 * <p>The query's fields are sorted by their decoded names and signed as they were sent. Fields of
 * one name keep their order, however the name is spelt, so that nobody can swap them.
 */
final class SignedText {
  static final String APP = "X-Notify-App";
  static final String TIMESTAMP = "X-Notify-Timestamp";
  static final String NONCE = "X-Notify-Nonce";
  static final String SIGNATURE = "X-Notify-Signature";

  static final Pattern APP_KEY = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private static final String VERSION = "NOTIFY-HMAC-SHA256";

  private SignedText() {}

  static String checkedApp(String app) {
    if (app == null || !APP_KEY.matcher(app).matches()) {
      throw new ConfigurationException(
          "an app key has 1 to 100 letters, digits, dots, dashes and underscores");
    }
    return app;
  }

  /**
   * Returns the text.
   *
   * @throws IllegalArgumentException if the query is badly encoded
   */
  static String of(
      String method, String url, String app, String timestamp, String nonce, byte[] body) {
    String sent = url.split("#", 2)[0]; // a fragment stays with the client
    int question = sent.indexOf('?');
    String query = question < 0 ? "" : sent.substring(question + 1);
    return String.join(
        "\n",
        VERSION,
        method.toUpperCase(Locale.ROOT),
        path(question < 0 ? sent : sent.substring(0, question)),
        sorted(query),
        app,
        timestamp,
        nonce,
        HexFormat.of().formatHex(Fingerprint.sha256().digest(body)));
  }

  /** Scheme and host are not signed: behind a proxy they are another's. */
  private static String path(String url) {
    if (url.startsWith("/")) {
      return url; // a path alone, which may hold "//" itself
    }
    int authority = url.indexOf("//");
    int slash = url.indexOf('/', authority < 0 ? 0 : authority + 2);
    return slash < 0 ? "/" : url.substring(slash);
  }

  private static String sorted(String query) {
    return Arrays.stream(query.split("&", -1))
        .filter(field -> !field.isEmpty())
        .sorted(Comparator.comparing(SignedText::name))
        .collect(Collectors.joining("&"));
  }

  private static String name(String field) {
    int equals = field.indexOf('=');
    return URLDecoder.decode(
        equals < 0 ? field : field.substring(0, equals), StandardCharsets.UTF_8);
  }
}
