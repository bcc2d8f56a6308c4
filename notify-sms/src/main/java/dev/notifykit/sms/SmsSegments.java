package dev.notifykit.sms;

import dev.notifykit.internal.Checks;
import java.util.ArrayList;
import java.util.List;

/**
 * How a text is cut into the segments that carriers transport and charge. Immutable; {@code
 * toString} shows no text.
 *
 * <p>A text that the GSM 7-bit alphabet covers has 160 septets in one segment or 153 in each of
 * several; the characters {@code ^{}\[~]|€} and the form feed take two. Any other text is UCS-2,
 * with 70 or 67 UTF-16 units. Neither an escape nor a surrogate pair is ever split, so that a
 * segment may stay one unit short.
 */
public final class SmsSegments {
  /** How the text is encoded. */
  public enum Encoding {
    /** The GSM 7-bit default alphabet with its extension table. */
    GSM_7(160, 153),
    /** UTF-16, as networks carry it under the name of UCS-2. */
    UCS_2(70, 67);

    private final int single;
    private final int concatenated;

    Encoding(int single, int concatenated) {
      this.single = single;
      this.concatenated = concatenated;
    }

    /** Returns the units, septets or UTF-16 units, of a message that is one segment. */
    public int single() {
      return single;
    }

    /** Returns the units of each of several segments, whose header takes the rest. */
    public int concatenated() {
      return concatenated;
    }

    private int units(char c) {
      return this == GSM_7 ? GsmAlphabet.septets(c) : 1;
    }
  }

  /** Most segments a message may have: the header counts them in one octet. */
  public static final int MAX = 255;

  private final Encoding encoding;
  private final int units;
  private final List<String> parts;

  private SmsSegments(Encoding encoding, int units, List<String> parts) {
    this.encoding = encoding;
    this.units = units;
    this.parts = parts;
  }

  /**
   * Returns the segments of a text.
   *
   * @param text the text; may be empty, which is one empty segment
   * @throws dev.notifykit.InvalidNotificationException if the text is null
   */
  public static SmsSegments of(String text) {
    Checks.notNull("text", text);
    Encoding encoding = GsmAlphabet.covers(text) ? Encoding.GSM_7 : Encoding.UCS_2;
    int units = 0;
    for (int i = 0; i < text.length(); i++) {
      units += encoding.units(text.charAt(i));
    }
    List<String> parts = units <= encoding.single() ? List.of(text) : cut(text, encoding);
    return new SmsSegments(encoding, units, parts);
  }

  private static List<String> cut(String text, Encoding encoding) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int used = 0;
    for (int i = 0; i < text.length(); ) {
      int chars = Character.charCount(text.codePointAt(i));
      int units = chars == 2 ? 2 : encoding.units(text.charAt(i));
      if (used + units > encoding.concatenated()) {
        parts.add(text.substring(start, i));
        start = i;
        used = 0;
      }
      used += units;
      i += chars;
    }
    parts.add(text.substring(start));
    return List.copyOf(parts);
  }

  /** Returns how the text is encoded. */
  public Encoding encoding() {
    return encoding;
  }

  /** Returns the length in units of the encoding, escapes counted. */
  public int units() {
    return units;
  }

  /** Returns how many segments there are, at least 1; more than {@link #MAX} cannot be sent. */
  public int count() {
    return parts.size();
  }

  /** Returns the text of each segment, in order. */
  public List<String> parts() {
    return parts;
  }

  @Override
  public String toString() {
    return "SmsSegments[" + count() + " of " + encoding + ", " + units + " units]";
  }
}
