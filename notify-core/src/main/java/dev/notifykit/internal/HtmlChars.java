package dev.notifykit.internal;

/** What the HTML standard takes for letters and spaces, which is less than Java does. */
public final class HtmlChars {
  private HtmlChars() {}

  /** Returns whether a tag's name may begin with it. */
  public static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Returns whether it separates names and attributes. */
  public static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
  }
}
