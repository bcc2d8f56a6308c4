package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.ConfigurationException;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.provider.ServiceBehaviour;
import jakarta.mail.internet.MimeUtility;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import mockwebserver3.MockResponse;
import okhttp3.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SendGridProviderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private final MockEmailApi api = new MockEmailApi(SendGridContractTest::reply);
  private final SendGridProvider provider = builder().build();

  private SendGridProvider.Builder builder() {
    return SendGridProvider.builder()
        .apiBaseUrl(api.url())
        .apiKey("SG.secret")
        .from("Shop <shop@example.com>")
        .maxInFlight(2500);
  }

  @AfterEach
  void close() {
    provider.close();
    api.close();
  }

  private List<Outcome> sendAll(List<SendRequest> requests) {
    List<Outcome> outcomes = new ArrayList<>();
    for (CompletionStage<Outcome> stage : provider.sendAll(requests)) {
      outcomes.add(stage.toCompletableFuture().join());
    }
    return outcomes;
  }

  private JsonNode onlyBody() {
    assertThat(api.requests()).hasSize(1);
    return MockEmailApi.body(api.requests().get(0));
  }

  @Test
  void postsWhatTheApiDocuments() {
    SendRequest request =
        Mails.request(
            "ann@bücher.example",
            "김철수",
            Mails.message()
                .html("<p>Hi</p>")
                .replyTo("Help <help@example.com>")
                .header("X-Campaign", "winter")
                .tag("orders")
                .unsubscribeUrl("https://shop.example/u")
                .attachment(Attachment.inline("logo", "l.png", "image/png", new byte[] {1}))
                .attachment(Attachment.file("a.pdf", "application/pdf", new byte[] {2}))
                .build());

    assertThat(Mails.send(provider, request)).isInstanceOf(Outcome.Accepted.class);

    JsonNode body = onlyBody();
    assertThat(api.requests().get(0).getRequestLine()).startsWith("POST /v3/mail/send ");
    assertThat(api.requests().get(0).getHeaders().get("Authorization"))
        .isEqualTo("Bearer SG.secret");
    assertThat(api.requests().get(0).getHeaders().get("Content-Type"))
        .isEqualTo("application/json");
    assertThat(body.at("/from/email").asText()).isEqualTo("shop@example.com");
    assertThat(body.at("/from/name").asText()).isEqualTo("Shop");
    assertThat(body.at("/reply_to/email").asText()).isEqualTo("help@example.com");
    JsonNode person = body.at("/personalizations/0");
    assertThat(person.at("/to/0/email").asText()).isEqualTo("ann@xn--bcher-kva.example");
    assertThat(person.at("/to/0/name").asText()).isEqualTo("김철수");
    assertThat(person.at("/subject").asText()).isEqualTo("Your order");
    assertThat(person.at("/custom_args/delivery_id").asText())
        .isEqualTo(request.deliveryId().toString());
    assertThat(person.at("/headers/X-Campaign").asText()).isEqualTo("winter");
    assertThat(person.at("/headers/List-Unsubscribe").asText())
        .isEqualTo("<https://shop.example/u>");
    assertThat(person.at("/headers/List-Unsubscribe-Post").asText())
        .isEqualTo("List-Unsubscribe=One-Click");
    assertThat(body.at("/content/0/type").asText()).isEqualTo("text/plain");
    assertThat(body.at("/content/1/type").asText()).isEqualTo("text/html");
    assertThat(body.at("/content/1/value").asText()).isEqualTo("<p>Hi</p>");
    assertThat(body.at("/categories/0").asText()).isEqualTo("orders");
    assertThat(body.at("/attachments/0/content_id").asText()).isEqualTo("logo");
    assertThat(body.at("/attachments/0/disposition").asText()).isEqualTo("inline");
    assertThat(body.at("/attachments/1/content").asText()).isEqualTo("Ag==");
    assertThat(body.has("mail_settings")).isFalse();
  }

  @Test
  void sandboxIsAskedForAndItsReplyTaken() {
    api.answer(request -> MockEmailApi.json(200, "{}"));
    try (SendGridProvider sandbox = builder().sandbox().build()) {
      assertThat(Mails.send(sandbox, Mails.to("ann@example.com")))
          .isInstanceOf(Outcome.Accepted.class);
    }
    assertThat(onlyBody().at("/mail_settings/sandbox_mode/enable").asBoolean()).isTrue();
  }

  @Test
  void equalContentSharesARequestOfAtMostAThousand() {
    EmailMessage message = Mails.message().build();
    List<SendRequest> requests = new ArrayList<>();
    for (int i = 0; i < 2100; i++) {
      requests.add(Mails.request("user" + i + "@example.com", null, message));
    }

    assertThat(sendAll(requests)).hasSize(2100).allMatch(Outcome.Accepted.class::isInstance);
    assertThat(
            api.requests().stream().map(r -> MockEmailApi.body(r).at("/personalizations").size()))
        .containsExactlyInAnyOrder(1000, 1000, 100);
  }

  @Test
  void outcomesComeInTheOrderOfTheRequests() {
    EmailMessage one = Mails.message().text("one").build();
    EmailMessage two = Mails.message().text("two").build();
    api.answer(
        request ->
            MockEmailApi.body(request).at("/content/0/value").asText().equals("two")
                ? MockEmailApi.json(401, "{}")
                : SendGridContractTest.reply(ServiceBehaviour.ACCEPT));

    List<Outcome> outcomes =
        sendAll(
            List.of(
                Mails.request("a@example.com", null, one),
                Mails.request("b@example.com", null, two),
                Mails.request("nobody", null, one),
                Mails.request("c@example.com", null, one)));

    assertThat(outcomes.stream().map(o -> o.getClass().getSimpleName()))
        .containsExactly("Accepted", "Misconfigured", "InvalidTarget", "Accepted");
    assertThat(api.requests()).hasSize(2);
  }

  @Test
  void refusedBatchCostsOnlyTheOneItIsAbout() {
    api.answer(
        request ->
            MockEmailApi.body(request).toString().contains("bad@")
                ? SendGridContractTest.reply(ServiceBehaviour.REJECT)
                : SendGridContractTest.reply(ServiceBehaviour.ACCEPT));
    EmailMessage message = Mails.message().build();

    List<Outcome> outcomes =
        sendAll(
            List.of(
                Mails.request("a@example.com", null, message),
                Mails.request("bad@example.com", null, message),
                Mails.request("c@example.com", null, message)));

    assertThat(outcomes.stream().map(o -> o.getClass().getSimpleName()))
        .containsExactly("Accepted", "Rejected", "Accepted");
  }

  @ParameterizedTest
  @CsvSource({
    "202, Accepted",
    "200, Unknown",
    "400, Rejected",
    "406, Rejected",
    "413, Rejected",
    "415, Rejected",
    "401, Misconfigured",
    "403, Misconfigured",
    "404, Misconfigured",
    "405, Misconfigured",
    "302, Misconfigured",
    "408, Unknown",
    "429, Throttled",
    "500, Unknown",
    "502, Unknown",
    "503, Unknown"
  })
  void classifies(int status, String outcome) {
    ApiReply reply = new ApiReply(status, Headers.of(), "");
    assertThat(SendGridClassifier.classify(reply, false, NOW).getClass().getSimpleName())
        .isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({"401, Misconfigured", "429, Throttled", "400, Rejected", "202, Unknown"})
  void refusalWithoutAReadableBodyIsOneByItsStatus(int status, String outcome) {
    api.answer(
        MockEmailApi.json(status, "no gzip")
            .newBuilder()
            .addHeader("Content-Encoding", "gzip")
            .build());
    assertThat(Mails.send(provider, Mails.to("ann@example.com")).getClass().getSimpleName())
        .isEqualTo(outcome);
  }

  @Test
  void headersAreEncodedAsSendGridAsksFor() throws Exception {
    String note = "주문이 출발했습니다 🚚 ".repeat(10).strip();
    Mails.send(
        provider,
        Mails.with(Mails.message().header("X-Note", note).header("X-Plain", "a b").build()));

    JsonNode headers = onlyBody().at("/personalizations/0/headers");
    assertThat(headers.at("/X-Note").asText()).matches("[!-~]+( [!-~]+)+");
    assertThat(MimeUtility.decodeText(headers.at("/X-Note").asText())).isEqualTo(note);
    assertThat(headers.at("/X-Plain").asText()).isEqualTo("a b");
  }

  @Test
  void refusalOfTheAccountIsAskedForOnce() {
    api.answer(
        request ->
            MockEmailApi.body(request).at("/personalizations").size() > 1
                ? SendGridContractTest.reply(ServiceBehaviour.REJECT)
                : SendGridContractTest.reply(ServiceBehaviour.THROTTLE_PROVIDER));
    EmailMessage message = Mails.message().build();

    List<Outcome> outcomes =
        sendAll(Collections.nCopies(20, Mails.request("a@example.com", null, message)));

    assertThat(outcomes).hasSize(20).allMatch(Outcome.Throttled.class::isInstance);
    assertThat(api.requests()).as("the batch and one mail of it").hasSize(2);
  }

  @Test
  void waitsUntilTheLimitIsReset() {
    Headers headers = Headers.of("x-ratelimit-reset", Long.toString(NOW.getEpochSecond() + 90));
    assertThat(SendGridClassifier.classify(new ApiReply(429, headers, ""), false, NOW))
        .isEqualTo(new Outcome.Throttled("429", Duration.ofSeconds(90), Outcome.Scope.PROVIDER));
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 408, 503})
  void nothingMakesTheHttpClientAskTwice(int status) {
    api.answer(
        request ->
            new MockResponse.Builder()
                .code(status)
                .addHeader("Location", api.url())
                .addHeader("Retry-After", "0")
                .build());
    Mails.send(provider, Mails.to("ann@example.com"));

    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void refusesWhatSendGridReserves() {
    assertThat(Mails.send(provider, Mails.with(Mails.message().header("X-SG-EID", "x").build())))
        .isEqualTo(new Outcome.Rejected("invalid_header_name"));
    assertThat(Mails.send(provider, Mails.with(Mails.message().tag("x".repeat(256)).build())))
        .isEqualTo(new Outcome.Rejected("invalid_tags"));
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ftp://example.com", "http://example.com", "nonsense"})
  void refusesAnAddressThatWouldShowTheKey(String url) {
    assertThatThrownBy(() -> builder().apiBaseUrl(url).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("apiBaseUrl");
  }

  @Test
  void refusesAKeyThatIsNone() {
    assertThatThrownBy(() -> builder().apiKey("SG.a\nb").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("apiKey")
        .hasMessageNotContaining("SG.a");
  }

  @Test
  void refusesAKeyThatNoHeaderCanCarry() {
    assertThatThrownBy(() -> builder().apiKey("SG.a\u200B").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("apiKey")
        .hasMessageNotContaining("SG.a");
  }
}
