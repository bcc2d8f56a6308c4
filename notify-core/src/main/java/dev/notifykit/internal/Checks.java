package dev.notifykit.internal;

import dev.notifykit.InvalidNotificationException;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Argument checks shared by every public entry, so that each refuses the same things alike. */
public final class Checks {
  /** Longest id, key or name accepted, in characters. */
  public static final int MAX_NAME = 200;

  private Checks() {}

  /** Returns {@code value}, refusing null. */
  public static <T> T notNull(String field, @Nullable T value) {
    if (value == null) {
      throw new InvalidNotificationException(field, "is null");
    }
    return value;
  }

  /** An identifier: not blank, no control characters, at most {@link #MAX_NAME} characters. */
  public static String name(String field, @Nullable String value) {
    return text(field, value, MAX_NAME);
  }

  /** Returns whether {@link #name} would take a text. */
  public static boolean isName(String value) {
    try {
      name("name", value);
      return true;
    } catch (InvalidNotificationException e) {
      return false;
    }
  }

  /** Refuses null, blank or overlong text, control characters and broken surrogate pairs. */
  public static String text(String field, @Nullable String given, int max) {
    String value = notNull(field, given);
    if (value.isBlank()) {
      throw new InvalidNotificationException(field, "is blank");
    }
    if (value.length() > max) {
      throw new InvalidNotificationException(
          field, "has " + value.length() + " characters; the limit is " + max);
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        continue; // nearly always
      }
      if (Character.isISOControl(c)) {
        throw new InvalidNotificationException(
            field, "has control character U+%04X at index ".formatted((int) c) + i);
      }
      if (Character.isSurrogate(c)) {
        i = surrogatePair(field, value, i);
      }
    }
    return value;
  }

  private static int surrogatePair(String field, String value, int i) {
    if (!Character.isHighSurrogate(value.charAt(i))
        || i + 1 == value.length()
        || !Character.isLowSurrogate(value.charAt(i + 1))) {
      throw new InvalidNotificationException(field, "has half a surrogate pair at index " + i);
    }
    return i + 1;
  }

  /** Refuses null, zero and negative durations. */
  public static Duration positive(String field, @Nullable Duration given) {
    Duration value = notNull(field, given);
    if (value.isNegative() || value.isZero()) {
      throw new InvalidNotificationException(field, "is " + value + "; it must be positive");
    }
    return value;
  }

  /** Refuses a collection of more than {@code max} entries. */
  public static void size(String field, Collection<?> values, int max) {
    if (values.size() > max) {
      throw new InvalidNotificationException(
          field, "has " + values.size() + " entries; the limit is " + max);
    }
  }
}
