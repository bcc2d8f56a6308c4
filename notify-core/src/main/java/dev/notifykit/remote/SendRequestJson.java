package dev.notifykit.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.Priority;
import dev.notifykit.Recipient;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The notifications of a request. What is wrong is told by the field and the rule, never with the
 * value.
 *
 * @param notifications the notifications, at least one
 * @param isSingle whether the request is one notification and no list
 */
record SendRequestJson(List<Notification> notifications, boolean isSingle) {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxNameLength(1_000)
                          .maxNumberLength(100)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // An amount keeps the digits it came with, as one that is given in Java does.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final String LIST = "notifications";
  private static final Set<String> FIELDS =
      Set.of(
          "template",
          "eventId",
          "recipients",
          "data",
          "channels",
          "sendAt",
          "timeToLive",
          "category",
          "topic",
          "priority");
  private static final Set<String> RECIPIENT_FIELDS =
      Set.of("id", "name", "email", "phone", "locale", "zone");

  static SendRequestJson read(byte[] body) {
    JsonNode root = parse(body);
    if (!root.isObject()) {
      throw RefusedException.invalid(null, "the body is no JSON object");
    }
    if (!root.has(LIST)) {
      Notification only = notification(root, "");
      requireRecipients(List.of(only));
      return new SendRequestJson(List.of(only), true);
    }
    requireKnown(root, Set.of(LIST), "");
    List<Notification> all = new ArrayList<>();
    for (JsonNode each : list(root, LIST, "", SendApi.MAX_NOTIFICATIONS)) {
      all.add(notification(each, LIST + "[" + all.size() + "]."));
    }
    if (all.isEmpty()) {
      throw RefusedException.invalid(LIST, "lists nothing to send");
    }
    requireRecipients(all);
    return new SendRequestJson(List.copyOf(all), false);
  }

  /** Jackson's messages quote the text: only the position is told. */
  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw RefusedException.invalid(
          null, "the body is not valid JSON of at most 32 levels" + where);
    } catch (IOException | NumberFormatException e) { // the latter: an exponent of a dozen digits
      throw RefusedException.invalid(null, "the body is not valid JSON");
    }
  }

  private static void requireRecipients(List<Notification> all) {
    int count = all.stream().mapToInt(n -> n.recipientIds().size() + n.recipients().size()).sum();
    if (count > SendApi.MAX_RECIPIENTS) {
      throw RefusedException.invalid(
          "recipients", "are " + count + " in one request; the limit is " + SendApi.MAX_RECIPIENTS);
    }
  }

  private static Notification notification(JsonNode node, String at) {
    if (!node.isObject()) {
      throw RefusedException.invalid(at + "template", "is missing: a notification is an object");
    }
    requireKnown(node, FIELDS, at);
    try {
      return build(node, at);
    } catch (InvalidNotificationException e) {
      throw RefusedException.invalid(at + field(e), String.valueOf(e.getMessage()));
    }
  }

  private static Notification build(JsonNode node, String at) {
    String template = text(node, "template", at);
    if (template == null) {
      throw RefusedException.invalid(at + "template", "is missing");
    }
    Notification.Builder b = Notification.builder(template);
    recipients(node, at, b);
    given(text(node, "eventId", at), b::eventId);
    given(text(node, "category", at), b::category);
    given(text(node, "topic", at), b::topic);
    given(
        parsed(node, "sendAt", at, Instant::parse, "a time like 2026-12-01T09:00:00Z"), b::sendAt);
    given(parsed(node, "timeToLive", at, Duration::parse, "a duration like PT6H"), b::timeToLive);
    given(parsed(node, "priority", at, Priority.class), b::priority);
    if (node.hasNonNull("channels")) {
      b.via(
          list(node, "channels", at, Channel.values().length).stream()
              .map(channel -> constant(channel, "channels", at, Channel.class))
              .toArray(Channel[]::new));
    }
    if (node.hasNonNull("data")) {
      b.with(data(node.get("data"), at));
    }
    return b.build();
  }

  private static void recipients(JsonNode node, String at, Notification.Builder b) {
    int index = 0;
    for (JsonNode each : list(node, "recipients", at, SendApi.MAX_RECIPIENTS)) {
      String where = at + "recipients[" + index++ + "]";
      if (each.isTextual()) {
        b.to(each.textValue());
      } else if (each.isObject()) {
        b.to(recipient(each, where + "."));
      } else {
        throw RefusedException.invalid(where, "is neither an id nor an object");
      }
    }
    if (index == 0) {
      throw RefusedException.invalid(at + "recipients", "names nobody");
    }
  }

  private static Recipient recipient(JsonNode node, String at) {
    requireKnown(node, RECIPIENT_FIELDS, at);
    String id = text(node, "id", at);
    if (id == null) {
      throw RefusedException.invalid(at + "id", "is missing");
    }
    try {
      return Recipient.builder(id)
          .name(text(node, "name", at))
          .email(text(node, "email", at))
          .phone(text(node, "phone", at))
          .locale(parsed(node, "locale", at, SendRequestJson::locale, "a language tag like ko-KR"))
          .zone(parsed(node, "zone", at, ZoneId::of, "a time zone like Asia/Seoul"))
          .build();
    } catch (InvalidNotificationException e) {
      throw RefusedException.invalid(
          at + e.field().replace("recipient.", ""), String.valueOf(e.getMessage()));
    }
  }

  private static Locale locale(String tag) {
    return new Locale.Builder().setLanguageTag(tag).build();
  }

  private static Map<String, Object> data(JsonNode node, String at) {
    if (!node.isObject()) {
      throw RefusedException.invalid(at + "data", "is no object");
    }
    return JSON.convertValue(
        node,
        JSON.getTypeFactory()
            .constructMapType(java.util.LinkedHashMap.class, String.class, Object.class));
  }

  // ---- fields

  private static void requireKnown(JsonNode node, Set<String> known, String at) {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw RefusedException.invalid(
                    at.isEmpty() ? null : at.substring(0, at.length() - 1),
                    "has an unknown field; known are " + new TreeSet<>(known));
              }
            });
  }

  private static <T> void given(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }

  private static @Nullable String text(JsonNode node, String name, String at) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw RefusedException.invalid(at + name, "is no string");
    }
    return value.textValue();
  }

  private static <T> @Nullable T parsed(
      JsonNode node, String name, String at, Function<String, T> parser, String what) {
    String text = text(node, name, at);
    try {
      return text == null ? null : parser.apply(text);
    } catch (DateTimeException | ArithmeticException | IllformedLocaleException e) {
      throw RefusedException.invalid(at + name, "is not " + what);
    }
  }

  private static <E extends Enum<E>> @Nullable E parsed(
      JsonNode node, String name, String at, Class<E> type) {
    return node.hasNonNull(name) ? constant(node.get(name), name, at, type) : null;
  }

  private static <E extends Enum<E>> E constant(
      JsonNode value, String name, String at, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (value.isTextual() && constant.name().equalsIgnoreCase(value.textValue())) {
        return constant;
      }
    }
    throw RefusedException.invalid(
        at + name,
        "is none of " + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT));
  }

  private static List<JsonNode> list(JsonNode node, String name, String at, int max) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > max) {
      throw RefusedException.invalid(at + name, "is no list of at most " + max);
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  /** Returns the field of a request that a builder's field comes from. */
  static String field(InvalidNotificationException e) {
    return switch (e.field()) {
      case "to" -> "recipients";
      case "via" -> "channels";
      default -> e.field().startsWith("with.") ? "data" : e.field();
    };
  }
}
