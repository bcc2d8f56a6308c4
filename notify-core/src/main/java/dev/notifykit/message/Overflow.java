package dev.notifykit.message;

/** What happens to a push whose payload is larger than its push service takes. */
public enum Overflow {
  /** It is refused before the service is asked, naming the size and the limit; the default. */
  REFUSE,
  /**
   * Its body is cut at the end of a code point and an ellipsis is put there. It is still refused
   * when it would not fit without any body.
   */
  SHORTEN
}
