package dev.notifykit.template;

import static dev.notifykit.template.JsonField.choice;
import static dev.notifykit.template.JsonField.entries;
import static dev.notifykit.template.JsonField.flag;
import static dev.notifykit.template.JsonField.list;
import static dev.notifykit.template.JsonField.number;
import static dev.notifykit.template.JsonField.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.notifykit.TemplateException;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of {@code push.json}, {@code sms.json} and {@code inbox.json} and where they go: the
 * one place to add one. An empty string or null sets nothing, so that an optional value needs no
 * section.
 *
 * @param fields what each field does, by name
 * @param files which part sets a field by itself, by the field's name
 */
record JsonContent<B>(Map<String, JsonField<B>> fields, Map<String, Part> files) {
  static final JsonContent<PushMessage.Builder> PUSH =
      new JsonContent<>(PushJson.FIELDS, Map.of("title", Part.PUSH_TITLE, "body", Part.PUSH_BODY));

  static final JsonContent<SmsMessage.Builder> SMS =
      new JsonContent<>(
          Map.of(
              "maxSegments", number(SmsMessage.Builder::maxSegments),
              "overflow", choice(SmsMessage.Overflow.class, SmsMessage.Builder::overflow),
              "transliterated", flag(SmsMessage.Builder::transliterated),
              "sender", text(SmsMessage.Builder::sender),
              "mediaUrls", list(text(SmsMessage.Builder::mediaUrl))),
          Map.of());

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
          // What is handed on as a string is the number as it was written: 19.90, not 19.9.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

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
    } catch (NumberFormatException e) {
      throw new TemplateException(where + " once rendered: has a number that is out of range");
    }
  }

  private void set(String name, JsonNode value, B builder, Set<Part> parts, String where) {
    JsonField<B> field = fields.get(name);
    if (field == null) {
      throw new TemplateException(
          where
              + ": unknown field "
              + JsonField.shown(name)
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
}
