package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonTextTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private static JsonText of(Map<String, Object> members) {
    JsonText json = new JsonText().open();
    members.forEach(json::member);
    return json.close();
  }

  @Test
  void everyTextIsReadBackAsItWasAndCountedInBytes() throws Exception {
    Random random = new Random(42);
    for (int i = 0; i < 2_000; i++) {
      String text = text(random);
      JsonText json = of(Map.of(text, text));
      assertThat(JSON.readTree(json.toString()).get(text).textValue()).isEqualTo(text);
      assertThat(json.bytes()).isEqualTo(json.toString().getBytes(StandardCharsets.UTF_8).length);
      assertThat(json.isWellFormed()).isTrue();
    }
  }

  /** Code points of one to four bytes, and all that must be escaped. */
  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(40); length > 0; length--) {
      int limit = new int[] {0x20, 0x80, 0x800, 0xD800, 0x10FFFF}[random.nextInt(5)];
      int codePoint = random.nextInt(limit);
      boolean half = codePoint >= 0xD800 && codePoint <= 0xDFFF;
      text.appendCodePoint(half ? '"' : codePoint);
    }
    return text.toString();
  }

  @Test
  void everyValueThatAnOptionMayHoldIsWritten() throws Exception {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("text", "a\"b\\c\n\u0001");
    members.put("whole", 7);
    members.put("long", Long.MAX_VALUE);
    members.put("big", new BigInteger("123456789012345678901234567890"));
    members.put("decimal", new BigDecimal("1E+30"));
    members.put("double", 1.5e-9);
    members.put("flag", false);
    members.put("list", List.of(1, "x", List.of(), Map.of()));
    members.put("map", Map.of("deep", Map.of("er", List.of(Map.of("n", 1), Map.of("n", 2)))));
    JsonNode read = JSON.readTree(of(members).toString());
    assertThat(read).isEqualTo(JSON.readTree(JSON.writeValueAsString(members)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "x\udc00", "\ud800x", "\udc00\ud800"})
  void halfASurrogatePairIsNoticedWhereverItStands(String half) {
    assertThat(of(Map.of("a", half)).isWellFormed()).isFalse();
    assertThat(of(Map.of(half, "a")).isWellFormed()).isFalse();
    assertThat(of(Map.of("a", List.of(Map.of("b", half)))).isWellFormed()).isFalse();
  }

  @Test
  void whatIsTakenBackLeavesNoComma() {
    JsonText json = new JsonText().open().member("a", 1);
    int start = json.position();
    json.name("b").open();
    assertThat(json.isJustOpened()).isTrue();
    json.backTo(start);
    assertThat(json.member("c", 2).member("d", null).close()).hasToString("{\"a\":1,\"c\":2}");
  }
}
