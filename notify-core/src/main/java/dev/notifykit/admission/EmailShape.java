package dev.notifykit.admission;

/**
 * The limits of RFC 5321 on an address, checked before anything is queued. What it lets through may
 * still be refused by the stricter parser of an email provider; what it refuses cannot be mailed.
 */
final class EmailShape {
  private static final int MAX_LOCAL = 64;
  private static final int MAX_TOTAL = 254;

  private EmailShape() {}

  static boolean isPlausible(String address) {
    int at = address.lastIndexOf('@');
    return at > 0
        && at <= MAX_LOCAL
        && address.length() <= MAX_TOTAL
        && isDomain(address, at + 1)
        && isLocal(address, at);
  }

  private static boolean isDomain(String address, int start) {
    int label = 0;
    for (int i = start; i < address.length(); i++) {
      char c = address.charAt(i);
      if (c == '.') {
        if (label == 0) {
          return false;
        }
        label = 0;
      } else if (c > 0x7F || isLetterOrDigit(c) || (c == '-' && label > 0)) {
        label++;
      } else {
        return false;
      }
      if (label > 63) {
        return false;
      }
    }
    return label > 0;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Refuses spaces, controls and the characters that delimit addresses, quoted or not. */
  private static boolean isLocal(String address, int end) {
    for (int i = 0; i < end; i++) {
      char c = address.charAt(i);
      if (c <= ' ' || c == 0x7F || "<>()[]\\,;:@\"".indexOf(c) >= 0) {
        return false;
      }
      if (c == '.' && (i == 0 || i == end - 1 || address.charAt(i + 1) == '.')) {
        return false;
      }
    }
    return true;
  }
}
