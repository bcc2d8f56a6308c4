package dev.notifykit.fcm;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * Repairs two members that firebase-admin 9.11 lower-cases by the rules of the running system's
 * language: where that is Turkish or Azerbaijani, it writes a priority of "high" with a dotless i,
 * which FCM refuses.
 */
final class TurkishI {
  // By default Jackson takes twelve bytes for what UTF-8 says in four.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private TurkishI() {}

  /** Returns whether the running system's language is one of those. */
  @SuppressWarnings("StringCaseLocaleUsage") // what the SDK does is the question
  static boolean isSpoken() {
    return !"I".toLowerCase().equals("i");
  }

  /** Returns a message with both members repaired and nothing else changed. */
  static byte[] repair(byte[] message) throws IOException {
    JsonNode root = JSON.readTree(message);
    JsonNode android = root.path("android");
    repair(android, "priority");
    repair(android.path("notification"), "visibility");
    return JSON.writeValueAsBytes(root);
  }

  private static void repair(JsonNode parent, String member) {
    if (parent instanceof ObjectNode object && object.path(member).isTextual()) {
      object.put(member, object.get(member).asText().replace('\u0131', 'i'));
    }
  }
}
