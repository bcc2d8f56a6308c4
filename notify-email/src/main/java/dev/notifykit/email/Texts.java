package dev.notifykit.email;

import java.util.regex.Pattern;

/** What text may stand in a header, a name or a body. */
final class Texts {
  /** Something that a reader would take for an address. */
  private static final Pattern ADDRESS_LIKE = Pattern.compile("[^\\s<>\"',;()]+@[^\\s<>\"',;()]+");

  /** As long as a recipient's name may be. */
  private static final int MAX_NAME = 200;

  private Texts() {}

  /** Returns whether it has a C0 or C1 control character, CR, LF and NUL among them. */
  static boolean hasControls(String s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        return true;
      }
    }
    return false;
  }

  /** Returns whether it can make a reader see characters in another order than they are in. */
  static boolean hasBidiControls(String s) {
    return s.chars().anyMatch(Texts::isBidiControl);
  }

  private static boolean isBidiControl(int c) {
    return c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** Returns whether half a surrogate pair is in it, which no encoding can carry. */
  static boolean hasLoneSurrogate(String s) {
    return s.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /** Returns whether a display name fits a line and does not pretend to be another address. */
  static boolean isHonestName(String name, String address) {
    return name.length() <= MAX_NAME
        && !hasControls(name)
        && !hasBidiControls(name)
        && !hasLoneSurrogate(name)
        && ADDRESS_LIKE.matcher(name).results().allMatch(m -> m.group().equalsIgnoreCase(address));
  }

  static boolean isAscii(String s) {
    return s.chars().allMatch(c -> c < 0x80);
  }

  /** Returns the text with every line break as CRLF, so that no bare CR or LF reaches the wire. */
  static String withCrlf(String text) {
    if (text.indexOf('\n') < 0 && text.indexOf('\r') < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 64);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n') {
        out.append("\r\n");
        if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
          i++;
        }
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
