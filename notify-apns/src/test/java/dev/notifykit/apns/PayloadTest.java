package dev.notifykit.apns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.ApnsOptions.CriticalSound;
import dev.notifykit.message.ApnsOptions.InterruptionLevel;
import dev.notifykit.message.ApnsOptions.PushType;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushMessage;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PayloadTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  record Golden(String file, PushType type, PushMessage message) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Golden> everyPushType() {
    return Stream.of(
        new Golden("alert", PushType.ALERT, alert()),
        new Golden("alert-localized", PushType.ALERT, localized()),
        new Golden("alert-critical", PushType.ALERT, critical()),
        new Golden("safari", PushType.ALERT, safari()),
        new Golden(
            "background", PushType.BACKGROUND, PushMessage.builder().data("sync", "all").build()),
        new Golden("voip", PushType.VOIP, call()),
        new Golden("complication", PushType.COMPLICATION, typed(PushType.COMPLICATION).build()),
        new Golden("location", PushType.LOCATION, typed(PushType.LOCATION).build()),
        new Golden("push-to-talk", PushType.PUSH_TO_TALK, pushToTalk()),
        new Golden("file-provider", PushType.FILE_PROVIDER, fileProvider()),
        new Golden("live-activity-start", PushType.LIVE_ACTIVITY, start()),
        new Golden("live-activity-start-token", PushType.LIVE_ACTIVITY, startWithToken()),
        new Golden("live-activity-start-channel", PushType.LIVE_ACTIVITY, startOnChannel()),
        new Golden("live-activity-update", PushType.LIVE_ACTIVITY, update()),
        new Golden("live-activity-end", PushType.LIVE_ACTIVITY, end()),
        new Golden(
            "live-activity-end-unchanged",
            PushType.LIVE_ACTIVITY,
            live(LiveActivity.end().withDismissAt(NOW)).build()));
  }

  private static PushMessage alert() {
    return PushMessage.builder()
        .title("Your order has shipped")
        .subtitle("Order A-1001")
        .body("It arrives on Tuesday – 화요일 🚚")
        .badge(3)
        .sound("default")
        .image("https://example.com/a.png")
        .link("https://example.com/orders/A-1001")
        .category("ORDER")
        .data("orderNo", "A-1001")
        .apns(
            ApnsOptions.builder()
                .threadId("order-A-1001")
                .interruptionLevel(InterruptionLevel.TIME_SENSITIVE)
                .relevanceScore(0.75)
                .contentAvailable(true)
                .targetContentId("orders")
                .filterCriteria("work")
                .launchImage("Launch")
                .custom("lines", List.of(Map.of("sku", "X1", "count", 2)))
                .build())
        .build();
  }

  private static PushMessage localized() {
    return PushMessage.builder()
        .title("Shipped")
        .titleKey(LocalizedText.of("SHIPPED"))
        .subtitleKey(LocalizedText.of("ORDER", "A-1001"))
        .bodyKey(LocalizedText.of("ARRIVES", "Tuesday", "noon"))
        .build();
  }

  private static PushMessage critical() {
    return PushMessage.builder()
        .body("Water in the cellar")
        .sound("default")
        .apns(
            ApnsOptions.builder()
                .criticalSound(new CriticalSound("alarm.caf", 0.8))
                .interruptionLevel(InterruptionLevel.CRITICAL)
                .build())
        .build();
  }

  private static PushMessage safari() {
    return PushMessage.builder()
        .title("Flight A998 now boarding")
        .body("Boarding has begun")
        .apns(
            ApnsOptions.builder()
                .action("View")
                .urlArguments("boarding")
                .urlArguments("A998")
                .build())
        .build();
  }

  private static PushMessage.Builder typed(PushType type) {
    return PushMessage.builder().apns(ApnsOptions.builder().pushType(type).build());
  }

  private static PushMessage call() {
    return typed(PushType.VOIP).data("caller", "Ann").data("call", "c-1").build();
  }

  private static PushMessage pushToTalk() {
    return typed(PushType.PUSH_TO_TALK).data("activeSpeaker", "Ann").build();
  }

  private static PushMessage fileProvider() {
    return typed(PushType.FILE_PROVIDER)
        .data("container-identifier", "NSFileProviderWorkingSetContainerItemIdentifier")
        .data("domain", "files")
        .build();
  }

  private static final LiveActivity START =
      LiveActivity.start("DeliveryAttributes", Map.of("orderNo", "A-1001"), Map.of("stops", 5));

  private static PushMessage startWithToken() {
    return live(START.withInputPushToken()).title("On its way").body("5 stops to go").build();
  }

  private static PushMessage startOnChannel() {
    return live(START.withInputPushChannel("dHN0LXNyY2gtY2hubA==")).title("On its way").build();
  }

  private static PushMessage start() {
    return live(START.withStaleAt(NOW.plusSeconds(600)))
        .title("On its way")
        .bodyKey(LocalizedText.of("STOPS", "5"))
        .sound("default")
        .build();
  }

  private static PushMessage update() {
    return live(LiveActivity.update(Map.of("stops", 2))
            .withTimestamp(Instant.ofEpochSecond(1_700_000)))
        .build();
  }

  private static PushMessage end() {
    return live(LiveActivity.end(Map.of("stops", 0)).withDismissAt(NOW.plusSeconds(60))).build();
  }

  private static PushMessage.Builder live(LiveActivity activity) {
    return PushMessage.builder().apns(ApnsOptions.builder().liveActivity(activity).build());
  }

  @ParameterizedTest
  @MethodSource("everyPushType")
  void payloadIsAsWrittenDown(Golden golden) throws Exception {
    Payload payload = Payload.of(golden.message(), NOW);
    assertThat(payload.refusal()).isNull();
    assertThat(payload.type()).isEqualTo(golden.type());
    try (InputStream in = getClass().getResourceAsStream("/golden/" + golden.file() + ".json")) {
      assertThat(JSON.readTree(payload.json())).isEqualTo(JSON.readTree(in));
    }
  }

  @Test
  void everyPushTypeHasAGoldenFile() {
    assertThat(everyPushType().map(Golden::type).distinct()).contains(PushType.values());
  }

  @Test
  void payloadOfExactlyTheLimitIsTaken() {
    int empty = Payload.of(body(""), NOW).json().length();
    assertThat(Payload.of(body("a".repeat(4096 - empty)), NOW).refusal()).isNull();
    assertThat(Payload.of(body("a".repeat(4097 - empty)), NOW).refusal())
        .isEqualTo("payload-too-large: 4097 > 4096");
  }

  @Test
  void sizeIsCountedInBytesNotCharacters() {
    String refusal = Payload.of(body("화".repeat(1400)), NOW).refusal();
    assertThat(refusal).isEqualTo("payload-too-large: 4229 > 4096");
  }

  @Test
  void callsMayBeLarger() {
    PushMessage call = typed(PushType.VOIP).data("a", "x".repeat(5000)).build();
    assertThat(Payload.of(call, NOW).refusal()).isNull();
    PushMessage larger = typed(PushType.VOIP).data("a", "x".repeat(5120)).build();
    assertThat(Payload.of(larger, NOW).refusal()).endsWith(" > 5120");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "화", "🚚", "\"", "\n", "\u0001", "a🚚\"é"})
  void bodyIsShortenedAtACodePointToJustFit(String unit) throws Exception {
    PushMessage message =
        body(unit.repeat(5000)).toBuilder().title("Title").overflow(Overflow.SHORTEN).build();
    String json = Payload.of(message, NOW).json();
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    assertThat(bytes).isBetween(4096 - 8, 4096);
    String body = JSON.readTree(json).at("/aps/alert/body").asText();
    assertThat(body).endsWith("…");
    assertThat(unit.repeat(5000)).startsWith(body.substring(0, body.length() - 1));
    assertThat(body.codePoints()).noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  @Test
  void nothingIsShortenedWhenTheBodyIsNotWhatIsTooLarge() {
    PushMessage message =
        body("short").toBuilder().data("blob", "x".repeat(5000)).overflow(Overflow.SHORTEN).build();
    assertThat(Payload.of(message, NOW).refusal()).startsWith("payload-too-large: ");
  }

  @Test
  void backgroundPushWithSomethingToShowIsRefused() {
    PushMessage message = typed(PushType.BACKGROUND).title("t").build();
    assertThat(Payload.of(message, NOW).refusal()).isEqualTo("background-push-with-alert");
  }

  @Test
  void aLiveActivityThatStartsWithoutAnAlertIsRefused() {
    String code = "live-activity-start-without-alert";
    PushMessage silent = live(START).sound("default").build();
    assertThat(Payload.of(silent, NOW).refusal()).isEqualTo(code);
    assertThat(objection(silent)).isEqualTo(code);
    assertThat(objection(live(START).bodyKey(LocalizedText.of("K")).build())).isNull();
    assertThat(objection(live(LiveActivity.update(Map.of())).build())).isNull();
  }

  @Test
  void whereUpdatesComeFromIsSaidAtTheStartOnly() {
    for (LiveActivity activity : List.of(LiveActivity.update(Map.of()), LiveActivity.end())) {
      assertThatThrownBy(activity::withInputPushToken)
          .isInstanceOf(InvalidNotificationException.class)
          .hasMessage("liveActivity.input is for a start only");
      assertThatThrownBy(() -> activity.withInputPushChannel("c"))
          .isInstanceOf(InvalidNotificationException.class);
    }
    assertThatThrownBy(() -> START.withInputPushChannel(" "))
        .isInstanceOf(InvalidNotificationException.class);
  }

  @Test
  void longCollapseKeyIsRefusedWithBothNumbers() {
    PushMessage message = body("b").toBuilder().collapseKey("é".repeat(33)).build();
    assertThat(Payload.of(message, NOW).refusal()).isEqualTo("collapse-key-too-long: 66 > 64");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"주문-1", "é", "a\nb", "a\r\napns-topic: b", "a\u0000", "a\u007f", " a", ""})
  void collapseKeyThatNoHeaderCanCarryIsRefused(String key) {
    PushMessage message = body("b").toBuilder().collapseKey(key).build();
    assertThat(Payload.of(message, NOW).refusal()).isEqualTo("malformed-collapse-key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"com.example.å", "com.example\n", "com.example shop", ""})
  void topicThatNoHeaderCanCarryIsRefused(String topic) {
    ApnsOptions options = ApnsOptions.builder().topic(topic).build();
    PushMessage message = body("b").toBuilder().apns(options).build();
    assertThat(Payload.of(message, NOW).refusal()).isEqualTo("malformed-apns-topic");
  }

  @Test
  void dataCannotTakeApplesName() {
    PushMessage message = body("b").toBuilder().data("aps", "x").build();
    assertThat(Payload.of(message, NOW).refusal()).isEqualTo("data-named-aps");
  }

  @Test
  void halfASurrogatePairIsRefused() {
    assertThat(Payload.of(body("x\ud800"), NOW).refusal()).isEqualTo("malformed-text");
    assertThat(Payload.of(body("b").toBuilder().data("k", "\udc00").build(), NOW).refusal())
        .isEqualTo("malformed-text");
    PushMessage key = body("b").toBuilder().titleKey(LocalizedText.of("K", "\ud800")).build();
    assertThat(Payload.of(key, NOW).refusal()).isEqualTo("malformed-text");
  }

  @Test
  void aNameBesideApsIsWrittenOnceWithItsMostSpecificValue() {
    PushMessage message =
        PushMessage.builder()
            .body("b")
            .image("https://example.com/common.png")
            .link("https://example.com/common")
            .data("link", "data")
            .data("image", "data")
            .apns(ApnsOptions.builder().custom("image", "custom").build())
            .build();
    assertThat(Payload.of(message, NOW).json())
        .endsWith(",\"link\":\"data\",\"image\":\"custom\"}")
        .doesNotContain("common");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "é", "화", "🚚", "\"", "\n", "\u0001", "<", "a🚚\"é", "\ud800"})
  void objectionIsThePayloadsWithOrWithoutWritingOne(String unit) {
    for (int i = 0; i < 4200; i += 29) {
      for (PushMessage message : withTextEverywhere(unit.repeat(i))) {
        assertThat(objection(message)).isEqualTo(Payload.of(message, NOW).refusal());
      }
    }
  }

  private static List<PushMessage> withTextEverywhere(String text) {
    ApnsOptions.Builder options =
        ApnsOptions.builder()
            .interruptionLevel(InterruptionLevel.TIME_SENSITIVE)
            .relevanceScore(0.1234567890123456)
            .contentAvailable(true)
            .mutableContent(true);
    PushMessage full =
        body("b").toBuilder().title("t").subtitle("s").sound("x").badge(-1234567890).build();
    return List.of(
        body(text),
        full.toBuilder().title(text).category(text).build(),
        full.toBuilder().subtitle(text).image(text).link(text).build(),
        full.toBuilder().data("a", text).data("b", text).apns(options.build()).build(),
        full.toBuilder().apns(options.threadId(text).launchImage(text).build()).build(),
        full.toBuilder().apns(options.filterCriteria(text).action(text).build()).build(),
        full.toBuilder().apns(options.targetContentId(text).build()).sound(text).build(),
        full.toBuilder().apns(options.custom("c", text).build()).build(),
        full.toBuilder().titleKey(LocalizedText.of("K", text)).build(),
        typed(PushType.VOIP).data("d", text).build(),
        typed(PushType.BACKGROUND).body(text).build());
  }

  /** Each character takes as many bytes as any can, so nothing is left of the estimate. */
  @Test
  void objectionIsExactAtTheLimit() {
    int empty = Payload.of(body(""), NOW).json().length();
    String rest = "a".repeat((4096 - empty) % 6);
    String most = "\u0001".repeat((4096 - empty) / 6) + rest;
    assertThat(objection(body(most))).isNull();
    assertThat(Payload.of(body(most), NOW).json()).hasSize(4096);
    assertThat(objection(body(most + "a"))).isEqualTo("payload-too-large: 4097 > 4096");
    for (int i = 200; i < 700; i++) {
      for (PushMessage message : withTextEverywhere("\u0001".repeat(i))) {
        assertThat(objection(message)).isEqualTo(Payload.of(message, NOW).refusal());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 50, 250, 500})
  void entriesOfDataTakeMoreThanTheirCharacters(int entries) {
    PushMessage.Builder message = PushMessage.builder();
    for (int i = 0; i < entries; i++) {
      message.data(String.valueOf(i), "");
    }
    assertThat(objection(message.build())).isEqualTo(Payload.of(message.build(), NOW).refusal());
  }

  private static @Nullable String objection(PushMessage message) {
    return Payload.objection(message, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static PushMessage body(String body) {
    return PushMessage.builder().body(body).build();
  }
}
