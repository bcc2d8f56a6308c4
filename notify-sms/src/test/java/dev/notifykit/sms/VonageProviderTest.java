package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class VonageProviderTest {
  /** The parameters of "Send an SMS" in the documentation of the SMS API. */
  private static final Set<String> DOCUMENTED =
      Set.of(
          "api_key",
          "api_secret",
          "sig",
          "from",
          "to",
          "text",
          "ttl",
          "status-report-req",
          "callback",
          "message-class",
          "type",
          "body",
          "udh",
          "protocol-id",
          "client-ref",
          "account-ref",
          "entity-id",
          "content-id",
          "trusted-number");

  private final MockVonage vonage = new MockVonage();

  @AfterEach
  void stop() {
    vonage.close();
  }

  private Outcome send(VonageProvider.Builder builder, SmsMessage message, Instant expiresAt)
      throws Exception {
    try (VonageProvider provider = builder.build()) {
      return Requests.send(provider, Requests.to("+821023456789", message, "", expiresAt));
    }
  }

  private Map<String, List<String>> form() {
    Map<String, List<String>> form = Requests.form(MockVonage.text(vonage.requests().get(0)));
    assertThat(DOCUMENTED).containsAll(form.keySet());
    return form;
  }

  @Test
  void messageIsAFormPosted() throws Exception {
    Outcome outcome = send(vonage.provider(), SmsMessage.of("Hi & bye"), null);
    assertThat(outcome).isEqualTo(new Outcome.Accepted("0A00000000000001"));
    RecordedRequest request = vonage.requests().get(0);
    assertThat(request.getRequestLine()).isEqualTo("POST /sms/json HTTP/1.1");
    assertThat(request.getHeaders().get("Content-Type"))
        .isEqualTo("application/x-www-form-urlencoded");
    assertThat(form())
        .isEqualTo(
            Map.of(
                "api_key", List.of(MockVonage.KEY),
                "api_secret", List.of(MockVonage.SECRET),
                "from", List.of("15005550006"),
                "to", List.of("821023456789"),
                "text", List.of("Hi & bye"),
                "type", List.of("text"),
                "status-report-req", List.of("1"),
                "client-ref", List.of(Requests.ID.toString())));
  }

  @Test
  void textOutsideTheGsmAlphabetIsUnicode() throws Exception {
    send(vonage.provider(), SmsMessage.of("주문 A-1"), null);
    assertThat(form()).containsEntry("type", List.of("unicode"));
    assertThat(form()).containsEntry("text", List.of("주문 A-1"));
  }

  @Test
  void expiryBecomesTheTimeToLive() throws Exception {
    send(vonage.provider(), SmsMessage.of("x"), Instant.now().plus(Duration.ofMinutes(5)));
    assertThat(Long.parseLong(form().get("ttl").get(0))).isBetween(270_000L, 300_000L);
  }

  @ParameterizedTest
  @CsvSource({"PT5S, 20000", "P30D, 604800000"})
  void timeToLiveStaysWithinVonagesBounds(Duration left, String ttl) throws Exception {
    send(vonage.provider(), SmsMessage.of("x"), Instant.now().plus(left));
    assertThat(form()).containsEntry("ttl", List.of(ttl));
  }

  @Test
  void statusCallbackGoesAlong() throws Exception {
    send(vonage.provider().statusCallback("https://a.example/dlr"), SmsMessage.of("x"), null);
    assertThat(form()).containsEntry("callback", List.of("https://a.example/dlr"));
  }

  @Test
  void mediaAreRejected() throws Exception {
    SmsMessage mms = SmsMessage.builder().text("x").mediaUrl("https://a.example/x.png").build();
    assertThat(send(vonage.provider(), mms, null))
        .isEqualTo(new Outcome.Rejected("media_not_supported"));
    assertThat(vonage.attempts()).isZero();
  }

  @Test
  void messagingServiceIsNoVonageSender() throws Exception {
    String service = "MG0123456789abcdef0123456789abcdef";
    SmsMessage message = SmsMessage.builder().text("x").sender(service).build();
    assertThat(send(vonage.provider(), message, null))
        .isEqualTo(new Outcome.Rejected("invalid_sender"));
    assertThatThrownBy(() -> vonage.provider().from(service))
        .isInstanceOf(ConfigurationException.class);
  }

  // ---- parts

  @Test
  void messageIsAcceptedWhenEveryPartIs() throws Exception {
    vonage.answer(vonage.parts(0, 0, 0));
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Accepted("0A00000000000001"));
  }

  @Test
  void partlyRefusedMessageIsUnknown() throws Exception {
    vonage.answer(vonage.parts(0, 9));
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Unknown("partly_refused_9"));
    vonage.answer(vonage.parts(1, 0));
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Unknown("partly_refused_1"));
  }

  @Test
  void whollyRefusedMessageIsWhatItsFirstPartSays() throws Exception {
    vonage.answer(vonage.parts(9, 9));
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Misconfigured("9"));
  }

  @Test
  void oneUncertainPartMakesTheMessageUnknown() throws Exception {
    vonage.answer(vonage.parts(1, 5));
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Unknown("5"));
  }

  @Test
  void answerWithoutPartsIsUnknown() throws Exception {
    vonage.answer(vonage.parts());
    assertThat(send(vonage.provider(), SmsMessage.of("x"), null))
        .isEqualTo(new Outcome.Unknown("unreadable_reply"));
  }

  static Stream<Arguments> statuses() {
    return codes(
        Map.of(
            CodeClass.INVALID_TARGET, "6 17 33",
            CodeClass.OPTED_OUT, "7",
            CodeClass.REJECTED, "2 3 12 15 16 18 20 22 23",
            CodeClass.MISCONFIGURED, "4 8 9 11 14 19 29 32",
            CodeClass.THROTTLED, "1 10",
            CodeClass.UNKNOWN, "5 13 21 99 -1"));
  }

  static Stream<Arguments> receipts() {
    return codes(
        Map.of(
            CodeClass.INVALID_TARGET, "3 11 12",
            CodeClass.OPTED_OUT, "4 9",
            CodeClass.REJECTED, "6 10 13 14 15",
            CodeClass.RETRYABLE, "2 5 7 8",
            CodeClass.UNKNOWN, "1 99 50"));
  }

  private static Stream<Arguments> codes(Map<CodeClass, String> table) {
    return table.entrySet().stream()
        .flatMap(e -> Stream.of(e.getValue().split(" ")).map(c -> Arguments.of(c, e.getKey())));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void statusHasItsClass(int status, CodeClass expected) {
    assertThat(VonageCodes.status(status)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("receipts")
  void errorCodeOfAReceiptHasItsClass(int code, CodeClass expected) {
    assertThat(VonageCodes.receipt(code)).isEqualTo(expected);
  }

  @Test
  void buildNamesTheOptionThatIsWrong() {
    refused("apiKey is missing", b -> b.apiKey(" "));
    refused("apiSecret is missing", b -> b.apiSecret(null));
    refused("apiSecret has blanks", b -> b.apiSecret("canary secret"));
    assertThatThrownBy(VonageProvider.builder().apiKey("k").apiSecret("s")::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("from is missing");
  }

  private void refused(
      String part, java.util.function.UnaryOperator<VonageProvider.Builder> option) {
    assertThatThrownBy(() -> option.apply(vonage.provider()).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(part)
        .hasMessageNotContaining("canary");
  }
}
