package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.twilio.http.HttpMethod;
import com.twilio.http.Request;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Target;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class TwilioProviderTest {
  private static final String SERVICE = "MG0123456789abcdef0123456789abcdef";

  /** The parameters of "Create a Message" in the documentation of the Message resource. */
  private static final Set<String> DOCUMENTED =
      Set.of(
          "To",
          "StatusCallback",
          "ApplicationSid",
          "MaxPrice",
          "ProvideFeedback",
          "Attempt",
          "ValidityPeriod",
          "ForceDelivery",
          "ContentRetention",
          "AddressRetention",
          "SmartEncoded",
          "PersistentAction",
          "TrafficType",
          "ShortenUrls",
          "ScheduleType",
          "SendAt",
          "SendAsMms",
          "ContentVariables",
          "RiskCheck",
          "From",
          "MessagingServiceSid",
          "Body",
          "MediaUrl",
          "ContentSid");

  private final MockTwilio twilio = new MockTwilio();

  @AfterEach
  void stop() {
    twilio.close();
  }

  private Outcome send(TwilioProvider.Builder builder, SmsMessage message) throws Exception {
    return send(builder, "+14155550123", message, null);
  }

  private Outcome send(
      TwilioProvider.Builder builder, String number, SmsMessage message, Instant expiresAt)
      throws Exception {
    try (TwilioProvider provider = builder.build()) {
      return Requests.send(provider, Requests.to(number, message, "", expiresAt));
    }
  }

  private Map<String, List<String>> form() {
    Map<String, List<String>> form = Requests.form(MockTwilio.text(twilio.requests().get(0)));
    assertThat(DOCUMENTED).containsAll(form.keySet());
    return form;
  }

  @Test
  void messageIsAFormPostedToTheAccountsMessages() throws Exception {
    Outcome outcome = send(twilio.provider(), SmsMessage.of("Hi & 안녕 = ok? 100% +1"));
    assertThat(outcome).isEqualTo(new Outcome.Accepted("SM" + "0".repeat(31) + "1"));
    RecordedRequest request = twilio.requests().get(0);
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getTarget())
        .isEqualTo("/2010-04-01/Accounts/" + MockTwilio.ACCOUNT + "/Messages.json");
    assertThat(request.getHeaders().get("Content-Type"))
        .isEqualTo("application/x-www-form-urlencoded");
    assertThat(request.getHeaders().get("Authorization"))
        .isEqualTo("Basic " + base64(MockTwilio.ACCOUNT + ":" + MockTwilio.TOKEN));
    assertThat(form())
        .isEqualTo(
            Map.of(
                "To", List.of("+14155550123"),
                "From", List.of("+15005550006"),
                "Body", List.of("Hi & 안녕 = ok? 100% +1")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"twilio", "twilio/"})
  void pathOfTheBaseUrlIsKept(String path) throws Exception {
    send(twilio.provider().baseUrl(twilio.url() + path), SmsMessage.of("Hi"));
    assertThat(twilio.requests().get(0).getTarget())
        .isEqualTo("/twilio/2010-04-01/Accounts/" + MockTwilio.ACCOUNT + "/Messages.json");
  }

  @Test
  void textThatMayBeShortenedIsCutToWhatTheProviderTakes() throws Exception {
    SmsMessage message =
        SmsMessage.builder().text("a".repeat(2_000)).overflow(SmsMessage.Overflow.SHORTEN).build();
    assertThat(send(twilio.provider(), message)).isInstanceOf(Outcome.Accepted.class);
    assertThat(form().get("Body")).containsExactly("a".repeat(1_597) + "...");
    try (TwilioProvider provider = twilio.provider().build()) {
      assertThat(provider.check(Target.phone("+14155550123"), message)).isEmpty();
    }
  }

  @Test
  void apiKeyAuthenticatesForTheAccount() throws Exception {
    send(
        TwilioProvider.builder()
            .accountSid(MockTwilio.ACCOUNT)
            .apiKey("SK1", "key-secret")
            .from("Shop")
            .baseUrl(twilio.url()),
        "+447400123456",
        SmsMessage.of("x"),
        null);
    RecordedRequest request = twilio.requests().get(0);
    assertThat(request.getTarget()).contains(MockTwilio.ACCOUNT);
    assertThat(request.getHeaders().get("Authorization"))
        .isEqualTo("Basic " + base64("SK1:key-secret"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void messagingServiceTakesThePlaceOfANumber() throws Exception {
    send(twilio.provider().messagingService(SERVICE), SmsMessage.of("x"));
    assertThat(form())
        .containsEntry("MessagingServiceSid", List.of(SERVICE))
        .doesNotContainKey("From");
  }

  @Test
  void countryHasItsOwnSender() throws Exception {
    TwilioProvider.Builder builder = twilio.provider().from("GB", "Shop");
    send(builder, "+447400123456", SmsMessage.of("x"), null);
    send(builder, "+821023456789", SmsMessage.of("x"), null);
    assertThat(form()).containsEntry("From", List.of("Shop"));
    assertThat(Requests.form(MockTwilio.text(twilio.requests().get(1))))
        .containsEntry("From", List.of("+15005550006"));
  }

  @Test
  void messagesOwnSenderComesFirst() throws Exception {
    SmsMessage message = SmsMessage.builder().text("x").sender("+15005550001").build();
    send(twilio.provider().from("US", "+15005550002"), message);
    assertThat(form()).containsEntry("From", List.of("+15005550001"));
  }

  @Test
  void statusCallbackNamesTheDelivery() throws Exception {
    TwilioProvider.Builder builder = twilio.provider().statusCallback("https://a.example/sms?x=1");
    send(builder, SmsMessage.of("x"));
    assertThat(form())
        .containsEntry(
            "StatusCallback", List.of("https://a.example/sms?x=1&delivery_id=" + Requests.ID));
  }

  @Test
  void statusCallbackNamesATenant() throws Exception {
    try (TwilioProvider provider =
        twilio.provider().statusCallback("https://a.example/sms").build()) {
      Requests.send(provider, Requests.to("+14155550123", SmsMessage.of("x"), "a&b", null));
    }
    assertThat(form().get("StatusCallback").get(0)).endsWith("&tenant=a%26b");
  }

  @Test
  void expiryBecomesTheValidityPeriod() throws Exception {
    send(
        twilio.provider(),
        "+14155550123",
        SmsMessage.of("x"),
        Instant.now().plus(Duration.ofMinutes(5)));
    assertThat(Integer.parseInt(form().get("ValidityPeriod").get(0))).isBetween(270, 300);
  }

  @Test
  void validityPeriodIsAtMostTenHours() throws Exception {
    send(
        twilio.provider(),
        "+14155550123",
        SmsMessage.of("x"),
        Instant.now().plus(Duration.ofDays(30)));
    assertThat(form()).containsEntry("ValidityPeriod", List.of("36000"));
  }

  @Test
  void mediaMakeAnMms() throws Exception {
    send(
        twilio.provider(),
        SmsMessage.builder()
            .text("look")
            .mediaUrl("https://cdn.example/a.png")
            .mediaUrl("https://cdn.example/b.png?x=1&y=2")
            .build());
    assertThat(form())
        .containsEntry(
            "MediaUrl", List.of("https://cdn.example/a.png", "https://cdn.example/b.png?x=1&y=2"));
  }

  @ParameterizedTest
  @CsvSource({
    "hello, InvalidTarget, invalid_number",
    "+19002345678, Rejected, premium_rate",
    "+18762345678, Rejected, country_not_allowed",
  })
  void badNumberDoesNotReachTheWire(String number, String outcome, String code) throws Exception {
    PhoneNumbers numbers = PhoneNumbers.builder().allow("US", "CA").build();
    if (code.equals("premium_rate")) {
      numbers = PhoneNumbers.ANY;
    }
    Outcome got = send(twilio.provider().numbers(numbers), number, SmsMessage.of("x"), null);
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(code);
    assertThat(twilio.attempts()).isZero();
  }

  @Test
  void badMessageDoesNotReachTheWire() throws Exception {
    SmsMessage.Builder message = SmsMessage.builder().text("x");
    rejected("invalid_sender", message.sender("an overlong name").build());
    rejected("invalid_sender", message.sender("a\r\nb").build());
    rejected("sender_name_not_allowed", message.sender("Shop").build());
    rejected("text_too_long", SmsMessage.of("a".repeat(1_601)));
    rejected(
        "too_many_segments", SmsMessage.builder().text("a".repeat(161)).maxSegments(1).build());
    assertThat(send(twilio.provider(), "+14155550123", SmsMessage.of("x"), Instant.now()))
        .isEqualTo(new Outcome.Rejected("expired"));
    assertThat(twilio.attempts()).isZero();
  }

  private void rejected(String code, SmsMessage message) throws Exception {
    assertThat(send(twilio.provider(), message)).isEqualTo(new Outcome.Rejected(code));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 421, 429, 500, 502, 503, 504})
  void noAnswerIsAskedForTwice(int status) throws Exception {
    twilio.answer(
        new MockResponse.Builder().code(status).addHeader("Retry-After", "0").body("").build());
    send(twilio.provider(), SmsMessage.of("x"));
    assertThat(twilio.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  void redirectIsNotFollowed(int status) throws Exception {
    twilio.answer(
        new MockResponse.Builder().code(status).addHeader("Location", twilio.url()).build());
    assertThat(send(twilio.provider(), SmsMessage.of("x")))
        .isEqualTo(new Outcome.Unknown("http_" + status));
    assertThat(twilio.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"401, Misconfigured", "429, Throttled", "400, Rejected", "201, Unknown"})
  void refusalWithoutAReadableBodyIsOneByItsStatus(int status, String outcome) throws Exception {
    twilio.answer(
        MockTwilio.json(status, "no gzip")
            .newBuilder()
            .addHeader("Content-Encoding", "gzip")
            .build());
    assertThat(send(twilio.provider(), SmsMessage.of("x")).getClass().getSimpleName())
        .isEqualTo(outcome);
  }

  @Test
  void messageThatFailedAtOnceIsClassified() throws Exception {
    twilio.answer(
        MockTwilio.json(201, "{\"sid\":\"SM1\",\"status\":\"failed\",\"error_code\":21610}"));
    assertThat(send(twilio.provider(), SmsMessage.of("x")))
        .isEqualTo(new Outcome.OptedOut("21610"));
  }

  @Test
  void serversErrorIsUnknownWhateverItsCode() throws Exception {
    twilio.answer(MockTwilio.error(503, 30017));
    assertThat(send(twilio.provider(), SmsMessage.of("x"))).isEqualTo(new Outcome.Unknown("30017"));
  }

  @Test
  void regionAndEdgeMakeTheHost() {
    TwilioProvider.Builder builder =
        TwilioProvider.builder()
            .accountSid(MockTwilio.ACCOUNT)
            .authToken("t")
            .from("+15005550006")
            .region("ie1")
            .edge("dublin");
    try (TwilioProvider provider = builder.build()) {
      Request request = new Request(HttpMethod.POST, "https://api.twilio.com/x.json");
      request.setRegion(provider.client.getRegion());
      request.setEdge(provider.client.getEdge());
      HttpUrl url = ((TwilioWire) provider.client.getHttpClient()).url(request);
      assertThat(url.toString()).isEqualTo("https://api.dublin.ie1.twilio.com/x.json");
    }
  }

  // Every code of the documentation that the classifier knows, written out once more.
  static Stream<Arguments> codes() {
    return Stream.of(
            Map.entry(
                "InvalidTarget", "21211 21214 21217 21401 21614 21635 30005 30006 63003 63024"),
            Map.entry("OptedOut", "21610 63014 63033"),
            Map.entry(
                "Rejected",
                "20001 20422 21602 21604 21605 21617 21618 21619 21620 21623 21624 21654 21655"
                    + " 21656 21658 30004 30007 30010 30012 30013 30014 30015 30016 30019 30450"
                    + " 63005 63006 63013 63016 63021 63026 63027 63028 63030 63032 63034 63040"
                    + " 63041 63042"),
            Map.entry(
                "Misconfigured",
                "20003 20005 20008 21212 21219 21408 21603 21606 21607 21608 21609 21612 21622"
                    + " 21657 21659 21660 21701 21702 21703 21704 21705 21709 30002 30018 30024"
                    + " 30032 30033 30034 30035 63001 63002 63007 63008 63015 63020 63051"),
            Map.entry("Throttled", "20429 14107 21611 30001 30022 63017 63018 30023 30027 63038"),
            Map.entry("Retryable", "30003 30017 63036"),
            Map.entry("Unknown", "20500 20503 30008 30020 30021 30410 63009 63010 63012 63023"))
        .flatMap(e -> Stream.of(e.getValue().split(" ")).map(c -> Arguments.of(c, e.getKey())));
  }

  @ParameterizedTest
  @MethodSource("codes")
  void codeHasItsOutcome(String code, String outcome) {
    Outcome got = TwilioCodes.outcome(new HttpReply(400, null, ""), Integer.parseInt(code));
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "400, 21267, Rejected",
    "403, 20006, Misconfigured",
    "404, 20404, Misconfigured",
    "429, 99999, Throttled",
    "418, 99999, Unknown",
    "500, 99999, Unknown",
    "400, 0, Rejected",
    "400, -1, Rejected",
  })
  void codeThatIsNotListedMeansWhatItsStatusDoes(int status, int code, String outcome) {
    Outcome got = TwilioCodes.outcome(new HttpReply(status, null, ""), code);
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo(Integer.toString(code));
  }

  @Test
  void dailyCapWaitsLongAndPairLimitIsTheTargetsAlone() {
    HttpReply reply = new HttpReply(429, null, "");
    assertThat(TwilioCodes.outcome(reply, 30023))
        .isEqualTo(new Outcome.Throttled("30023", Duration.ofHours(1), Outcome.Scope.PROVIDER));
    assertThat(TwilioCodes.outcome(reply, 14107))
        .isEqualTo(new Outcome.Throttled("14107", null, Outcome.Scope.TARGET));
    assertThat(TwilioCodes.outcome(new HttpReply(429, Duration.ofSeconds(3), ""), 20429))
        .isEqualTo(new Outcome.Throttled("20429", Duration.ofSeconds(3), Outcome.Scope.PROVIDER));
  }

  @ParameterizedTest
  @CsvSource({
    "400, Rejected",
    "401, Misconfigured",
    "403, Misconfigured",
    "404, Misconfigured",
    "405, Rejected",
    "413, Rejected",
    "415, Rejected",
    "429, Throttled",
    "408, Unknown",
    "418, Unknown",
    "500, Unknown",
    "503, Unknown",
    "302, Unknown",
  })
  void bareStatusHasItsOutcome(int status, String outcome) {
    Outcome got = TwilioCodes.outcome(new HttpReply(status, null, ""), null);
    assertThat(got.getClass().getSimpleName()).isEqualTo(outcome);
    assertThat(got.code()).isEqualTo("http_" + status);
  }

  @Test
  void buildNamesTheOptionThatIsWrong() {
    refused("accountSid", b -> b.accountSid(null));
    refused("accountSid", b -> b.accountSid("AC1"));
    refused("authToken", b -> b.authToken(null));
    refused("authToken", b -> b.authToken("with\nbreak"));
    refused("authToken and apiKey", b -> b.apiKey("SK1", "s"));
    refused("from 'Overlong Name'", b -> b.from("Overlong Name"));
    refused("from '+0123'", b -> b.from("+0123"));
    refused("from 'XX'", b -> b.from("XX", "Shop"));
    refused("messagingService 'MG1'", b -> b.messagingService("MG1"));
    refused("region 'a.b'", b -> b.region("a.b"));
    refused("edge 'A/'", b -> b.edge("A/"));
    refused("timeout PT0S", b -> b.timeout(Duration.ZERO));
    refused("timeout PT0.000000001S", b -> b.timeout(Duration.ofNanos(1)));
    refused("maxInFlight 0", b -> b.maxInFlight(0));
    refused("baseUrl is not https", b -> b.baseUrl("http://proxy.example"));
    refused("baseUrl is missing", b -> b.baseUrl(null));
    refused("statusCallback is no", b -> b.statusCallback("ftp://x"));
    assertThatThrownBy(
            TwilioProvider.builder().accountSid(MockTwilio.ACCOUNT).authToken("t")::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("from or messagingService is missing");
  }

  @Test
  void passwordInAnAddressIsNotShown() {
    String login = "http://shop:" + MockTwilio.TOKEN + "@";
    refused("baseUrl", b -> b.baseUrl(login + "proxy.example"));
    refused("baseUrl", b -> b.baseUrl(login + "proxy.example:port"));
    refused("statusCallback", b -> b.statusCallback(login + "shop.example"));
  }

  private void refused(
      String part, java.util.function.UnaryOperator<TwilioProvider.Builder> option) {
    assertThatThrownBy(() -> option.apply(twilio.provider()).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(part)
        .hasMessageNotContaining(MockTwilio.TOKEN);
  }
}
