package dev.notifykit.template;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.TemplateException;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.PushMessage;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The fields of {@code push.json} and {@code inbox.json} and where they go: the one place to add
 * one. An empty string or null sets nothing, so that an optional value needs no section.
 *
 * @param fields what each field does, by name
 * @param files which part sets a field by itself, by the field's name
 */
record JsonContent<B>(Map<String, Field<B>> fields, Map<String, Part> files) {
  static final JsonContent<PushMessage.Builder> PUSH =
      new JsonContent<>(
          Map.ofEntries(
              Map.entry("title", text(PushMessage.Builder::title)),
              Map.entry("subtitle", text(PushMessage.Builder::subtitle)),
              Map.entry("body", text(PushMessage.Builder::body)),
              Map.entry("badge", number(PushMessage.Builder::badge)),
              Map.entry("sound", text(PushMessage.Builder::sound)),
              Map.entry("image", text(PushMessage.Builder::image)),
              Map.entry("link", text(PushMessage.Builder::link)),
              Map.entry("category", text(PushMessage.Builder::category)),
              Map.entry("collapseKey", text(PushMessage.Builder::collapseKey)),
              Map.entry("analyticsLabel", text(PushMessage.Builder::analyticsLabel)),
              Map.entry("data", entries(PushMessage.Builder::data))),
          Map.of("title", Part.PUSH_TITLE, "body", Part.PUSH_BODY));

  static final JsonContent<InboxMessage.Builder> INBOX =
      new JsonContent<>(
          Map.of(
              "title", text(InboxMessage.Builder::title),
              "body", text(InboxMessage.Builder::body),
              "link", text(InboxMessage.Builder::link),
              "data", entries(InboxMessage.Builder::data)),
          Map.of("title", Part.INBOX_TITLE, "body", Part.INBOX_BODY));

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxStringLength(Output.MAX_BYTES)
                          .maxDocumentLength(Output.MAX_BYTES)
                          .maxNameLength(1000)
                          .maxNumberLength(100)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Sets one field; returns what is wrong with the value, or nothing. */
  interface Field<B> {
    String set(B builder, JsonNode value);
  }

  /** Sets the fields of a rendered file, and returns whether one of them was a title. */
  boolean apply(String json, B builder, Set<Part> parts, String where) {
    JsonNode root = parse(json, where);
    if (!root.isObject()) {
      throw new TemplateException(where + ": is no JSON object");
    }
    root.properties().forEach(e -> set(e.getKey(), e.getValue(), builder, parts, where));
    return !root.path("title").asText("").isEmpty();
  }

  /** Jackson's messages quote the text, which may hold values: only the position is told. */
  private static JsonNode parse(String json, String where) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      String position =
          e.getLocation() == null
              ? ""
              : ", line "
                  + e.getLocation().getLineNr()
                  + " column "
                  + e.getLocation().getColumnNr();
      throw new TemplateException(where + position + " once rendered: is not valid JSON");
    }
  }

  private void set(String name, JsonNode value, B builder, Set<Part> parts, String where) {
    Field<B> field = fields.get(name);
    if (field == null) {
      throw new TemplateException(
          where
              + ": unknown field "
              + shown(name)
              + "; known are "
              + new TreeSet<>(fields.keySet()));
    }
    Part file = files.get(name);
    if (file != null && parts.contains(file)) {
      throw new TemplateException(where + ": " + name + " is given by " + file.fileName + " too");
    }
    String problem = value.isNull() ? "" : field.set(builder, value);
    if (!problem.isEmpty()) {
      throw new TemplateException(where + ": " + name + " " + problem);
    }
  }

  /** A name could come out of a value when a tag stands in its place. */
  private static String shown(String name) {
    return name.matches("[A-Za-z0-9_.-]{1,64}") ? "'" + name + "'" : "with a malformed name";
  }

  private static <B> Field<B> text(BiConsumer<B, String> setter) {
    return (builder, value) -> {
      if (!value.isTextual()) {
        return "is no string";
      }
      if (!value.textValue().isEmpty()) {
        setter.accept(builder, value.textValue());
      }
      return "";
    };
  }

  private static <B> Field<B> number(BiConsumer<B, Integer> setter) {
    return (builder, value) -> {
      if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
        return "is no whole number from 0";
      }
      setter.accept(builder, value.intValue());
      return "";
    };
  }

  private interface Entry<B> {
    void add(B builder, String name, String value);
  }

  private static <B> Field<B> entries(Entry<B> setter) {
    return (builder, value) -> {
      if (!value.isObject()) {
        return "is no object";
      }
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        JsonNode scalar = entry.getValue();
        if (scalar.isContainerNode()) {
          return "has a value that is neither string, number nor boolean";
        }
        if (!scalar.isNull()) {
          try {
            setter.add(builder, entry.getKey(), scalar.asText());
          } catch (InvalidNotificationException e) {
            return "has a malformed name";
          }
        }
      }
      return "";
    };
  }
}
