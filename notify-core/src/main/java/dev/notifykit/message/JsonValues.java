package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies of what an option may carry as free JSON: strings, numbers, booleans, lists and maps. */
final class JsonValues {
  private static final int MAX_DEPTH = 32;

  private JsonValues() {}

  /** Returns an immutable copy in the same order; null stands for an empty object. */
  static Map<String, Object> copy(String field, @Nullable Map<String, ?> values) {
    return values == null ? Map.of() : object(field, values, 1);
  }

  /** Returns an immutable copy in the same order; null stands for no strings. */
  static Map<String, String> strings(String field, @Nullable Map<String, String> values) {
    if (values == null) {
      return Map.of();
    }
    Map<String, String> copy = new LinkedHashMap<>();
    values.forEach((k, v) -> copy.put(Checks.name(field + ".name", k), Checks.notNull(field, v)));
    return Collections.unmodifiableMap(copy);
  }

  private static Map<String, Object> object(String field, Map<?, ?> values, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach(
        (k, v) -> {
          if (!(k instanceof String name)) {
            throw new InvalidNotificationException(field, "has a name that is no string");
          }
          copy.put(Checks.name(field + ".name", name), value(field, v, depth));
        });
    return Collections.unmodifiableMap(copy);
  }

  private static Object value(String field, @Nullable Object given, int depth) {
    Object value = Checks.notNull(field, given);
    if (depth > MAX_DEPTH) {
      throw new InvalidNotificationException(field, "is nested deeper than " + MAX_DEPTH);
    }
    if (value instanceof Map<?, ?> map) {
      return object(field, map, depth + 1);
    }
    if (value instanceof Collection<?> list) {
      return list(field, list, depth + 1);
    }
    if (isScalar(value)) {
      return value;
    }
    throw new InvalidNotificationException(
        field,
        "holds a "
            + value.getClass().getName()
            + "; pass strings, finite numbers, booleans, lists or maps");
  }

  private static boolean isScalar(Object value) {
    return value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof java.math.BigInteger
        || value instanceof java.math.BigDecimal
        || (value instanceof Double d && Double.isFinite(d));
  }

  private static List<Object> list(String field, Collection<?> values, int depth) {
    List<Object> copy = new ArrayList<>(values.size());
    for (Object value : values) {
      copy.add(value(field, value, depth));
    }
    return Collections.unmodifiableList(copy);
  }
}
