package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.Device;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.fcm.FcmAnswer;
import dev.notifykit.test.fcm.ReceivedFcmMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class FcmProviderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final PushMessage HELLO = PushMessage.builder().body("hello").build();
  private static final Device ANDROID = Device.android("android-token");

  private final FakeFcmServer fcm = FakeFcmServer.start();
  private FcmProvider provider;

  @BeforeEach
  void connect() {
    provider = builder().build();
  }

  private FcmProvider.Builder builder() {
    return FcmProvider.builder()
        .credentials(fcm.credentials())
        .endpoint(fcm.url())
        .timeout(Duration.ofSeconds(10))
        .rampUp(Duration.ZERO);
  }

  private void reconnect(FcmProvider.Builder builder) {
    provider.close();
    provider = builder.build();
  }

  @AfterEach
  void disconnect() {
    provider.close();
    fcm.close();
  }

  // ---- what goes over the wire

  @Test
  void messageIsPostedToTheProjectAsJsonWithAnAccessToken() throws Exception {
    UUID id = UUID.randomUUID();
    Outcome outcome = send(request(id, ANDROID, HELLO));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Accepted.class,
            a -> assertThat(a.messageId()).startsWith("projects/demo-project/messages/"));
    ReceivedFcmMessage m = only();
    assertThat(m.method()).isEqualTo("POST");
    assertThat(m.path()).isEqualTo("/v1/projects/demo-project/messages:send");
    assertThat(m.headers().get("authorization")).startsWith("Bearer ya29.");
    assertThat(m.headers().get("content-type")).startsWith("application/json");
    JsonNode message = JSON.readTree(m.body()).get("message");
    assertThat(message.get("token").asText()).isEqualTo("android-token");
    assertThat(message.at("/notification/body").asText()).isEqualTo("hello");
    assertThat(message.at("/data/delivery_id").asText()).isEqualTo(id.toString());
    assertThat(message.at("/android/notification/tag").asText()).isEqualTo(id.toString());
  }

  @Test
  void installationIdsTopicsAndConditionsAreTargetsOfTheirOwn() throws Exception {
    Device fid = Device.builder(Platform.ANDROID, "f1d").tokenType(Device.TokenType.FID).build();
    send(fid, HELLO);
    send(Device.topic("news"), HELLO);
    send(Device.condition("'a' in topics || 'b' in topics"), HELLO);
    List<JsonNode> messages = new ArrayList<>();
    for (ReceivedFcmMessage m : fcm.messages()) {
      messages.add(JSON.readTree(m.body()).get("message"));
    }
    assertThat(messages.get(0).get("fid").asText()).isEqualTo("f1d");
    assertThat(messages.get(1).get("topic").asText()).isEqualTo("news");
    assertThat(messages.get(2).get("condition").asText())
        .isEqualTo("'a' in topics || 'b' in topics");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "th-TH", "th-TH-u-nu-thai", "ja-JP-u-ca-japanese"})
  void numbersAndTimesAreWrittenAlikeInEveryLanguage(String language) throws Exception {
    AndroidOptions options =
        AndroidOptions.builder()
            .eventTime(Instant.parse("2026-11-21T10:00:00.120Z"))
            .vibrateTimings(Duration.ofMillis(1_500))
            .light(new AndroidOptions.Light("#ff8800", Duration.ofSeconds(2), Duration.ofMillis(5)))
            .build();
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      send(
          ANDROID,
          HELLO.toBuilder()
              .timeToLive(Duration.ofHours(1))
              .fcm(FcmOptions.builder().android(options).build())
              .build());
    } finally {
      Locale.setDefault(before);
    }
    JsonNode android = JSON.readTree(only().body()).at("/message/android");
    assertThat(android.at("/ttl").asText()).isEqualTo("3600s");
    JsonNode shown = android.at("/notification");
    assertThat(shown.at("/event_time").asText()).isEqualTo("2026-11-21T10:00:00.120000000Z");
    assertThat(shown.at("/vibrate_timings/0").asText()).isEqualTo("1.500000000s");
    assertThat(shown.at("/light_settings/light_on_duration").asText()).isEqualTo("2s");
    assertThat(shown.at("/light_settings/light_off_duration").asText()).isEqualTo("0.005000000s");
  }

  @Test
  void priorityAndVisibilityAreSpelledAlikeInEveryLanguage() throws Exception {
    Locale before = Locale.getDefault();
    try {
      for (Locale locale : List.of(Locale.forLanguageTag("tr-TR"), Locale.ROOT)) {
        Locale.setDefault(locale);
        AndroidOptions options =
            AndroidOptions.builder()
                .urgency(AndroidOptions.Urgency.HIGH)
                .visibility(AndroidOptions.Visibility.PRIVATE)
                .build();
        send(
            ANDROID,
            HELLO.toBuilder()
                .data("priority", "h\u0131gh")
                .fcm(FcmOptions.builder().android(options).build())
                .build());
      }
    } finally {
      Locale.setDefault(before);
    }
    assertThat(fcm.messages()).hasSize(2);
    for (ReceivedFcmMessage m : fcm.messages()) {
      JsonNode message = JSON.readTree(m.body()).get("message");
      assertThat(message.at("/android/priority").asText()).isEqualTo("high");
      assertThat(message.at("/android/notification/visibility").asText()).isEqualTo("private");
      assertThat(message.at("/data/priority").asText()).isEqualTo("h\u0131gh");
    }
  }

  @Test
  void dryRunOnlyValidates() throws Exception {
    send(ANDROID, HELLO.toBuilder().fcm(FcmOptions.builder().dryRun(true).build()).build());
    assertThat(JSON.readTree(only().body()).get("validate_only").asBoolean()).isTrue();
  }

  @Test
  void accessTokenIsFetchedOnceForMany() {
    sendMany(100);
    assertThat(fcm.attempts()).isEqualTo(100);
    assertThat(fcm.tokenRequests()).isEqualTo(1);
  }

  @Test
  void batchOfFiveHundredIsSentWhole() {
    fcm.latency(Duration.ofMillis(50));
    List<SendRequest> requests =
        IntStream.range(0, 500).mapToObj(i -> request(UUID.randomUUID(), ANDROID, HELLO)).toList();
    List<CompletionStage<Outcome>> outcomes = provider.sendAll(requests);
    assertThat(outcomes)
        .allSatisfy(
            o -> assertThat(o.toCompletableFuture().join()).isInstanceOf(Outcome.Accepted.class));
    assertThat(fcm.attempts()).isEqualTo(500);
  }

  // ---- one attempt, and what it means

  @ParameterizedTest
  @ValueSource(ints = {401, 408, 429, 500, 502, 503, 504})
  void noAnswerIsRepeatedByTheSdkOrTheClient(int status) {
    fcm.answer(m -> FcmAnswer.raw(status, "{}").withRetryAfter("0"));
    assertThat(send(ANDROID, HELLO)).isNotInstanceOf(Outcome.Accepted.class);
    assertThat(fcm.attempts()).isEqualTo(1);
  }

  @Test
  void unavailableIsRetriedByUsAndNotAfterASleepOfTheClient() {
    fcm.answer(m -> FcmAnswer.refuse(503, "UNAVAILABLE", "UNAVAILABLE"));
    assertThat(send(ANDROID, HELLO))
        .isEqualTo(new Outcome.Retryable("UNAVAILABLE", Duration.ofSeconds(10)));
    assertThat(fcm.attempts()).as("a sleep would be followed by another").isEqualTo(1);
  }

  @Test
  void unregisteredTokenIsInvalid() {
    fcm.answer(m -> FcmAnswer.refuse(404, "NOT_FOUND", "UNREGISTERED"));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.InvalidTarget("UNREGISTERED"));
  }

  @Test
  void statusThatTheSdkDoesNotKnowIsUnknownByItsName() {
    fcm.answer(m -> FcmAnswer.refuse(418, "TEAPOT", null));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.Unknown("TEAPOT"));
  }

  @Test
  void replyWithoutANameIsUnknown() {
    fcm.answer(m -> FcmAnswer.raw(200, "{}"));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.Unknown("malformed-reply"));
  }

  // ---- access tokens

  @Test
  void refusedCredentialsAreMisconfigurationBeforeAnythingIsSent() {
    fcm.answerTokens(FcmAnswer.raw(400, "{\"error\":\"invalid_grant\"}"));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.Misconfigured("access-token-refused"));
    assertThat(fcm.attempts()).isZero();
  }

  @Test
  void refusedAccessTokenIsReplacedOnceForAllWhomItFailed() {
    // By this clock a token is old that was fetched just now.
    reconnect(builder().clock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2))));
    send(ANDROID, HELLO);
    fcm.revokeTokens();
    assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Misconfigured.class);
    sendMany(20);
    assertThat(fcm.tokenRequests()).isEqualTo(2);
    assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void accessTokenThatWasFetchedJustNowIsNotFetchedAgain() {
    send(ANDROID, HELLO);
    fcm.revokeTokens();
    for (int i = 0; i < 3; i++) {
      assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Misconfigured.class);
    }
    assertThat(fcm.tokenRequests()).isEqualTo(1);
  }

  @Test
  void unavailableTokenServiceIsRetryableAndAskedOnce() {
    fcm.answerTokens(FcmAnswer.raw(503, "{}"));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.Retryable("access-token-unavailable"));
    assertThat(fcm.tokenRequests()).isEqualTo(1);
    fcm.answerTokens(FcmAnswer.accept());
    assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "<html>", "{\"access_token\":\"a\\nb\",\"expires_in\":9}"})
  void tokenServiceThatAnswersNonsenseIsUnavailable(String body) {
    fcm.answerTokens(FcmAnswer.raw(200, body));
    assertThat(send(ANDROID, HELLO)).isEqualTo(new Outcome.Retryable("access-token-unavailable"));
    assertThat(fcm.attempts()).isZero();
  }

  /** Or each of many refused sends would wait for its turn at a token service that hangs. */
  @Test
  void refusedSendWaitsForNoOtherAccessToken() {
    reconnect(
        builder()
            .timeout(Duration.ofMinutes(10))
            .clock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(2))));
    send(ANDROID, HELLO);
    fcm.revokeTokens();
    fcm.answerTokens(FcmAnswer.hang());
    assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Misconfigured.class);
  }

  /** One that waits no longer may have decided to send it again. */
  @Test
  void messageLeavesNoLaterForATokenThatTookLong() {
    reconnect(builder().timeout(Duration.ofSeconds(2)));
    fcm.latency(Duration.ofMillis(1_500));
    assertThat(send(ANDROID, HELLO)).isNotInstanceOf(Outcome.Accepted.class);
    fcm.latency(Duration.ZERO);
    assertThat(send(ANDROID, HELLO)).as("with a token").isInstanceOf(Outcome.Accepted.class);
  }

  // ---- refused before the wire

  @ParameterizedTest
  @ValueSource(strings = {"has space", "quote\"", "ümlaut", "a/../b"})
  void malformedTokenIsInvalidBeforeTheWire(String token) {
    assertThat(send(Device.android(token), HELLO))
        .isEqualTo(new Outcome.InvalidTarget("malformed-token"));
    assertThat(send(Device.topic(token), HELLO))
        .isEqualTo(new Outcome.InvalidTarget("malformed-topic"));
    assertThat(fcm.attempts() + fcm.tokenRequests()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"has space", "quote\"", "ümlaut", "a/../b"})
  void malformedTokenIsRefusedAsItIsSavedOrGivenWithANotification(String token) {
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      for (Device device : List.of(Device.android(token), Device.web(token))) {
        Recipient ann = Recipient.builder("ann").device(device).build();
        assertThatThrownBy(() -> client.recipients().save(ann))
            .isInstanceOf(InvalidNotificationException.class)
            .hasMessageEndingWith("would be refused: malformed-token");
        assertThatThrownBy(() -> client.notification().to(ann).content(HELLO).send())
            .isInstanceOf(InvalidNotificationException.class)
            .hasMessageEndingWith("would be refused: malformed-token");
      }
      Recipient subscribers = Recipient.builder("news").device(Device.topic(token)).build();
      assertThatThrownBy(() -> client.notification().to(subscribers).content(HELLO).send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageEndingWith("would be refused: malformed-topic");
      client.recipients().save(Recipient.builder("ann").device(ANDROID).build());
    }
  }

  @Test
  void malformedConditionIsInvalidBeforeTheWire() {
    assertThat(send(Device.condition("\"a\" in topics"), HELLO))
        .isEqualTo(new Outcome.InvalidTarget("malformed-condition"));
  }

  @Test
  void tooLargeAPayloadIsRejectedBeforeTheWireWithBothNumbers() {
    PushMessage large = PushMessage.builder().body("x".repeat(5000)).build();
    Outcome outcome = send(ANDROID, large);
    assertThat(outcome.code()).matches("payload-too-large: 5\\d\\d\\d > 4096");
    assertThat(provider.check(Target.device(ANDROID), large))
        .hasValueSatisfying(r -> assertThat(r).isEqualTo(outcome));
    assertThat(provider.check(Target.device(ANDROID), HELLO)).isEmpty();
    assertThat(fcm.attempts()).isZero();
  }

  @Test
  void appsOfOtherProjectsAreNotServed() {
    reconnect(builder().app("com.example.shop"));
    Device other = Device.builder(Platform.ANDROID, "t").appId("com.example.other").build();
    assertThat(provider.serves(Target.device(other))).isFalse();
    assertThat(provider.serves(Target.device(ANDROID))).isTrue();
    assertThat(provider.serves(Target.device(Device.ios("00")))).isFalse();
    assertThat(send(other, HELLO)).isEqualTo(new Outcome.Rejected("not-served"));
  }

  // ---- limits

  @Test
  void moreThanAllowedInFlightIsThrottledNotQueued() {
    reconnect(builder().maxInFlight(2));
    fcm.answer(m -> FcmAnswer.hang());
    List<CompletableFuture<Outcome>> held = List.of(start(HELLO), start(HELLO));
    assertThat(send(ANDROID, HELLO))
        .isInstanceOfSatisfying(
            Outcome.Throttled.class, t -> assertThat(t.scope()).isEqualTo(Outcome.Scope.PROVIDER));
    Await.until("both to arrive", () -> fcm.attempts() == 2);
    fcm.release();
    held.forEach(s -> assertThat(s.join()).isInstanceOf(Outcome.Accepted.class));
    assertThat(send(ANDROID, HELLO)).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void coldProjectMayHaveFewerInFlight() {
    reconnect(builder().maxInFlight(100).rampUp(Duration.ofHours(1)));
    assertThat(provider.maxInFlight()).isEqualTo(100);
    send(ANDROID, HELLO);
    assertThat(provider.maxInFlight()).isEqualTo(10);
  }

  @Test
  void moreThanAHundredAreInFlightAtOnce() {
    fcm.answer(m -> FcmAnswer.hang());
    List<CompletableFuture<Outcome>> held = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      held.add(start(HELLO));
    }
    Await.until("all to arrive", () -> fcm.attempts() == 300);
    fcm.release();
    held.forEach(s -> assertThat(s.join()).isInstanceOf(Outcome.Accepted.class));
  }

  // ---- steps

  private static SendRequest request(UUID id, Device device, PushMessage message) {
    return new SendRequest(
        id, 1, "", "user-1", null, Target.device(device), message, "orders", Priority.NORMAL, null);
  }

  private CompletableFuture<Outcome> start(PushMessage message) {
    return provider.send(request(UUID.randomUUID(), ANDROID, message)).toCompletableFuture();
  }

  private Outcome send(Device device, PushMessage message) {
    return send(request(UUID.randomUUID(), device, message));
  }

  private Outcome send(SendRequest request) {
    return provider.send(request).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  private void sendMany(int count) {
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sends.add(start(HELLO));
    }
    sends.forEach(s -> assertThat(s.join()).isInstanceOf(Outcome.Accepted.class));
  }

  private ReceivedFcmMessage only() {
    assertThat(fcm.messages()).hasSize(1);
    return fcm.messages().get(0);
  }
}
