package dev.notifykit.internal;

import java.util.Optional;

/**
 * How many bytes a text takes inside a JSON string in UTF-8, and how to make it take fewer. Counts
 * what a writer produces that escapes only what RFC 8259 says must be escaped.
 */
public final class Utf8Json {
  /** The most bytes that a char of a text takes: those of one written by its number. */
  public static final int MOST_BYTES = 6;

  private static final String ELLIPSIS = "\u2026";
  private static final int ELLIPSIS_BYTES = 3;

  private Utf8Json() {}

  /** Returns the number of bytes between the quotes. */
  public static int length(String text) {
    return text.codePoints().map(Utf8Json::length).sum();
  }

  /** Returns whether a text can be written as UTF-8: whether it has no half of a surrogate pair. */
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints().skip(i).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
      }
    }
    return true;
  }

  private static int length(int codePoint) {
    if (codePoint == '"' || codePoint == '\\') {
      return 2;
    }
    if (codePoint < 0x20) {
      return isShortEscape(codePoint) ? 2 : 6;
    }
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  private static boolean isShortEscape(int c) {
    return c == '\b' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
  }

  /**
   * Returns the longest beginning of a text that ends with a whole code point and, an ellipsis put
   * after it, is at least some bytes shorter; empty if there is none.
   *
   * @param text the text
   * @param bytes how many bytes must go
   */
  public static Optional<String> shorten(String text, int bytes) {
    int freed = -ELLIPSIS_BYTES;
    int end = text.length();
    while (freed < bytes && end > 0) {
      int codePoint = text.codePointBefore(end);
      freed += length(codePoint);
      end -= Character.charCount(codePoint);
    }
    return freed < bytes || end == 0
        ? Optional.empty()
        : Optional.of(text.substring(0, end) + ELLIPSIS);
  }
}
