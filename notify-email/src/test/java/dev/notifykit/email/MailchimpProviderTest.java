package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.message.Attachment;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.time.Instant;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class MailchimpProviderTest {
  private final MockEmailApi api = new MockEmailApi(MailchimpContractTest::reply);
  private final MailchimpProvider provider =
      MailchimpProvider.builder()
          .apiBaseUrl(api.url())
          .apiKey("md-secret")
          .subaccount("eu")
          .from("Shop <shop@example.com>")
          .build();

  @AfterEach
  void close() {
    provider.close();
    api.close();
  }

  @Test
  void postsWhatTheApiDocuments() {
    SendRequest request =
        Mails.request(
            "ann@bücher.example",
            "김철수",
            Mails.message()
                .html("<p>Hi</p>")
                .replyTo("Hilfe für Sie <help@example.com>")
                .header("X-Campaign", "winter")
                .tag("orders")
                .unsubscribeUrl("https://shop.example/u")
                .attachment(Attachment.inline("logo", "l.png", "image/png", new byte[] {1}))
                .attachment(Attachment.file("a.pdf", "application/pdf", new byte[] {2}))
                .build());

    assertThat(Mails.send(provider, request)).isInstanceOf(Outcome.Accepted.class);

    assertThat(api.requests()).hasSize(1);
    assertThat(api.requests().get(0).getRequestLine()).startsWith("POST /api/1.0/messages/send ");
    JsonNode body = MockEmailApi.body(api.requests().get(0));
    assertThat(body.at("/key").asText()).isEqualTo("md-secret");
    JsonNode message = body.at("/message");
    assertThat(message.at("/subject").asText()).isEqualTo("Your order");
    assertThat(message.at("/html").asText()).isEqualTo("<p>Hi</p>");
    assertThat(message.at("/text").asText()).isEqualTo("It is on its way.");
    assertThat(message.at("/from_email").asText()).isEqualTo("shop@example.com");
    assertThat(message.at("/from_name").asText()).isEqualTo("Shop");
    assertThat(message.at("/to").size()).isEqualTo(1);
    assertThat(message.at("/to/0/email").asText()).isEqualTo("ann@xn--bcher-kva.example");
    assertThat(message.at("/to/0/name").asText()).isEqualTo("김철수");
    assertThat(message.at("/preserve_recipients").isBoolean()).isTrue();
    assertThat(message.at("/preserve_recipients").asBoolean()).isFalse();
    assertThat(message.at("/metadata/delivery_id").asText())
        .isEqualTo(request.deliveryId().toString());
    assertThat(message.at("/subaccount").asText()).isEqualTo("eu");
    assertThat(message.at("/tags/0").asText()).isEqualTo("orders");
    assertThat(message.at("/headers/X-Campaign").asText()).isEqualTo("winter");
    assertThat(message.at("/headers/Reply-To").asText())
        .endsWith("<help@example.com>")
        .isPrintable()
        .startsWith("=?UTF-8?");
    assertThat(message.at("/headers/List-Unsubscribe").asText())
        .isEqualTo("<https://shop.example/u>");
    assertThat(message.at("/images/0/name").asText()).isEqualTo("logo");
    assertThat(message.at("/attachments/0/name").asText()).isEqualTo("a.pdf");
    assertThat(message.at("/attachments/0/content").asText()).isEqualTo("Ag==");
  }

  private static Outcome classify(int status, String body) {
    return MailchimpClassifier.classify(
        new ApiReply(status, Headers.of(), body), Instant.parse("2026-11-21T12:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "sent, , Accepted",
    "queued, , Accepted",
    "scheduled, , Accepted",
    "invalid, , InvalidTarget",
    "rejected, hard-bounce, InvalidTarget",
    "rejected, soft-bounce, Retryable",
    "rejected, spam, OptedOut",
    "rejected, unsub, OptedOut",
    "rejected, custom, Rejected",
    "rejected, rule, Rejected",
    "rejected, invalid-sender, Misconfigured",
    "rejected, unsigned, Misconfigured",
    "rejected, test-mode-limit, Throttled",
    "rejected, something new, Rejected",
    "something new, , Unknown"
  })
  void judgesTheRecipientsStatus(String status, String reason, String outcome) {
    String body =
        "[{\"status\":\"%s\",\"reject_reason\":\"%s\"}]"
            .formatted(status, reason == null ? "" : reason);
    assertThat(classify(200, body).getClass().getSimpleName()).isEqualTo(outcome);
  }

  @Test
  void replyOfAnotherShapeIsUnknown() {
    assertThat(classify(200, "{\"status\":\"sent\"}"))
        .isEqualTo(new Outcome.Unknown("malformed_reply"));
  }

  @ParameterizedTest
  @CsvSource({
    "Invalid_Key, Misconfigured",
    "PaymentRequired, Misconfigured",
    "Unknown_Subaccount, Misconfigured",
    "ValidationError, Rejected",
    "GeneralError, Unknown",
    "SomethingNew, Unknown"
  })
  void judgesErrorsByName(String name, String outcome) {
    assertThat(classify(500, "{\"name\":\"%s\"}".formatted(name)).getClass().getSimpleName())
        .isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({"401, Misconfigured", "403, Misconfigured", "413, Rejected", "503, Unknown"})
  void errorOfAnUnknownNameMeansWhatItsStatusDoes(int status, String outcome) {
    assertThat(classify(status, "{\"name\":\"SomethingNew\"}").getClass().getSimpleName())
        .isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "401, Misconfigured",
    "404, Misconfigured",
    "301, Misconfigured",
    "413, Rejected",
    "429, Throttled",
    "500, Unknown",
    "503, Unknown"
  })
  void judgesOtherRepliesByStatus(int status, String outcome) {
    assertThat(classify(status, "<html>").getClass().getSimpleName()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "null", "7", "[[]]", "[{}]", "[{},{}]", "[{\"status\":7}]"})
  void replyWithoutSenseIsUnknown(String body) {
    assertThat(classify(200, body)).isInstanceOf(Outcome.Unknown.class);
  }

  @Test
  void refusesTagsThatMailchimpReserves() {
    assertThat(Mails.send(provider, Mails.with(Mails.message().tag("_x").build())))
        .isEqualTo(new Outcome.Rejected("invalid_tags"));
  }

  @Test
  void showsNoKey() {
    assertThat(provider.toString()).doesNotContain("md-secret");
  }
}
