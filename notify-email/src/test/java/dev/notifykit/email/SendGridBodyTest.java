package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is posted to SendGrid, against the shape that it documents: written down here as far as we
 * use it, and as SendGrid publishes it with {@code -Dsendgrid.openapi=FILE}, where FILE is {@code
 * oai_v3_stoplight.json} of the repository sendgrid/sendgrid-oai.
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send">Mail
 *     Send</a>
 */
@Timeout(60)
final class SendGridBodyTest {
  private static final String DOCUMENTED =
      """
      {
        "type": "object",
        "required": ["personalizations", "from", "subject", "content"],
        "properties": {
          "personalizations": {
            "type": "array", "minItems": 1, "maxItems": 1000,
            "items": {
              "type": "object",
              "required": ["to"],
              "properties": {
                "to": {"type": "array", "minItems": 1, "maxItems": 1,
                       "items": {"$ref": "#/$defs/address"}},
                "subject": {"type": "string", "minLength": 1},
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                "custom_args": {"type": "object", "additionalProperties": {"type": "string"}}
              }
            }
          },
          "from": {"$ref": "#/$defs/address"},
          "reply_to": {"$ref": "#/$defs/address"},
          "subject": {"type": "string", "minLength": 1},
          "content": {
            "type": "array", "minItems": 1, "maxItems": 2,
            "items": {
              "type": "object",
              "required": ["type", "value"],
              "properties": {
                "type": {"enum": ["text/plain", "text/html"]},
                "value": {"type": "string", "minLength": 1}
              }
            }
          },
          "attachments": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["content", "filename"],
              "properties": {
                "content": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9+/]+=*$"},
                "type": {"type": "string", "minLength": 1, "pattern": "^[^;,\\\\r\\\\n]+$"},
                "filename": {"type": "string", "minLength": 1},
                "disposition": {"enum": ["inline", "attachment"]},
                "content_id": {"type": "string"}
              }
            }
          },
          "categories": {
            "type": "array", "maxItems": 10, "uniqueItems": true,
            "items": {"type": "string", "maxLength": 255}
          },
          "mail_settings": {
            "type": "object",
            "properties": {
              "sandbox_mode": {
                "type": "object",
                "properties": {"enable": {"type": "boolean"}}
              }
            }
          }
        },
        "$defs": {
          "address": {
            "type": "object",
            "required": ["email"],
            "properties": {
              "email": {"type": "string", "format": "email"},
              "name": {"type": "string"}
            }
          }
        }
      }
      """;

  private final MockEmailApi api = new MockEmailApi(SendGridContractTest::reply);

  @BeforeEach
  void postOneOfEverything() {
    send(builder(), Mails.to("ann@example.com"));
    send(builder(), everything("ann@bücher.example.com", "김철수"));
    send(builder(), everything("ann@example.com", "Ann"), everything("bob@example.com", null));
    api.answer(request -> MockEmailApi.json(200, "{}"));
    send(builder().sandbox(), everything("ann@example.com", "Ann"));
    assertThat(bodies()).hasSize(4);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private SendGridProvider.Builder builder() {
    return SendGridProvider.builder().apiBaseUrl(api.url()).apiKey("SG.k").from("shop@example.com");
  }

  private static void send(SendGridProvider.Builder builder, SendRequest... requests) {
    try (SendGridProvider provider = builder.build()) {
      provider
          .sendAll(List.of(requests))
          .forEach(
              outcome ->
                  assertThat(outcome.toCompletableFuture().join())
                      .isInstanceOf(Outcome.Accepted.class));
    }
  }

  private static SendRequest everything(String address, String name) {
    EmailMessage message =
        Mails.message()
            .from("Läden <orders@example.com>")
            .html("<p>Hi</p>")
            .replyTo("Help <help@example.com>")
            .header("X-Campaign", "winter")
            .tag("orders")
            .tag("orders")
            .tag("x".repeat(255))
            .unsubscribeUrl("https://shop.example/u")
            .unsubscribeMailto("unsubscribe@shop.example")
            .attachment(Attachment.inline("logo", "l.png", "image/png", new byte[] {1}))
            .attachment(Attachment.file("Größe.pdf", "application/pdf", new byte[] {2}))
            .build();
    return new SendRequest(
        UUID.randomUUID(),
        1,
        "acme",
        "user-1",
        name,
        Target.email(address),
        message,
        "orders",
        Priority.NORMAL,
        null);
  }

  private List<JsonNode> bodies() {
    return api.requests().stream().map(MockEmailApi::body).toList();
  }

  @Test
  void bodiesAreAsDocumented() throws IOException {
    JsonShape documented = JsonShape.of(DOCUMENTED);
    assertThat(bodies()).allSatisfy(body -> assertThat(documented.violations(body)).isEmpty());
  }

  @Test
  void bodiesAreAsPublished() throws IOException {
    String file = System.getProperty("sendgrid.openapi");
    assumeTrue(file != null, "give SendGrid's description with -Dsendgrid.openapi=FILE");
    JsonShape published = JsonShape.ofPost(Path.of(file), "/mail/send");
    assertThat(bodies()).allSatisfy(body -> assertThat(published.violations(body)).isEmpty());
  }

  /** That the table says something: each of these must be found. */
  @ParameterizedTest
  @CsvSource({
    "/from, emial, \"x@example.com\"",
    "/from, email, 7",
    "/from, email, \"nobody\"",
    "'', subject, \"\"",
    "'', categories, '[\"a\",\"a\"]'",
    "'', content, '[]'",
    "'', personalizations, '[]'",
    "/personalizations/0/custom_args, n, 1",
    "/attachments/0, disposition, \"inlined\"",
    "/mail_settings/sandbox_mode, enable, \"true\"",
  })
  void tableFindsWhatIsWrong(String at, String field, String value) throws IOException {
    JsonNode body = bodies().get(3).deepCopy();
    ((ObjectNode) body.at(at)).set(field, new ObjectMapper().readTree(value));
    assertThat(JsonShape.of(DOCUMENTED).violations(body)).isNotEmpty();
  }
}
