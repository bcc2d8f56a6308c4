package dev.notifykit.apns;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as it is written, and how many bytes it takes in UTF-8. Escapes only what RFC 8259 says must
 * be escaped, as {@link dev.notifykit.internal.Utf8Json} counts. Not thread-safe.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder text = new StringBuilder(256);
  private int beyondOneByte;
  private boolean wellFormed = true;

  /** Begins an object. */
  JsonText open() {
    text.append('{');
    return this;
  }

  /** Returns whether nothing was written since an object was begun. */
  boolean isJustOpened() {
    return text.charAt(text.length() - 1) == '{';
  }

  /** Returns how much is written, for {@link #backTo}. */
  int position() {
    return text.length();
  }

  /** Takes back what was written since then, which must be names and braces of ASCII only. */
  void backTo(int position) {
    text.setLength(position);
  }

  /** Ends an object. */
  JsonText close() {
    text.append('}');
    return this;
  }

  /** Begins a member of the object that is open; its value comes next. */
  JsonText name(String name) {
    separate();
    string(name);
    text.append(':');
    return this;
  }

  /** Writes a member of the object that is open, unless it has no value. */
  JsonText member(String name, @Nullable Object value) {
    if (value != null) {
      name(name).value(value);
    }
    return this;
  }

  private void separate() {
    char last = text.charAt(text.length() - 1);
    if (last != '{' && last != '[') {
      text.append(',');
    }
  }

  private void value(Object value) {
    if (value instanceof String string) {
      string(string);
    } else if (value instanceof Map<?, ?> map) {
      open();
      map.forEach((name, member) -> name(String.valueOf(name)).value(member));
      close();
    } else if (value instanceof Collection<?> list) {
      array(list);
    } else {
      text.append(value); // a number or a boolean: options hold nothing else
    }
  }

  private void array(Collection<?> list) {
    text.append('[');
    for (Object element : list) {
      separate();
      value(element);
    }
    text.append(']');
  }

  private void string(String value) {
    text.append('"');
    int plain = 0; // from here on nothing is written yet
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\') {
        text.append(value, plain, i);
        escaped(c);
        plain = i + 1;
      } else if (c >= 0x80) {
        i += wide(value, i, c);
      }
    }
    text.append(value, plain, value.length()).append('"');
  }

  private void escaped(char c) {
    text.append('\\');
    switch (c) {
      case '\b' -> text.append('b');
      case '\t' -> text.append('t');
      case '\n' -> text.append('n');
      case '\f' -> text.append('f');
      case '\r' -> text.append('r');
      case '"', '\\' -> text.append(c);
      default -> text.append("u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
    }
  }

  /** Counts a character beyond ASCII; returns how many more chars it consists of. */
  private int wide(String value, int at, char c) {
    if (!Character.isSurrogate(c)) {
      beyondOneByte += c < 0x800 ? 1 : 2;
      return 0;
    }
    beyondOneByte += 2; // two chars, four bytes
    boolean pair =
        Character.isHighSurrogate(c)
            && at + 1 < value.length()
            && Character.isLowSurrogate(value.charAt(at + 1));
    wellFormed &= pair;
    return pair ? 1 : 0;
  }

  /** Returns how many bytes it takes in UTF-8. */
  int bytes() {
    return text.length() + beyondOneByte;
  }

  /** Returns whether it can be written as UTF-8: whether it has no half of a surrogate pair. */
  boolean isWellFormed() {
    return wellFormed;
  }

  /** Returns the text. */
  @Override
  public String toString() {
    return text.toString();
  }
}
