package dev.notifykit.tracking;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a signed link may lead: an absolute http or https address that no browser reads in another
 * way than we do. No userinfo, backslash, control, space or escape in the authority, no second
 * {@code //} right after it, nothing outside of the characters of RFC 3986.
 */
final class Destination {
  static final int LONGEST = 2_000;

  /** Scheme, authority and the rest; host is a name, an IPv4 or a bracketed IPv6 address. */
  private static final Pattern ALLOWED =
      Pattern.compile(
          "(?i)https?://([a-z0-9._-]*[a-z0-9]\\.?|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?"
              + "(?:(?!//)[/?#][a-z0-9._~:/?#\\[\\]@!$&'()*+,;=%-]*)?");

  private static final String UNRESERVED_AND_RESERVED = "-._~:/?#[]@!$&'()*+,;=%";

  private Destination() {}

  static boolean isAllowed(String url) {
    return url.length() <= LONGEST && ALLOWED.matcher(url).matches();
  }

  /** Returns the host of an allowed address, in lower case. */
  static String host(String url) {
    Matcher matcher = ALLOWED.matcher(url);
    return matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
  }

  /**
   * Returns an address as it may be signed: what a browser would escape by itself is escaped. Empty
   * if it may not lead anywhere.
   */
  static Optional<String> of(String url) {
    String stripped = url.strip();
    StringBuilder escaped = new StringBuilder(stripped.length());
    stripped.codePoints().forEach(c -> append(c, escaped));
    return Optional.of(escaped.toString()).filter(Destination::isAllowed);
  }

  private static void append(int c, StringBuilder out) {
    boolean kept =
        c < ' '
            || c == '\\'
            || c == 0x7F
            || (c < 0x80 && Character.isLetterOrDigit(c))
            || UNRESERVED_AND_RESERVED.indexOf(c) >= 0;
    if (kept) {
      out.appendCodePoint(c);
      return;
    }
    for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      out.append('%').append(Character.toUpperCase(Character.forDigit((b >> 4) & 15, 16)));
      out.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
    }
  }
}
