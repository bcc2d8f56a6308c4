package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is posted to Twilio, against the parameters that it documents: written down here as far as
 * we use them, and as Twilio publishes them with {@code -Dtwilio.openapi=FILE}, where FILE is
 * {@code spec/json/twilio_api_v2010.json} of the repository twilio/twilio-oai.
 *
 * @see <a href="https://www.twilio.com/docs/messaging/api/message-resource">Message resource</a>
 */
@Timeout(60)
final class TwilioFormTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "MG0123456789abcdef0123456789abcdef";
  private static final String DOCUMENTED =
      """
      {
        "required": ["To"],
        "properties": {
          "To": {"type": "string", "format": "phone-number"},
          "From": {"type": "string"},
          "MessagingServiceSid": {"type": "string", "pattern": "^MG[0-9a-fA-F]{32}$"},
          "Body": {"type": "string", "minLength": 1, "maxLength": 1600},
          "MediaUrl": {"type": "array", "maxItems": 10,
                       "items": {"type": "string", "format": "uri"}},
          "StatusCallback": {"type": "string", "format": "uri"},
          "ValidityPeriod": {"type": "integer", "minimum": 1, "maximum": 36000}
        }
      }
      """;

  private final MockTwilio twilio = new MockTwilio();

  @BeforeEach
  void postOneOfEverything() throws Exception {
    send(twilio.provider(), SmsMessage.of("x"), null);
    TwilioProvider.Builder service =
        twilio.provider().messagingService(SERVICE).statusCallback("https://shop.example/sms?a=1");
    SmsMessage.Builder everything = SmsMessage.builder().text("안녕 ".repeat(533)).maxSegments(30);
    for (int i = 0; i < 10; i++) {
      everything.mediaUrl("https://cdn.example/" + i + ".png?x=1&y=2");
    }
    send(service, everything.build(), Instant.now().plus(Duration.ofDays(2)));
    send(service, SmsMessage.of("soon"), Instant.now().plusSeconds(30));
    SmsMessage own = SmsMessage.builder().text("x").sender("12345").build();
    send(service, own, null);
    assertThat(forms()).hasSize(4);
  }

  @AfterEach
  void stop() {
    twilio.close();
  }

  private static void send(TwilioProvider.Builder builder, SmsMessage message, Instant expiresAt)
      throws Exception {
    try (TwilioProvider provider = builder.build()) {
      assertThat(Requests.send(provider, Requests.to("+14155550123", message, "acme", expiresAt)))
          .isInstanceOf(Outcome.Accepted.class);
    }
  }

  private List<Map<String, List<String>>> forms() {
    return twilio.requests().stream().map(MockTwilio::text).map(Requests::form).toList();
  }

  @Test
  void formsAreAsDocumented() throws IOException {
    JsonNode documented = JSON.readTree(DOCUMENTED);
    assertThat(forms()).allSatisfy(form -> assertThat(violations(documented, form)).isEmpty());
  }

  @Test
  void formsAreAsPublished() throws IOException {
    String file = System.getProperty("twilio.openapi");
    assumeTrue(file != null, "give Twilio's description with -Dtwilio.openapi=FILE");
    JsonNode published =
        JSON.readTree(Path.of(file).toFile())
            .path("paths")
            .path("/2010-04-01/Accounts/{AccountSid}/Messages.json")
            .path("post")
            .path("requestBody")
            .path("content")
            .path("application/x-www-form-urlencoded")
            .required("schema");
    assertThat(forms()).allSatisfy(form -> assertThat(violations(published, form)).isEmpty());
  }

  /** That the table says something: each of these must be found. */
  @ParameterizedTest
  @CsvSource({
    "to, +14155550123",
    "To, 4155550123",
    "Body, ''",
    "ValidityPeriod, soon",
    "ValidityPeriod, 0",
    "ValidityPeriod, 36001",
    "MessagingServiceSid, MG12",
    "StatusCallback, shop.example/sms",
    "MediaUrl, a b",
  })
  void tableFindsWhatIsWrong(String name, String value) throws IOException {
    JsonNode documented = JSON.readTree(DOCUMENTED);
    Map<String, List<String>> form = new TreeMap<>(forms().get(0));
    form.put(name, List.of(value));
    assertThat(violations(documented, form)).hasSize(1);
    form.put("To", List.of("+14155550123", "+14155550124"));
    assertThat(violations(documented, form)).isNotEmpty();
  }

  /** Returns what a form has that its schema does not; only what schemas of forms use is known. */
  private static List<String> violations(JsonNode schema, Map<String, List<String>> form) {
    List<String> wrong = new ArrayList<>();
    schema.path("required").forEach(n -> check(form.containsKey(n.asText()), n.asText(), wrong));
    form.forEach(
        (name, values) -> {
          JsonNode property = schema.path("properties").path(name);
          boolean list = property.path("type").asText().equals("array");
          check(
              list ? values.size() <= limit(property, "maxItems") : values.size() == 1,
              name,
              wrong);
          JsonNode one = list ? property.path("items") : property;
          values.forEach(value -> check(fits(one, value), name, wrong));
        });
    return wrong;
  }

  private static void check(boolean right, String name, List<String> wrong) {
    if (!right) {
      wrong.add(name);
    }
  }

  private static boolean fits(JsonNode property, String value) {
    return switch (property.path("type").asText()) {
      case "string" ->
          value.length() >= property.path("minLength").asInt(0)
              && value.length() <= limit(property, "maxLength")
              && value.matches(
                  property.path("pattern").asText(".*").replace("^", "").replace("$", ""))
              && hasFormat(property.path("format").asText(), value);
      case "integer" ->
          value.matches("-?[0-9]{1,9}")
              && Integer.parseInt(value) >= property.path("minimum").asInt(Integer.MIN_VALUE)
              && Integer.parseInt(value) <= limit(property, "maximum");
      default -> false;
    };
  }

  private static int limit(JsonNode property, String name) {
    return property.path(name).asInt(Integer.MAX_VALUE);
  }

  private static boolean hasFormat(String format, String value) {
    return switch (format) {
      case "uri" -> HttpUrl.parse(value) != null && value.indexOf(' ') < 0;
      case "phone-number" -> value.matches("\\+[1-9][0-9]{6,14}|[0-9]{3,8}");
      default -> true;
    };
  }
}
