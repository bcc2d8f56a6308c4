package dev.notifykit.fcm;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Repairs the members that firebase-admin 9.11 writes by the rules of the running system's
 * language, which FCM refuses: a priority of "high" with a dotless i in Turkish, a time to live in
 * Arabic digits, an event in the Buddhist year 2569.
 */
final class Spelling {
  // By default Jackson takes twelve bytes for what UTF-8 says in four.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  /** As the SDK writes it where years and digits are the usual ones. */
  private static final DateTimeFormatter EVENT_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'000000Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Spelling() {}

  /** Returns whether the running system's language has letters or digits of its own. */
  @SuppressWarnings("StringCaseLocaleUsage") // what the SDK does is the question
  static boolean isForeign() {
    return !"I".toLowerCase().equals("i")
        || DecimalFormatSymbols.getInstance().getZeroDigit() != '0';
  }

  /**
   * Returns a message with these members repaired and nothing else changed.
   *
   * @param eventTime when what it tells happened, which cannot be read back from every calendar
   */
  static byte[] repair(byte[] message, @Nullable Instant eventTime) throws IOException {
    JsonNode root = JSON.readTree(message);
    JsonNode android = root.path("android");
    JsonNode shown = android.path("notification");
    repair(android, "priority", "ttl");
    repair(shown, "visibility");
    repair(shown.path("light_settings"), "light_on_duration", "light_off_duration");
    if (shown.path("vibrate_timings") instanceof ArrayNode timings) {
      for (int i = 0; i < timings.size(); i++) {
        timings.set(i, plain(timings.get(i).asText()));
      }
    }
    if (eventTime != null && shown instanceof ObjectNode object && object.has("event_time")) {
      object.put("event_time", EVENT_TIME.format(eventTime));
    }
    return JSON.writeValueAsBytes(root);
  }

  private static void repair(JsonNode parent, String... members) {
    for (String member : List.of(members)) {
      if (parent instanceof ObjectNode object && object.path(member).isTextual()) {
        object.put(member, plain(object.get(member).asText()));
      }
    }
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c == 0x131 ? 'i' : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }
}
