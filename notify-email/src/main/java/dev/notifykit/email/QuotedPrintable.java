package dev.notifykit.email;

import java.nio.charset.StandardCharsets;

/** The encoding that leaves ASCII readable (RFC 2045, section 6.7). */
final class QuotedPrintable {
  /** The longest line, of which the last column is kept for the sign that it goes on. */
  private static final int LINE = 76;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private QuotedPrintable() {}

  /**
   * Encodes text.
   *
   * @param text with CRLF at the ends of its lines
   */
  static void encode(byte[] text, DotStuffed out) {
    int column = 0;
    for (int i = 0; i < text.length; i++) {
      byte b = text[i];
      if (b == '\r' || b == '\n') {
        out.write(b);
        column = 0;
        continue;
      }
      boolean plain = isPlain(b) && !(isBlank(b) && endsLine(text, i));
      int width = plain ? 1 : 3;
      if (column + width >= LINE) {
        out.write('=');
        out.write('\r');
        out.write('\n');
        column = 0;
      }
      column += width;
      if (plain) {
        out.write(b);
      } else {
        escape(b, out);
      }
    }
  }

  private static boolean isPlain(byte b) {
    return (b >= ' ' && b <= '~' && b != '=') || b == '\t';
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** A blank there would be lost on the way. */
  private static boolean endsLine(byte[] text, int i) {
    return i + 1 == text.length || text[i + 1] == '\r';
  }

  private static void escape(byte b, DotStuffed out) {
    out.write('=');
    out.write(HEX[(b >> 4) & 0xF]);
    out.write(HEX[b & 0xF]);
  }
}
