package dev.notifykit.template;

/** Escaping of values; text without anything to escape comes back as it is. */
final class Escapes {
  private static final String HEX = "0123456789abcdef";

  private Escapes() {}

  static CharSequence html(CharSequence raw) {
    for (int i = 0; i < raw.length(); i++) {
      if (!htmlEscape(raw.charAt(i)).isEmpty()) {
        return html(raw, i);
      }
    }
    return raw;
  }

  private static CharSequence html(CharSequence raw, int from) {
    StringBuilder out = new StringBuilder(raw.length() + 32).append(raw, 0, from);
    for (int i = from; i < raw.length(); i++) {
      char c = raw.charAt(i);
      String escape = htmlEscape(c);
      if (escape.isEmpty()) {
        out.append(c);
      } else {
        out.append(escape);
      }
    }
    return out;
  }

  private static String htmlEscape(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\'' -> "&#39;";
      default -> "";
    };
  }

  static CharSequence json(CharSequence raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        return json(raw, i);
      }
    }
    return raw;
  }

  private static CharSequence json(CharSequence raw, int from) {
    StringBuilder out = new StringBuilder(raw.length() + 32).append(raw, 0, from);
    for (int i = from; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      } else {
        out.append(c);
      }
    }
    return out;
  }
}
