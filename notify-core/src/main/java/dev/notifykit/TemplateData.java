package dev.notifykit;

import dev.notifykit.internal.Checks;
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

  private TemplateData() {}

  static Object freeze(String name, @Nullable Object value) {
    return freeze(name, Checks.notNull("with." + shown(name), value), 0);
  }

  private static Object freeze(String name, Object value, int depth) {
    if (value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (depth >= MAX_DEPTH) {
      throw invalid(name, "is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (value instanceof Number number) {
      return number(name, number);
    }
    if (value instanceof Map<?, ?> map) {
      return map(name, map, depth + 1);
    }
    if (value instanceof Collection<?> collection) {
      return list(name, collection, depth + 1);
    }
    if (isText(value)) {
      return value.toString();
    }
    throw invalid(
        name,
        "is a " + value.getClass().getName() + "; pass strings, numbers, booleans, lists or maps");
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

  private static Object number(String name, Number number) {
    double d = number.doubleValue();
    if (number instanceof Double || number instanceof Float) {
      if (!Double.isFinite(d)) {
        throw invalid(name, "is not a finite number");
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
    return number instanceof java.math.BigDecimal decimal
        ? decimal.toPlainString()
        : number.toString();
  }

  private static Object map(String name, Map<?, ?> map, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach(
        (k, v) -> {
          if (!(k instanceof String key)) {
            throw invalid(name, "has a map key that is no string");
          }
          if (v != null) {
            copy.put(key, freeze(name, v, depth));
          }
        });
    return Collections.unmodifiableMap(copy);
  }

  private static Object list(String name, Collection<?> values, int depth) {
    List<Object> copy = new ArrayList<>(values.size());
    for (Object value : values) {
      if (value == null) {
        throw invalid(name, "has a null element");
      }
      copy.add(freeze(name, value, depth));
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
    long size = 8;
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> e : map.entrySet()) {
        size += e.getKey().toString().length() + size(e.getValue());
      }
    } else if (value instanceof List<?> list) {
      for (Object o : list) {
        size += size(o);
      }
    }
    return size;
  }

  private static InvalidNotificationException invalid(String name, String problem) {
    return new InvalidNotificationException("with." + shown(name), problem);
  }

  private static String shown(@Nullable String name) {
    return Checks.name("with.name", name);
  }
}
