package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Device;
import dev.notifykit.Device.Environment;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.NotificationClient;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.ApnsOptions.PushType;
import dev.notifykit.message.ApnsOptions.Urgency;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.FaultyProxy;
import dev.notifykit.test.apns.ApnsAnswer;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.apns.ReceivedPush;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ApnsProviderTest {
  private static final String TOKEN = "0123456789abcdef".repeat(4);
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final PushMessage HELLO = PushMessage.builder().body("hello").build();

  private final FakeApnsServer apns = FakeApnsServer.start();
  private ApnsProvider provider;

  @BeforeEach
  void connect() {
    provider = create(Keys.provider(apns));
  }

  private static ApnsProvider create(ApnsProvider.Builder builder) {
    return builder.clock(Clock.fixed(NOW, ZoneOffset.UTC)).timeout(Duration.ofSeconds(10)).build();
  }

  private void reconnect(ApnsProvider.Builder builder) {
    provider.close();
    provider = builder.build();
  }

  @AfterEach
  void disconnect() {
    provider.close();
    apns.close();
  }

  // ---- what goes over the wire

  @Test
  void pushCarriesTokenTopicTypeAndPriority() {
    UUID id = UUID.randomUUID();
    Outcome outcome = send(request(id, device(), HELLO, Priority.NORMAL, null));
    assertThat(outcome).isEqualTo(new Outcome.Accepted(id.toString()));
    ReceivedPush push = only();
    assertThat(push.token()).isEqualTo(TOKEN);
    assertThat(push.topic()).isEqualTo("com.example.shop");
    assertThat(push.pushType()).isEqualTo("alert");
    assertThat(push.priority()).isEqualTo(10);
    assertThat(push.payload()).isEqualTo("{\"aps\":{\"alert\":{\"body\":\"hello\"}}}");
    assertThat(push.authorization()).startsWith("bearer ");
  }

  @Test
  void apnsIdAndCollapseIdAreTheDeliverysAndSurviveARetry() {
    UUID id = UUID.randomUUID();
    send(request(id, device(), HELLO, Priority.NORMAL, null));
    send(request(id, device(), HELLO, Priority.NORMAL, null));
    assertThat(apns.pushes())
        .hasSize(2)
        .allSatisfy(
            push -> {
              assertThat(push.apnsId()).isEqualTo(id.toString());
              assertThat(push.collapseId()).isEqualTo(id.toString());
            });
  }

  @Test
  void collapseKeysOfAnyScriptDoNotBecomeOne() {
    for (String key : List.of("주문", "배송")) {
      assertThat(send(HELLO.toBuilder().collapseKey(key).build()))
          .isEqualTo(new Outcome.Rejected("malformed-collapse-key"));
    }
    assertThat(apns.pushes()).isEmpty();
  }

  @Test
  void whatIsKeptForEverIsKeptAsLongAsAppleKeepsIt() {
    send(HELLO.toBuilder().timeToLive(ChronoUnit.FOREVER.getDuration()).build());
    assertThat(only().expiration()).isEqualTo(NOW.plus(Duration.ofDays(30)).getEpochSecond());
  }

  @Test
  void collapseKeyOfTheMessageWins() {
    send(HELLO.toBuilder().collapseKey("order-A-1001").build());
    assertThat(only().collapseId()).isEqualTo("order-A-1001");
  }

  @ParameterizedTest
  @CsvSource({
    "ALERT, com.example.shop, alert, 10",
    "BACKGROUND, com.example.shop, background, 5",
    "VOIP, com.example.shop.voip, voip, 10",
    "COMPLICATION, com.example.shop.complication, complication, 10",
    "LOCATION, com.example.shop.location-query, location, 10",
    "PUSH_TO_TALK, com.example.shop.voip-ptt, pushtotalk, 10",
    "FILE_PROVIDER, com.example.shop.pushkit.fileprovider, fileprovider, 10",
    "LIVE_ACTIVITY, com.example.shop.push-type.liveactivity, liveactivity, 10",
  })
  void everyPushTypeHasItsTopicHeaderAndPriority(
      PushType type, String topic, String header, int priority) {
    ApnsOptions.Builder options = ApnsOptions.builder().pushType(type);
    if (type == PushType.LIVE_ACTIVITY) {
      options.liveActivity(LiveActivity.update(Map.of("stops", 2)));
    }
    send(PushMessage.builder().data("a", "b").apns(options.build()).build());
    ReceivedPush push = only();
    assertThat(push.topic()).isEqualTo(topic);
    assertThat(push.pushType()).isEqualTo(header);
    assertThat(push.priority()).isEqualTo(priority);
  }

  @ParameterizedTest
  @CsvSource({
    "HIGH, , 10",
    "NORMAL, , 10",
    "LOW, , 5",
    "LOW, IMMEDIATE, 10",
    "HIGH, CONSERVE_POWER, 5"
  })
  void alertIsAsUrgentAsTheNotificationUnlessItSays(Priority priority, Urgency urgency, int code) {
    PushMessage message =
        HELLO.toBuilder().apns(ApnsOptions.builder().urgency(urgency).build()).build();
    send(request(UUID.randomUUID(), device(), message, priority, null));
    assertThat(only().priority()).isEqualTo(code);
  }

  @Test
  void apnsKeepsAPushForTheDefaultTimeUnlessSomethingSays() {
    send(HELLO);
    assertThat(only().expiration()).isEqualTo(NOW.plus(Duration.ofDays(28)).getEpochSecond());
  }

  @Test
  void earlierOfExpiryAndTimeToLiveEndsIt() {
    PushMessage hour = HELLO.toBuilder().timeToLive(Duration.ofHours(1)).build();
    send(request(UUID.randomUUID(), device(), hour, Priority.NORMAL, NOW.plusSeconds(60)));
    send(request(UUID.randomUUID(), device(), hour, Priority.NORMAL, NOW.plusSeconds(9999)));
    assertThat(apns.pushes())
        .extracting(ReceivedPush::expiration)
        .containsExactly(
            NOW.plusSeconds(60).getEpochSecond(), NOW.plusSeconds(3600).getEpochSecond());
  }

  @Test
  void zeroTimeToLiveAndUntimedCallsAreForNowOrNever() {
    send(HELLO.toBuilder().timeToLive(Duration.ZERO).build());
    ApnsOptions voip = ApnsOptions.builder().pushType(PushType.VOIP).build();
    send(PushMessage.builder().data("a", "b").apns(voip).build());
    assertThat(apns.pushes()).extracting(ReceivedPush::expiration).containsExactly(0L, 0L);
  }

  // ---- refused before the wire

  @ParameterizedTest
  @ValueSource(strings = {"abc", "zz", "0123", "../../3/device/x", "héx"})
  void malformedTokenIsInvalidBeforeTheWire(String token) {
    Outcome outcome = send(request(UUID.randomUUID(), Device.ios(token), HELLO));
    assertThat(outcome).isEqualTo(new Outcome.InvalidTarget("malformed-token"));
    assertThat(apns.attempts()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "zz", "0123", "<01234567 89abcdef 01234567 89abcdef>"})
  void malformedTokenIsRefusedAsItIsSavedOrGivenWithANotification(String token) {
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      Recipient ann = Recipient.builder("ann").device(Device.ios(token)).build();
      assertThatThrownBy(() -> client.recipients().save(ann))
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageEndingWith("would be refused: malformed-token");
      assertThatThrownBy(() -> client.notification().to(ann).content(HELLO).send())
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessageEndingWith(
              "has " + token.length() + " characters and would be refused: malformed-token")
          .hasMessageNotContaining(token);
      client.recipients().save(Recipient.builder("ann").device(device()).build());
    }
  }

  @Test
  void tooLargeAPayloadIsRejectedBeforeTheWireWithBothNumbers() {
    PushMessage large = PushMessage.builder().body("x".repeat(5000)).build();
    assertThat(send(large)).isEqualTo(new Outcome.Rejected("payload-too-large: 5029 > 4096"));
    assertThat(provider.check(Target.device(device()), large))
        .contains(new Outcome.Rejected("payload-too-large: 5029 > 4096"));
    assertThat(apns.attempts()).isZero();
  }

  @Test
  void otherMessagesAndTargetsAreRejected() {
    SendRequest sms =
        new SendRequest(
            UUID.randomUUID(),
            1,
            "",
            "u",
            null,
            Target.phone("+14155550123"),
            SmsMessage.of("x"),
            "c",
            Priority.NORMAL,
            null);
    assertThat(send(sms)).isInstanceOf(Outcome.Rejected.class);
    assertThat(provider.serves(sms.target())).isFalse();
    assertThat(provider.serves(Target.device(Device.android("t")))).isFalse();
  }

  // ---- apps and environments

  @Test
  void devicesAppChoosesTheTopicAndTheFirstIsTheDefault() {
    reconnect(Keys.provider(apns).topic("com.example.driver"));
    Device driver = Device.builder(Platform.IOS, TOKEN).appId("com.example.driver").build();
    send(request(UUID.randomUUID(), driver, HELLO));
    send(HELLO);
    assertThat(apns.pushes())
        .extracting(ReceivedPush::topic)
        .containsExactly("com.example.driver", "com.example.shop");
  }

  @Test
  void foreignAppIsNotServed() {
    Device foreign = Device.builder(Platform.IOS, TOKEN).appId("com.example.other").build();
    assertThat(provider.serves(Target.device(foreign))).isFalse();
    assertThat(send(request(UUID.randomUUID(), foreign, HELLO)))
        .isEqualTo(new Outcome.Rejected("not-served"));
  }

  @Test
  void environmentsHaveConnectionsOfTheirOwn() {
    send(HELLO);
    send(request(UUID.randomUUID(), sandbox(), HELLO));
    assertThat(apns.connections()).isEqualTo(2);
  }

  @Test
  void environmentCanBeRestricted() {
    reconnect(Keys.provider(apns).environment(Environment.PRODUCTION));
    assertThat(provider.serves(Target.device(device()))).isTrue();
    assertThat(provider.serves(Target.device(sandbox()))).isFalse();
  }

  @Test
  void twoTeamsUseTheirOwnConnections() {
    try (ApnsProvider other =
        create(
            ApnsProvider.builder()
                .name("apns-driver")
                .signingKey(Keys.pem("EC", "secp256r1"))
                .keyId("ZZZ123DEFG")
                .teamId("YYY123GHIJ")
                .topic("com.example.driver")
                .server(apns.host(), apns.port())
                .trustedCertificates(apns.certificate()))) {
      send(HELLO);
      other.send(request(UUID.randomUUID(), device(), HELLO)).toCompletableFuture().join();
      assertThat(apns.connections()).isEqualTo(2);
      assertThat(apns.pushes()).extracting(ReceivedPush::topic).doesNotHaveDuplicates();
    }
  }

  @Test
  void certificateNeedsNoToken() throws Exception {
    reconnect(
        ApnsProvider.builder()
            .certificate(Keys.p12(Keys.certificate(), "secret"), "secret")
            .topic(Keys.TOPIC)
            .server(apns.host(), apns.port())
            .trustedCertificates(apns.certificate()));
    assertThat(send(HELLO)).isInstanceOf(Outcome.Accepted.class);
    assertThat(only().authorization()).isEmpty();
  }

  // ---- what APNs answers

  @Test
  void unregisteredTokenCarriesTheTime() {
    Instant since = Instant.parse("2026-01-02T03:04:05.678Z");
    apns.answer(push -> ApnsAnswer.unregistered(since));
    assertThat(send(HELLO)).isEqualTo(new Outcome.InvalidTarget("Unregistered", since));
  }

  @Test
  void expiredProviderTokenIsRecoveredWithANewConnection() {
    AtomicInteger first = new AtomicInteger();
    apns.answer(
        push ->
            first.getAndIncrement() == 0
                ? ApnsAnswer.refuse(403, "ExpiredProviderToken")
                : ApnsAnswer.accept());
    assertThat(send(HELLO)).isEqualTo(new Outcome.Retryable("ExpiredProviderToken"));
    assertThat(send(HELLO)).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void expiredTokenLeavesUnknownWhatWasSentBeforeIt() {
    AtomicInteger seen = new AtomicInteger();
    send(HELLO); // connected
    apns.answer(
        push ->
            seen.incrementAndGet() == 3
                ? ApnsAnswer.refuse(403, "ExpiredProviderToken")
                : ApnsAnswer.hang());
    List<Outcome> outcomes = sendInOrder(3);
    assertThat(outcomes)
        .containsExactly(
            new Outcome.Unknown("stream-closed"),
            new Outcome.Unknown("stream-closed"),
            new Outcome.Retryable("ExpiredProviderToken"));
    assertThat(send(HELLO, ApnsAnswer.accept())).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void expiredTokenMakesRetryableWhatCameBehindIt() {
    AtomicInteger seen = new AtomicInteger();
    send(HELLO); // connected
    apns.answer(
        push -> {
          boolean last = seen.incrementAndGet() == 3;
          return last ? ApnsAnswer.refuse(403, "ExpiredProviderToken") : ApnsAnswer.hang();
        });
    CompletableFuture<Outcome> before = start(HELLO);
    Await.until("the first to arrive", () -> seen.get() == 1);
    // Together, so that none of them is on the next connection, however slow this thread is.
    List<CompletionStage<Outcome>> sends =
        provider.sendAll(
            Stream.generate(() -> request(UUID.randomUUID(), device(), HELLO)).limit(200).toList());
    assertThat(before.join()).isEqualTo(new Outcome.Unknown("stream-closed"));
    List<Outcome> outcomes = sends.stream().map(s -> s.toCompletableFuture().join()).toList();
    // One hangs, one is refused, and all that were on the connection behind it were not taken.
    assertThat(outcomes).filteredOn(Outcome.Unknown.class::isInstance).hasSizeLessThanOrEqualTo(1);
    assertThat(outcomes).contains(new Outcome.Retryable("ExpiredProviderToken"));
  }

  @Test
  void refusedStreamIsSentAgainOnTheSameConnection() {
    AtomicInteger seen = new AtomicInteger();
    apns.answer(
        push -> seen.incrementAndGet() == 1 ? ApnsAnswer.refuseStream() : ApnsAnswer.accept());
    assertThat(send(HELLO)).isInstanceOf(Outcome.Accepted.class);
    assertThat(seen).hasValue(2);
    assertThat(apns.connections()).isEqualTo(1);
  }

  @Test
  void goAwayMakesRetryableWhatWasNotLookedAt() {
    AtomicInteger seen = new AtomicInteger();
    send(HELLO); // connected
    apns.answer(push -> seen.incrementAndGet() == 3 ? ApnsAnswer.goAway() : ApnsAnswer.hang());
    assertThat(sendInOrder(3))
        .containsExactly(
            new Outcome.Unknown("stream-closed"),
            new Outcome.Unknown("stream-closed"),
            new Outcome.Retryable("not-processed"));
    assertThat(send(HELLO, ApnsAnswer.accept())).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void goAwayWithoutAReplyLeavesUnknownWhatWasLookedAt() {
    apns.answer(push -> ApnsAnswer.goAwayUnanswered());
    assertThat(send(HELLO)).isEqualTo(new Outcome.Unknown("stream-closed"));
    assertThat(send(HELLO, ApnsAnswer.accept())).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void goAwayUnderLoadLosesNothingAndRepeatsOnlyTheUnanswered() {
    AtomicInteger seen = new AtomicInteger();
    Map<String, Integer> taken = new ConcurrentHashMap<>();
    apns.answer(
        push -> {
          if (seen.incrementAndGet() % 50 == 0) {
            return ApnsAnswer.goAway();
          }
          taken.merge(push.apnsId(), 1, Integer::sum);
          return ApnsAnswer.accept();
        });
    Set<UUID> ids =
        IntStream.range(0, 500).mapToObj(i -> UUID.randomUUID()).collect(Collectors.toSet());
    Map<UUID, Integer> unknown = new HashMap<>();
    Set<UUID> open = ids;
    for (int round = 0; !open.isEmpty() && round < 100; round++) {
      Map<UUID, Outcome> outcomes = sendAll(open);
      outcomes.values().removeIf(Outcome.Accepted.class::isInstance);
      outcomes.forEach(
          (id, outcome) ->
              unknown.merge(id, outcome instanceof Outcome.Unknown ? 1 : 0, Integer::sum));
      open = outcomes.keySet();
    }
    assertThat(open).isEmpty();
    assertThat(taken.keySet())
        .isEqualTo(ids.stream().map(UUID::toString).collect(Collectors.toSet()));
    // Taken twice is only what was reported as possibly taken: a push that is called retryable
    // was not.
    for (UUID id : ids) {
      assertThat(taken.get(id.toString())).isBetween(1, 1 + unknown.getOrDefault(id, 0));
    }
  }

  @Test
  void whatWaitedForAStreamIsRetryableWhenTheConnectionEnds() {
    reconnect(Keys.provider(apns).maxInFlight(2_000));
    apns.answer(push -> ApnsAnswer.hang());
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < 1_600; i++) {
      sends.add(start(HELLO));
    }
    Await.until("all 1,500 streams to be taken", () -> apns.attempts() == 1_500);
    apns.close();
    Map<Outcome, Long> outcomes =
        sends.stream()
            .map(CompletableFuture::join)
            .collect(Collectors.groupingBy(o -> o, Collectors.counting()));
    assertThat(outcomes)
        .containsOnly(
            Map.entry(new Outcome.Unknown("stream-closed"), 1_500L),
            Map.entry(new Outcome.Retryable("connection-failed"), 100L));
  }

  // ---- limits

  @Test
  void silenceIsUnknownAfterTheTimeoutAndFreesItsStream() {
    reconnect(Keys.provider(apns).timeout(Duration.ofMillis(300)).maxInFlight(1));
    apns.answer(push -> ApnsAnswer.hang());
    assertThat(send(HELLO)).isEqualTo(new Outcome.Unknown("timeout"));
    Await.until("the permit to come back", () -> provider.health().inFlight() == 0);
    assertThat(send(HELLO, ApnsAnswer.accept())).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void whatWasGivenUpBeforeItWasWrittenIsNeverWritten() {
    try (FaultyProxy proxy = FaultyProxy.to(apns.host(), apns.port())) {
      proxy.replies(FaultyProxy.Fault.delay(Duration.ofSeconds(4)));
      reconnect(
          Keys.provider(apns).server("localhost", proxy.port()).timeout(Duration.ofSeconds(2)));
      assertThat(send(HELLO)).isEqualTo(new Outcome.Retryable("not-connected"));
      assertThat(provider.health().inFlight()).isEqualTo(1); // pushy has it still
      proxy.heal();
      Await.until("pushy to let go of it", () -> provider.health().inFlight() == 0);
      assertThat(provider.health().connections()).isEqualTo(1);
      assertThat(send(HELLO)).isInstanceOf(Outcome.Accepted.class);
      assertThat(apns.attempts()).isEqualTo(1);
    }
  }

  @Test
  void moreThanAllowedInFlightIsThrottledNotQueued() {
    reconnect(Keys.provider(apns).maxInFlight(2));
    apns.answer(push -> ApnsAnswer.hang());
    List<CompletableFuture<Outcome>> held = List.of(start(HELLO), start(HELLO));
    assertThat(send(HELLO))
        .isEqualTo(new Outcome.Throttled("in-flight-limit", null, Outcome.Scope.PROVIDER));
    Await.until("both to arrive", () -> apns.attempts() == 2);
    apns.release();
    held.forEach(s -> assertThat(s.join()).isInstanceOf(Outcome.Accepted.class));
  }

  @Test
  void sameDeliveryIsNotInFlightTwice() {
    apns.answer(push -> ApnsAnswer.hang());
    SendRequest request = request(UUID.randomUUID(), device(), HELLO);
    CompletableFuture<Outcome> first = provider.send(request).toCompletableFuture();
    assertThat(send(request)).isEqualTo(new Outcome.Retryable("already-in-flight"));
    Await.until("the first to arrive", () -> apns.attempts() == 1);
    apns.release();
    assertThat(first.join()).isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void connectionsAreOpenedUpToTheirNumber() {
    reconnect(Keys.provider(apns).connections(3));
    for (int i = 0; i < 10; i++) {
      send(HELLO);
    }
    assertThat(apns.connections()).isEqualTo(3);
    assertThat(provider.health().connections()).isEqualTo(3);
  }

  @Test
  void everyPushWaitingForAConnectionIsToldWhenThereIsNone() {
    apns.close();
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      sends.add(start(HELLO));
    }
    sends.forEach(s -> assertThat(s.join()).isEqualTo(new Outcome.Retryable("connection-failed")));
    assertThat(provider.health().connectionFailures()).isPositive();
  }

  @Test
  void waitingForAnOutcomeInItsOwnStageDoesNotHoldUpTheConnection() {
    CompletableFuture<Outcome> nested =
        start(HELLO).thenApply(o -> apns.attempts() > 0 ? o : new Outcome.Unknown("no"));
    assertThat(nested.join()).isInstanceOf(Outcome.Accepted.class);
    CompletableFuture<String> thread =
        start(HELLO).thenApply(o -> Thread.currentThread().getName());
    assertThat(thread.join()).doesNotStartWith("notify-apns-1");
  }

  @Test
  void untrustedServerIsNotSpokenTo() {
    reconnect(Keys.provider().server(apns.host(), apns.port()));
    assertThat(send(HELLO)).isEqualTo(new Outcome.Retryable("connection-failed"));
    assertThat(apns.attempts()).isZero();
  }

  // ---- steps

  private static Device device() {
    return Device.ios(TOKEN);
  }

  private static Device sandbox() {
    return Device.builder(Platform.IOS, TOKEN).environment(Environment.SANDBOX).build();
  }

  private static SendRequest request(UUID id, Device device, PushMessage message) {
    return request(id, device, message, Priority.NORMAL, null);
  }

  private static SendRequest request(
      UUID id, Device device, PushMessage message, Priority priority, Instant expiresAt) {
    return new SendRequest(
        id, 1, "", "user-1", null, Target.device(device), message, "orders", priority, expiresAt);
  }

  private CompletableFuture<Outcome> start(PushMessage message) {
    return provider.send(request(UUID.randomUUID(), device(), message)).toCompletableFuture();
  }

  private Outcome send(PushMessage message) {
    return start(message).orTimeout(30, TimeUnit.SECONDS).join();
  }

  private Outcome send(PushMessage message, ApnsAnswer answer) {
    apns.answer(push -> answer);
    return send(message);
  }

  private Outcome send(SendRequest request) {
    return provider.send(request).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Sends one after the other has arrived, without waiting for answers. */
  private List<Outcome> sendInOrder(int count) {
    int before = apns.attempts();
    List<CompletableFuture<Outcome>> sends = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      int arrived = before + i;
      sends.add(start(HELLO));
      Await.until("push " + i + " to arrive", () -> apns.attempts() >= arrived);
    }
    return sends.stream().map(CompletableFuture::join).toList();
  }

  private Map<UUID, Outcome> sendAll(Set<UUID> ids) {
    Map<UUID, CompletableFuture<Outcome>> sends =
        ids.stream()
            .collect(
                Collectors.toMap(
                    id -> id,
                    id -> provider.send(request(id, device(), HELLO)).toCompletableFuture()));
    return sends.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().join()));
  }

  private ReceivedPush only() {
    assertThat(apns.pushes()).hasSize(1);
    return apns.pushes().get(0);
  }
}
