package dev.notifykit.email;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

/** Text of any script in a header, as encoded words (RFC 2047) in UTF-8 and base64. */
final class EncodedWords {
  private static final String BEGIN = " =?UTF-8?B?";
  private static final String END = "?=";

  /** The longest line that an encoded word may stand in (RFC 2047, section 2). */
  private static final int LINE = 76;

  /** Blanks that no line can be broken within. */
  private static final String LONG_GAP = " ".repeat(LINE);

  private static final Pattern ENCODED_WORD = Pattern.compile("=\\?[^?]+\\?[BbQq]\\?[^?]*\\?=");

  private EncodedWords() {}

  /** Returns whether text would not survive as it is. */
  static boolean needs(String text) {
    // What looks like an encoded word would be decoded by the reader, and blanks around be dropped.
    return !Texts.isAscii(text)
        || !text.equals(text.strip())
        || text.contains(LONG_GAP)
        || ENCODED_WORD.matcher(text).find();
  }

  /**
   * Returns the words, each behind a space, on as many lines as they need.
   *
   * @param text without a lone surrogate
   * @param column how much of the first line is taken
   */
  static String of(String text, int column) {
    StringBuilder out = new StringBuilder();
    int room = room(column);
    int start = 0;
    while (start < text.length()) {
      int end = end(text, start, room);
      if (end > start) {
        byte[] word = text.substring(start, end).getBytes(StandardCharsets.UTF_8);
        out.append(BEGIN).append(Base64.getEncoder().encodeToString(word)).append(END);
      }
      if (end < text.length()) {
        out.append("\r\n");
      }
      start = end;
      room = room(0);
    }
    return out.toString();
  }

  /** Returns how many bytes fit into a word in the rest of a line. */
  private static int room(int column) {
    return (LINE - column - BEGIN.length() - END.length()) / 4 * 3;
  }

  /** Returns where the word from {@code start} ends: never within a character. */
  private static int end(String text, int start, int room) {
    int end = start;
    int left = room;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      left -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (left < 0) {
        return end;
      }
      end += Character.charCount(c);
    }
    return end;
  }
}
