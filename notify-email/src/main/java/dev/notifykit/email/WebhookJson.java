package dev.notifykit.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** The arrays of events that email services post. */
final class WebhookJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private WebhookJson() {}

  /**
   * Returns the objects of an array.
   *
   * @throws IllegalArgumentException if the text is no array of objects
   */
  static List<JsonNode> events(String text) {
    List<JsonNode> events = new ArrayList<>();
    try {
      MAPPER.readTree(text).forEach(events::add);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
    if (events.stream().anyMatch(e -> !e.isObject())) {
      throw new IllegalArgumentException("no array of objects");
    }
    return events;
  }

  static String text(JsonNode event, String field) {
    return event.path(field).asText("");
  }

  /** Returns a time in seconds since 1970, or now if there is none. */
  static Instant time(JsonNode seconds, InstantSource clock) {
    return seconds.isIntegralNumber() && seconds.canConvertToInt()
        ? Instant.ofEpochSecond(seconds.asLong())
        : clock.instant();
  }
}
