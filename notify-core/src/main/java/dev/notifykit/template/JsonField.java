package dev.notifykit.template;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.InvalidNotificationException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One field of a JSON file: checks its value and hands it to a builder. The kinds of value there
 * are stand below. What is wrong is told without the value, which may come from a recipient's data.
 *
 * @param <B> the builder
 */
interface JsonField<B> {
  /** Sets the field; returns what is wrong with the value, or nothing. The value is not null. */
  String set(B builder, JsonNode value);

  /** A string; an empty one sets nothing. */
  static <B> JsonField<B> text(BiConsumer<B, String> setter) {
    return (builder, value) -> {
      if (!value.isTextual()) {
        return "is no string";
      }
      return value.textValue().isEmpty()
          ? ""
          : given(() -> setter.accept(builder, value.textValue()));
    };
  }

  static <B> JsonField<B> number(BiConsumer<B, Integer> setter) {
    return (builder, value) -> {
      if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
        return "is no whole number from 0";
      }
      return given(() -> setter.accept(builder, value.intValue()));
    };
  }

  static <B> JsonField<B> decimal(BiConsumer<B, Double> setter) {
    return (builder, value) ->
        value.isNumber()
            ? given(() -> setter.accept(builder, value.doubleValue()))
            : "is no number";
  }

  static <B> JsonField<B> flag(BiConsumer<B, Boolean> setter) {
    return (builder, value) ->
        value.isBoolean()
            ? given(() -> setter.accept(builder, value.booleanValue()))
            : "is neither true nor false";
  }

  /** A constant's name in lower case, its words joined by dashes: {@code time-sensitive}. */
  static <B, E extends Enum<E>> JsonField<B> choice(Class<E> type, BiConsumer<B, E> setter) {
    Map<String, E> choices = new LinkedHashMap<>();
    for (E constant : type.getEnumConstants()) {
      choices.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
    }
    return (builder, value) -> {
      E chosen = value.isTextual() ? choices.get(value.textValue()) : null;
      return chosen == null
          ? "is none of " + choices.keySet()
          : given(() -> setter.accept(builder, chosen));
    };
  }

  /** Whole seconds, or an ISO 8601 duration such as {@code PT1H}. */
  static <B> JsonField<B> duration(BiConsumer<B, Duration> setter) {
    return (builder, value) -> {
      Duration parsed = duration(value);
      return parsed == null
          ? "is neither a number of seconds nor a duration such as PT1H"
          : given(() -> setter.accept(builder, parsed));
    };
  }

  private static @Nullable Duration duration(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0) {
      return Duration.ofSeconds(value.intValue());
    }
    try {
      Duration parsed = value.isTextual() ? Duration.parse(value.textValue()) : null;
      return parsed == null || parsed.isNegative() ? null : parsed;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /** An ISO 8601 instant such as {@code 2026-11-21T09:00:00Z}. */
  static <B> JsonField<B> instant(BiConsumer<B, Instant> setter) {
    return (builder, value) -> {
      try {
        Instant parsed = Instant.parse(value.asText());
        return given(() -> setter.accept(builder, parsed));
      } catch (DateTimeParseException e) {
        return "is no instant such as 2026-11-21T09:00:00Z";
      }
    };
  }

  /** A list; each element is handed on by itself. */
  static <B> JsonField<B> list(JsonField<B> element) {
    return (builder, value) -> {
      if (!value.isArray()) {
        return "is no list";
      }
      for (JsonNode one : value) {
        String problem = one.isNull() ? "is null" : element.set(builder, one);
        if (!problem.isEmpty()) {
          return "has an element that " + problem;
        }
      }
      return "";
    };
  }

  /** Takes a named value. */
  interface Entry<B, V> {
    void add(B builder, String name, V value);
  }

  /** An object of strings, numbers and booleans, handed on as strings; null sets nothing. */
  static <B> JsonField<B> entries(Entry<B, String> setter) {
    return members(
        setter,
        value -> value.isContainerNode() ? null : value.asText(),
        "has a value that is neither string, number nor boolean");
  }

  /** An object of any values but null in lists; null as a member sets nothing. */
  static <B> JsonField<B> values(Entry<B, Object> setter) {
    return members(setter, JsonField::plain, "has a null in a list");
  }

  private static <B, V> JsonField<B> members(
      Entry<B, V> setter, Function<JsonNode, @Nullable V> convert, String unfit) {
    return (builder, value) -> {
      if (!value.isObject()) {
        return "is no object";
      }
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        if (member.getValue().isNull()) {
          continue;
        }
        V converted = convert.apply(member.getValue());
        if (converted == null) {
          return unfit;
        }
        if (!given(() -> setter.add(builder, member.getKey(), converted)).isEmpty()) {
          return "has a malformed name";
        }
      }
      return "";
    };
  }

  private static @Nullable Object plain(JsonNode value) {
    if (value.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        Object one = plain(member.getValue());
        if (one != null) {
          map.put(member.getKey(), one);
        }
      }
      return map;
    }
    if (value.isArray()) {
      return plainList(value);
    }
    if (value.isNull()) {
      return null;
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isNumber() ? value.numberValue() : value.asText();
  }

  private static @Nullable Object plainList(JsonNode value) {
    List<Object> list = new ArrayList<>();
    for (JsonNode element : value) {
      Object one = plain(element);
      if (one == null) {
        return null;
      }
      list.add(one);
    }
    return list;
  }

  /**
   * An object with fields of its own, for which a builder is made and handed on when it is done.
   *
   * @param fields what it may have
   * @param start makes the builder
   * @param done hands it on
   */
  static <B, X> JsonField<B> object(
      Map<String, JsonField<X>> fields, Supplier<X> start, BiConsumer<B, X> done) {
    return (builder, value) -> {
      if (!value.isObject()) {
        return "is no object";
      }
      X inner = start.get();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        JsonField<X> field = fields.get(entry.getKey());
        if (field == null) {
          return "has the unknown field "
              + shown(entry.getKey())
              + "; known are "
              + new TreeSet<>(fields.keySet());
        }
        String problem = entry.getValue().isNull() ? "" : field.set(inner, entry.getValue());
        if (!problem.isEmpty()) {
          return entry.getKey() + " " + problem;
        }
      }
      return given(() -> done.accept(builder, inner));
    };
  }

  /** Hands a value on; what a builder refuses, it names by field and rule, not by value. */
  private static String given(Runnable setter) {
    try {
      setter.run();
      return "";
    } catch (InvalidNotificationException e) {
      return "is refused: " + e.getMessage();
    }
  }

  /** A name could come out of a value when a tag stands in its place. */
  static String shown(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,64}") ? "'" + name + "'" : "with a malformed name";
  }
}
