package dev.notifykit.email;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server's reply, reduced to what decides and can be shown: its text may repeat an address.
 *
 * @param code the basic code (RFC 5321), or -1 if the connection ended or what came was no reply
 * @param enhanced the enhanced status code (RFC 3463), such as {@code 5.1.1}, or null
 * @param greylisted whether the text says so, for which no code exists
 */
record SmtpReply(int code, @Nullable String enhanced, boolean greylisted) {
  private static final Pattern ENHANCED =
      Pattern.compile("\\d{3}[ -](([245])\\.\\d{1,3}\\.\\d{1,3})(?![\\d.])");
  private static final Pattern GREYLISTED = Pattern.compile("gr[ea]y-?\\s?list");

  /**
   * Reads a reply.
   *
   * @param code the basic code, or -1
   * @param text all of its lines
   */
  static SmtpReply of(int code, @Nullable String text) {
    if (code < 200 || code > 599 || text == null) {
      return new SmtpReply(-1, null, false);
    }
    boolean greylisted =
        code / 100 == 4 && GREYLISTED.matcher(text.toLowerCase(Locale.ROOT)).find();
    return new SmtpReply(code, enhancedOf(code, text), greylisted);
  }

  private static @Nullable String enhancedOf(int code, String text) {
    Matcher matcher = ENHANCED.matcher(text);
    // One of another class contradicts the basic code and says nothing.
    boolean consistent = matcher.lookingAt() && matcher.group(2).charAt(0) - '0' == code / 100;
    return consistent ? matcher.group(1) : null;
  }

  boolean isPositive() {
    return code >= 200 && code < 400;
  }

  boolean isReply() {
    return code >= 0;
  }

  /** Returns the numbers, such as {@code 550 5.1.1} or {@code 421}. */
  String codes() {
    return enhanced == null ? Integer.toString(code) : code + " " + enhanced;
  }
}
