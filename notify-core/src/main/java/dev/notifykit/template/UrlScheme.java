package dev.notifykit.template;

import java.util.Locale;
import java.util.Set;

/** Which addresses an attribute may hold: relative ones and four schemes. */
enum UrlScheme {
  /** Nothing that follows can change what it is. */
  ALLOWED,
  REFUSED,
  /** No scheme yet; what follows may still make one. */
  OPEN;

  private static final Set<String> SCHEMES = Set.of("http", "https", "mailto", "cid");

  /** Judges the start of an address as it stands in HTML source. */
  static UrlScheme of(CharSequence url, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = url.charAt(i);
      if (c == '/' || c == '?' || c == '#') {
        return ALLOWED;
      }
      if (c == ':') {
        return scheme(url.subSequence(from, i).toString());
      }
      if (c == '&') {
        // A character reference here could hide a colon.
        return REFUSED;
      }
    }
    return OPEN;
  }

  private static UrlScheme scheme(String name) {
    return SCHEMES.contains(name.stripLeading().toLowerCase(Locale.ROOT)) ? ALLOWED : REFUSED;
  }
}
