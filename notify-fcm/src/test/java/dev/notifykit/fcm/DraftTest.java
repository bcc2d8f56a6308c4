package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.FcmOptions.Kind;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushAction;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.WebpushOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DraftTest {
  private static final UUID ID = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Device ANDROID = Device.android("android-token");
  private static final Device WEB = Device.web("web-token");

  record Golden(String file, Device device, PushMessage push) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Golden> goldens() {
    Device fid = Device.builder(Platform.ANDROID, "fid-1").tokenType(Device.TokenType.FID).build();
    PushMessage data = PushMessage.builder().data("sync", "all").build();
    return Stream.of(
        new Golden("android", ANDROID, shipped()),
        new Golden("android-options", ANDROID, everyAndroidOption()),
        new Golden("android-data", ANDROID, asData()),
        new Golden("web", WEB, shipped()),
        new Golden("web-options", WEB, everyWebpushOption()),
        new Golden("fid-data", fid, data),
        new Golden("topic", Device.topic("news"), shipped()),
        new Golden("condition", Device.condition("'a' in topics && 'b' in topics"), data),
        new Golden("android-own", ANDROID, withOwnTexts(shipped())),
        new Golden("android-own-only", ANDROID, withOwnTexts(PushMessage.builder().build())),
        new Golden("web-own", WEB, withOwnTexts(shipped())),
        new Golden("web-own-only", WEB, withOwnTexts(PushMessage.builder().build())),
        new Golden("apns", ANDROID, withApns()),
        new Golden("apns-live-activity", ANDROID, withLiveActivity()));
  }

  private static PushMessage shipped() {
    return PushMessage.builder()
        .title("Shipped")
        .body("Order A-1001 – 화요일 🚚")
        .image("https://example.com/a.png")
        .link("https://example.com/orders/A-1001")
        .category("OPEN_ORDER")
        .badge(2)
        .sound("default")
        .data("orderNo", "A-1001")
        .action(new PushAction("track", "Track", null))
        .timeToLive(Duration.ofHours(1))
        .analyticsLabel("orders")
        .build();
  }

  private static PushMessage everyAndroidOption() {
    AndroidOptions android =
        AndroidOptions.builder()
            .urgency(AndroidOptions.Urgency.HIGH)
            .restrictedPackageName("com.example.shop")
            .directBootOk(true)
            .bandwidthConstrainedOk(true)
            .restrictedSatelliteOk(true)
            .data("only", "android")
            .channelId("orders")
            .icon("ic_truck")
            .color("#00ff7F")
            .tag("mine")
            .clickAction("OPEN")
            .ticker("Shipped")
            .sticky(true)
            .eventTime(NOW)
            .localOnly(true)
            .importance(AndroidOptions.Importance.MAX)
            .visibility(AndroidOptions.Visibility.SECRET)
            .proxy(AndroidOptions.Proxy.IF_PRIORITY_LOWERED)
            .defaultSound(true)
            .defaultVibrateTimings(true)
            .vibrateTimings(Duration.ofMillis(100))
            .vibrateTimings(Duration.ofMillis(1500))
            .defaultLightSettings(true)
            .light(
                new AndroidOptions.Light("#336699", Duration.ofMillis(300), Duration.ofMillis(700)))
            .notificationCount(7)
            .build();
    return PushMessage.builder()
        .titleKey(LocalizedText.of("SHIPPED"))
        .bodyKey(LocalizedText.of("ARRIVES", "Tuesday"))
        .collapseKey("order-A-1001")
        .fcm(FcmOptions.builder().android(android).dryRun(true).build())
        .build();
  }

  private static PushMessage asData() {
    return shipped().toBuilder().fcm(FcmOptions.builder().kind(Kind.DATA).build()).build();
  }

  private static PushMessage everyWebpushOption() {
    WebpushOptions web =
        WebpushOptions.builder()
            .headers("Urgency", "very-low")
            .data("only", "web")
            .icon("https://example.com/i.png")
            .badgeIcon("https://example.com/b.png")
            .direction(WebpushOptions.Direction.RIGHT_TO_LEFT)
            .language("ar")
            .tag("mine")
            .renotify(true)
            .requireInteraction(true)
            .silent(true)
            .timestamp(NOW)
            .vibrate(Duration.ofMillis(200))
            .custom("extra", Map.of("a", List.of(1, 2)))
            .build();
    return PushMessage.builder()
        .title("Shipped")
        .collapseKey("order-A-1001")
        .fcm(FcmOptions.builder().webpush(web).build())
        .build();
  }

  private static PushMessage withOwnTexts(PushMessage common) {
    AndroidOptions android =
        AndroidOptions.builder()
            .analyticsLabel("orders-android")
            .title("Shipped (Android)")
            .body("Swipe for more")
            .image("https://example.com/android.png")
            .sound("truck")
            .build();
    WebpushOptions web =
        WebpushOptions.builder()
            .title("Shipped (web)")
            .body("Click for more")
            .image("https://example.com/web.png")
            .link("https://example.com/web")
            .build();
    return common.toBuilder()
        .fcm(FcmOptions.builder().android(android).webpush(web).build())
        .build();
  }

  private static PushMessage withLiveActivity() {
    return PushMessage.builder()
        .fcm(
            FcmOptions.builder()
                .apnsHeaders("apns-priority", "10")
                .apnsPayload("aps", Map.of("event", "update", "content-state", Map.of("stops", 2)))
                .apnsImage("https://example.com/apple.png")
                .apnsAnalyticsLabel("orders-apple")
                .liveActivityToken("80b356f4")
                .build())
        .build();
  }

  private static PushMessage withApns() {
    return PushMessage.builder()
        .title("Shipped")
        .fcm(
            FcmOptions.builder()
                .apnsHeaders("apns-priority", "5")
                .apnsPayload("aps", Map.of("category", "ORDER", "mutable-content", 1))
                .apnsPayload("extra", "x")
                .build())
        .build();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void messageIsAsWrittenDown(Golden golden) throws IOException {
    Draft.Result draft = draft(golden.device(), golden.push());
    assertThat(draft.refusal()).isNull();
    try (InputStream in = getClass().getResourceAsStream("/golden/" + golden.file() + ".json")) {
      assertThat(message(draft)).isEqualTo(JSON.readTree(in));
    }
  }

  @Test
  void dryRunIsAskedFor() {
    assertThat(request(draft(ANDROID, everyAndroidOption()))).endsWith(",\"validate_only\":true}");
    assertThat(request(draft(ANDROID, shipped()))).doesNotContain("validate_only");
  }

  private static String request(Draft.Result draft) {
    return new String(draft.request(), StandardCharsets.UTF_8);
  }

  private static JsonNode message(Draft.Result draft) throws IOException {
    return JSON.readTree(draft.request()).get("message");
  }

  @Test
  void payloadOfExactlyTheLimitIsTaken() {
    int over = size(draft(ANDROID, body("x".repeat(5000))).refusal()) - 4096;
    assertThat(draft(ANDROID, body("x".repeat(5000 - over))).refusal()).isNull();
    assertThat(draft(ANDROID, body("x".repeat(5001 - over))).refusal())
        .isEqualTo("payload-too-large: 4097 > 4096");
  }

  @Test
  void targetDoesNotCountForTheSize() {
    String refusal = draft(ANDROID, body("x".repeat(5000))).refusal();
    assertThat(draft(Device.android("t".repeat(500)), body("x".repeat(5000))).refusal())
        .isEqualTo(refusal);
  }

  private static int size(String refusal) {
    return Integer.parseInt(refusal.split(" ", -1)[1]);
  }

  @Test
  void broadcastsAreSmaller() {
    assertThat(draft(Device.topic("news"), body("x".repeat(2048))).refusal()).endsWith(" > 2048");
    assertThat(draft(ANDROID, body("x".repeat(2048))).refusal()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "화", "🚚", "\"", "\n", "\u0001", "a🚚\"é"})
  void bodyIsShortenedAtACodePointToJustFit(String unit) throws IOException {
    PushMessage push = body(unit.repeat(5000)).toBuilder().overflow(Overflow.SHORTEN).build();
    Draft.Result draft = draft(ANDROID, push);
    assertThat(draft.refusal()).isNull();
    String body = message(draft).at("/notification/body").asText();
    assertThat(body).endsWith("…");
    assertThat(unit.repeat(5000)).startsWith(body.substring(0, body.length() - 1));
    int target = "{\"message\":}\"token\":\"android-token\",".length();
    assertThat(draft.request().length - target).isBetween(4096 - 8, 4096);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "화", "🚚", "\"", "\n", "\u0001", "<", "a🚚\"é", "\ud800"})
  void objectionIsTheDraftsWithOrWithoutMakingOne(String unit) {
    for (Device device :
        List.of(
            ANDROID, Device.web("w"), Device.topic("news"), Device.condition("'a' in topics"))) {
      for (int i = 0; i < 4096; i += 31) {
        String text = unit.repeat(i);
        for (PushMessage push :
            List.of(
                body(text),
                PushMessage.builder().title(text).data("k", text).build(),
                body("b").toBuilder().link("https://example.com/" + i).data("k", text).build())) {
          assertThat(Draft.objection(device, push, NOW)).isEqualTo(draft(device, push).refusal());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 500})
  void entriesOfDataTakeMoreThanTheirCharacters(int entries) {
    PushMessage.Builder push = PushMessage.builder();
    for (int i = 0; i < entries; i++) {
      push.data(String.valueOf(i), "");
    }
    for (Device device : List.of(ANDROID, Device.web("w"), Device.topic("news"))) {
      assertThat(Draft.objection(device, push.build(), NOW))
          .isEqualTo(draft(device, push.build()).refusal());
    }
  }

  @Test
  void earlierOfExpiryAndTimeToLiveEndsIt() {
    PushMessage hour = body("x").toBuilder().timeToLive(Duration.ofHours(1)).build();
    assertThat(ttl(hour, NOW.plusSeconds(60))).isEqualTo("60s");
    assertThat(ttl(hour, NOW.plusSeconds(9999))).isEqualTo("3600s");
    assertThat(ttl(body("x"), NOW.minusSeconds(5))).isEqualTo("0s");
    assertThat(ttl(body("x"), NOW.plus(Duration.ofDays(99)))).isEqualTo("2419200s");
    assertThat(ttl(body("x"), null)).isEmpty();
  }

  private static String ttl(PushMessage push, Instant expiresAt) {
    Draft.Result draft = Draft.of(ID, ANDROID, push, Priority.NORMAL, expiresAt, NOW);
    try {
      return message(draft).at("/android/ttl").asText();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"from", "message_type", "google.a", "gcm.b"})
  void reservedDataNamesAreRefused(String name) {
    assertThat(draft(ANDROID, PushMessage.builder().data(name, "x").build()).refusal())
        .isEqualTo("reserved-data-name");
    PushMessage own = android(AndroidOptions.builder().data(name, "x").build());
    assertThat(draft(ANDROID, own).refusal()).isEqualTo("reserved-data-name");
    assertThat(Draft.objection(ANDROID, own, NOW)).isEqualTo("reserved-data-name");
  }

  @Test
  void whatTheSdkRefusesIsRefusedWithoutItsWords() {
    PushMessage push = body("x").toBuilder().analyticsLabel("not a label!").build();
    assertThat(draft(ANDROID, push).refusal()).isEqualTo("invalid-option");
    assertThat(Draft.objection(ANDROID, push, NOW)).isEqualTo("invalid-option");
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertThat(draft(ANDROID, body("x\ud800")).refusal()).isEqualTo("malformed-text");
    for (AndroidOptions own :
        List.of(
            AndroidOptions.builder().title("\ud800").build(),
            AndroidOptions.builder().data("x", "\ud800").build())) {
      assertThat(draft(ANDROID, android(own)).refusal()).isEqualTo("malformed-text");
    }
  }

  private static PushMessage android(AndroidOptions own) {
    return body("x").toBuilder().fcm(FcmOptions.builder().android(own).build()).build();
  }

  private static PushMessage body(String body) {
    return PushMessage.builder().body(body).build();
  }

  private static Draft.Result draft(Device device, PushMessage push) {
    return Draft.of(ID, device, push, Priority.NORMAL, null, NOW);
  }
}
