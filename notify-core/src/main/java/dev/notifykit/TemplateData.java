package dev.notifykit;

import java.math.BigDecimal;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns what callers pass to {@code with} into an immutable tree that JSON can carry. */
final class TemplateData {
  /** Deepest nesting of lists and maps. */
  static final int MAX_DEPTH = 32;

  /** Most characters in all names and strings of a notification's data together. */
  static final int MAX_SIZE = 256 * 1024;

  /** What an element counts for besides its text. */
  private static final long ELEMENT = 8;

  private final String name;

  /**
   * What is left of {@link #MAX_SIZE}: a small list that holds itself many times unfolds to a lot.
   */
  private long left = MAX_SIZE;

  private TemplateData(String name) {
    this.name = name;
  }

  /**
   * Freezes a value.
   *
   * @param name its name, checked already
   */
  static Object freeze(String name, @Nullable Object value) {
    if (value instanceof String s && s.length() <= MAX_SIZE) {
      return s; // what most values are
    }
    if (value == null) {
      throw new InvalidNotificationException("with." + name, "is null");
    }
    return new TemplateData(name).freeze(value, 0);
  }

  private Object freeze(Object value, int depth) {
    if (value instanceof String s) {
      return spend(s);
    }
    if (value instanceof Boolean) {
      return value;
    }
    if (depth >= MAX_DEPTH) {
      throw invalid("is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Map<?, ?> map) {
      return map(map, depth + 1);
    }
    if (value instanceof Collection<?> collection) {
      return list(collection, depth + 1);
    }
    if (isText(value)) {
      return spend(value.toString());
    }
    throw invalid(
        "is a "
            + value.getClass().getTypeName()
            + "; pass strings, numbers, booleans, lists or maps");
  }

  private String spend(String text) {
    spend(text.length());
    return text;
  }

  private void spend(long characters) {
    left -= characters;
    if (left < 0) {
      throw invalid("holds more than " + MAX_SIZE + " characters");
    }
  }

  private static boolean isText(Object value) {
    return value instanceof CharSequence
        || value instanceof Character
        || value instanceof Enum
        || value instanceof TemporalAccessor
        || value instanceof UUID
        || value instanceof java.net.URI
        || value instanceof java.util.Locale
        || value instanceof java.util.Currency;
  }

  private Object number(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double d = Double.parseDouble(number.toString()); // a float widened has digits nobody gave
      if (!Double.isFinite(d)) {
        throw invalid("is not a finite number");
      }
      return d;
    }
    if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
      return number.intValue();
    }
    if (number instanceof Long) {
      return number;
    }
    // Decimals and big integers keep every digit as text: money must not pass through a double.
    return number instanceof BigDecimal decimal ? plain(decimal) : spend(number.toString());
  }

  /** A short number such as 1e999999999 would unfold to gigabytes. */
  private String plain(BigDecimal decimal) {
    if (Math.abs((long) decimal.scale()) + decimal.precision() > left) {
      throw invalid("holds more than " + MAX_SIZE + " characters");
    }
    return spend(decimal.toPlainString());
  }

  private Object map(Map<?, ?> map, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach(
        (k, v) -> {
          if (!(k instanceof String key)) {
            throw invalid("has a map key that is no string");
          }
          if (v != null) {
            spend(key.length() + ELEMENT);
            copy.put(key, freeze(v, depth));
          }
        });
    return Collections.unmodifiableMap(copy);
  }

  private Object list(Collection<?> values, int depth) {
    List<Object> copy = new ArrayList<>();
    for (Object value : values) {
      if (value == null) {
        throw invalid("has a null element");
      }
      spend(ELEMENT);
      copy.add(freeze(value, depth));
    }
    return Collections.unmodifiableList(copy);
  }

  /** Counts characters, so that the limit holds before anything is encoded. */
  static void checkSize(Map<String, Object> data) {
    long size = size(data);
    if (size > MAX_SIZE) {
      throw new InvalidNotificationException(
          "with", "holds " + size + " characters; the limit is " + MAX_SIZE);
    }
  }

  private static long size(Object value) {
    if (value instanceof String s) {
      return s.length();
    }
    long size = ELEMENT;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        size += e.getKey().toString().length() + ELEMENT + size(e.getValue());
      }
    } else if (value instanceof List<?> list) {
      for (Object o : list) {
        size += ELEMENT + size(o);
      }
    }
    return size;
  }

  private InvalidNotificationException invalid(String problem) {
    return new InvalidNotificationException("with." + name, problem);
  }
}
