package dev.notifykit.sms;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import dev.notifykit.message.SmsMessage;
import java.text.BreakIterator;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What may be done to a text so that it takes fewer segments: typographic characters replaced by
 * plain ones, and the end cut off. Stateless.
 */
public final class SmsText {
  private static final Map<Character, String> PLAIN = plain();
  private static final String DOTS = "...";

  private SmsText() {}

  /**
   * Replaces typographic quotes, dashes, ellipses, bullets and spaces by the plain characters of
   * the GSM 7-bit alphabet and drops zero-width ones. Letters, accents and emoji stay as they are;
   * an accent written apart is joined to its letter.
   *
   * @param text the text
   * @throws InvalidNotificationException if the text is null
   */
  public static String transliterate(String text) {
    String composed = Normalizer.normalize(Checks.notNull("text", text), Normalizer.Form.NFC);
    StringBuilder plain = new StringBuilder(composed.length());
    for (int i = 0; i < composed.length(); i++) {
      char c = composed.charAt(i);
      String replacement = PLAIN.get(c);
      if (replacement == null || isInsideEmoji(composed, i)) {
        plain.append(c);
      } else {
        plain.append(replacement);
      }
    }
    return plain.toString();
  }

  /** A joiner between two symbols makes them one; dropping it would show two. */
  private static boolean isInsideEmoji(String text, int i) {
    return text.charAt(i) == '\u200D' && i > 0 && !GsmAlphabet.covers(text.substring(i - 1, i));
  }

  /**
   * Cuts a text so that it takes no more than so many segments, marking the cut with three dots. It
   * is cut between characters as readers see them.
   *
   * @param text the text
   * @param maxSegments at least 1
   * @throws InvalidNotificationException if the text is null or {@code maxSegments} less than 1
   */
  public static String shorten(String text, int maxSegments) {
    if (maxSegments < 1) {
      throw new InvalidNotificationException(
          "maxSegments", "is " + maxSegments + "; it must be 1 to " + SmsSegments.MAX);
    }
    if (SmsSegments.of(text).count() <= maxSegments) {
      return text;
    }
    // A longer beginning never takes fewer segments, so the longest that fits can be bisected.
    int fits = 0;
    int tooLong = Math.min(text.length(), maxSegments * SmsSegments.Encoding.GSM_7.single() + 1);
    while (tooLong - fits > 1) {
      int middle = (fits + tooLong) >>> 1;
      if (SmsSegments.of(cut(text, middle)).count() <= maxSegments) {
        fits = middle;
      } else {
        tooLong = middle;
      }
    }
    return cut(text, fits);
  }

  private static String cut(String text, int length) {
    BreakIterator characters = BreakIterator.getCharacterInstance(Locale.ROOT);
    characters.setText(text);
    int end = characters.isBoundary(length) ? length : characters.preceding(length);
    while (end > 0 && isJoined(text, end)) {
      end = characters.preceding(end);
    }
    return text.substring(0, end).stripTrailing() + DOTS;
  }

  /** JDKs before 20 break inside emoji sequences. */
  private static boolean isJoined(String text, int i) {
    return text.charAt(i) == '\u200D'
        || text.charAt(i) == '\uFE0F'
        || text.charAt(i - 1) == '\u200D';
  }

  /**
   * Returns the text as its message wants it sent by a service, which is longer than that takes
   * only where it must not be shortened. Empty if it has too many segments.
   *
   * @param maxLength the most characters that the service takes
   */
  static Optional<String> prepare(SmsMessage message, int maxLength) {
    Optional<String> text = prepare(message);
    return message.overflow() == SmsMessage.Overflow.SHORTEN
        ? text.map(t -> t.length() > maxLength ? cut(t, maxLength - DOTS.length()) : t)
        : text;
  }

  /**
   * Returns the text as its message wants it sent, or empty if it has too many segments and must
   * not be shortened.
   */
  static Optional<String> prepare(SmsMessage message) {
    String text = message.isTransliterated() ? transliterate(message.text()) : message.text();
    int max = message.maxSegments().orElse(SmsSegments.MAX);
    if (SmsSegments.of(text).count() <= max) {
      return Optional.of(text);
    }
    return message.overflow() == SmsMessage.Overflow.SHORTEN
        ? Optional.of(shorten(text, max))
        : Optional.empty();
  }

  private static Map<Character, String> plain() {
    Map<Character, String> plain = new HashMap<>();
    put(plain, "‘’‚‛′`´ʼ", "'");
    put(plain, "“”„‟″«»", "\"");
    put(plain, "‹", "<");
    put(plain, "›", ">");
    put(plain, "‐‑‒–—―−", "-");
    put(plain, "…", "...");
    put(plain, "•‣∙●", "*");
    put(plain, "\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A", " ");
    put(plain, "\u202F\u205F\u3000\t", " ");
    put(plain, "\u2028\u2029", "\n");
    put(plain, "\u00AD\u200B\u200C\u200D\u2060\uFEFF", "");
    return Map.copyOf(plain);
  }

  private static void put(Map<Character, String> plain, String chars, String replacement) {
    chars.chars().forEach(c -> plain.put((char) c, replacement));
  }
}
