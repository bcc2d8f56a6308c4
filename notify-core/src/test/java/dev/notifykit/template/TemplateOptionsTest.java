package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.TemplateException;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Message;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushAction;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.message.WebpushOptions;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a template's push.json and sms.json may say besides texts. */
class TemplateOptionsTest {
  private static Message render(Channel channel, Map<String, String> files) {
    return new Templates(List.of(TemplateSource.of(files)))
        .preview("t", null, Map.of("name", "A\"b", "level", "time-sensitive", "stops", 2))
        .get(channel);
  }

  private static Message push(String json) {
    return render(Channel.PUSH, Map.of("t/push.json", json));
  }

  @Test
  void aPushMayUseEveryOption() {
    Message rendered =
        push(
            """
            {"title": "T", "body": "B", "timeToLive": "PT2H", "overflow": "shorten",
             "titleKey": "T_KEY",
             "subtitleKey": {"key": "S_KEY"},
             "bodyKey": {"key": "B_KEY", "args": ["{{name}}", "", 7]},
             "actions": [{"id": "open", "title": "Open"},
                         {"id": "later", "title": "Later", "icon": "https://shop.example/l.png"}],
             "apns": {"interruptionLevel": "{{level}}", "threadId": "orders", "relevanceScore": 0.5,
                      "mutableContent": true, "pushType": "alert", "urgency": "conserve-power",
                      "criticalSound": {"name": "alarm", "volume": 0.25},
                      "urlArguments": ["a", "b"], "custom": {"n": {"deep": [1, true, "x"]}}},
             "fcm": {"kind": "notification", "dryRun": true, "apnsHeaders": {"apns-priority": 5},
                     "apnsPayload": {"aps": {"alert": "x"}}, "apnsImage": "https://shop.example/a",
                     "apnsAnalyticsLabel": "apple", "liveActivityToken": "token",
                     "android": {"urgency": "high", "channelId": "orders", "sticky": true,
                                 "importance": "low", "visibility": "secret",
                                 "proxy": "if-priority-lowered", "restrictedSatelliteOk": true,
                                 "bandwidthConstrainedOk": true,
                                 "vibrateTimings": ["PT0.1S", 1], "notificationCount": 3,
                                 "light": {"color": "#ff0000", "on": 1, "off": "PT0.5S"},
                                 "title": "AT", "body": "AB", "sound": "ding",
                                 "image": "https://shop.example/b", "analyticsLabel": "android",
                                 "eventTime": "2026-11-21T09:00:00Z", "data": {"k": "v"}},
                     "webpush": {"title": "WT", "body": "WB", "image": "https://shop.example/c",
                                 "link": "https://shop.example/", "direction": "right-to-left", "vibrate": [1],
                                 "headers": {"Urgency": "high"}, "custom": {"x": 1}}}}
            """);
    PushMessage expected =
        PushMessage.builder()
            .title("T")
            .body("B")
            .timeToLive(Duration.ofHours(2))
            .overflow(Overflow.SHORTEN)
            .titleKey(LocalizedText.of("T_KEY"))
            .subtitleKey(LocalizedText.of("S_KEY"))
            .bodyKey(LocalizedText.of("B_KEY", "A\"b", "", "7"))
            .action(new PushAction("open", "Open", null))
            .action(new PushAction("later", "Later", "https://shop.example/l.png"))
            .apns(
                ApnsOptions.builder()
                    .interruptionLevel(ApnsOptions.InterruptionLevel.TIME_SENSITIVE)
                    .threadId("orders")
                    .relevanceScore(0.5)
                    .mutableContent(true)
                    .pushType(ApnsOptions.PushType.ALERT)
                    .urgency(ApnsOptions.Urgency.CONSERVE_POWER)
                    .criticalSound(new ApnsOptions.CriticalSound("alarm", 0.25))
                    .urlArguments("a")
                    .urlArguments("b")
                    .custom("n", Map.of("deep", List.of(1, true, "x")))
                    .build())
            .fcm(
                FcmOptions.builder()
                    .kind(FcmOptions.Kind.NOTIFICATION)
                    .dryRun(true)
                    .apnsHeaders("apns-priority", "5")
                    .apnsPayload("aps", Map.of("alert", "x"))
                    .apnsImage("https://shop.example/a")
                    .apnsAnalyticsLabel("apple")
                    .liveActivityToken("token")
                    .android(
                        AndroidOptions.builder()
                            .urgency(AndroidOptions.Urgency.HIGH)
                            .channelId("orders")
                            .sticky(true)
                            .importance(AndroidOptions.Importance.LOW)
                            .visibility(AndroidOptions.Visibility.SECRET)
                            .proxy(AndroidOptions.Proxy.IF_PRIORITY_LOWERED)
                            .restrictedSatelliteOk(true)
                            .bandwidthConstrainedOk(true)
                            .vibrateTimings(Duration.ofMillis(100))
                            .vibrateTimings(Duration.ofSeconds(1))
                            .notificationCount(3)
                            .light(
                                new AndroidOptions.Light(
                                    "#ff0000", Duration.ofSeconds(1), Duration.ofMillis(500)))
                            .title("AT")
                            .body("AB")
                            .sound("ding")
                            .image("https://shop.example/b")
                            .analyticsLabel("android")
                            .eventTime(Instant.parse("2026-11-21T09:00:00Z"))
                            .data("k", "v")
                            .build())
                    .webpush(
                        WebpushOptions.builder()
                            .title("WT")
                            .body("WB")
                            .image("https://shop.example/c")
                            .link("https://shop.example/")
                            .direction(WebpushOptions.Direction.RIGHT_TO_LEFT)
                            .vibrate(Duration.ofSeconds(1))
                            .headers("Urgency", "high")
                            .custom("x", 1)
                            .build())
                    .build())
            .build();
    assertThat(rendered).isEqualTo(expected);
  }

  private static LiveActivity liveActivity(String json) {
    PushMessage push = (PushMessage) push("{\"apns\": {\"liveActivity\": " + json + "}}");
    return push.apns().orElseThrow().liveActivity();
  }

  @Test
  void aLiveActivityIsStartedUpdatedAndEnded() {
    Instant noon = Instant.parse("2026-11-21T12:00:00Z");
    assertThat(
            liveActivity(
                """
                {"event": "start", "attributesType": "Delivery", "attributes": {"order": "{{name}}"},
                 "contentState": {"stops": [{"at": 1}], "late": false},
                 "staleAt": "2026-11-21T12:00:00Z"}
                """))
        .isEqualTo(
            LiveActivity.start(
                    "Delivery",
                    Map.of("order", "A\"b"),
                    Map.of("stops", List.of(Map.of("at", 1)), "late", false))
                .withStaleAt(noon));
    assertThat(
            liveActivity(
                """
                {"event": "update", "contentState": {"stops": {{stops}}}, "timestamp": "2026-11-21T12:00:00Z"}
                """))
        .isEqualTo(LiveActivity.update(Map.of("stops", 2)).withTimestamp(noon));
    assertThat(
            liveActivity(
                """
                {"event": "end", "contentState": {}, "dismissAt": "2026-11-21T12:00:00Z"}
                """))
        .isEqualTo(LiveActivity.end(Map.of()).withDismissAt(noon));
  }

  @Test
  void aLiveActivityIsToldWhereItsUpdatesComeFrom() {
    LiveActivity start = LiveActivity.start("Delivery", Map.of(), Map.of());
    String json = "{\"event\": \"start\", \"attributesType\": \"Delivery\", ";
    assertThat(liveActivity(json + "\"inputPushToken\": true}"))
        .isEqualTo(start.withInputPushToken());
    assertThat(liveActivity(json + "\"inputPushChannel\": \"c\"}"))
        .isEqualTo(start.withInputPushChannel("c"));
    assertThat(liveActivity(json + "\"inputPushToken\": false}")).isEqualTo(start);
  }

  @Test
  void noOptionIsOutOfReach() {
    assertThat(PushJson.APNS.keySet()).isEqualTo(components(ApnsOptions.class));
    assertThat(PushJson.FCM.keySet()).isEqualTo(components(FcmOptions.class));
    assertThat(PushJson.ANDROID.keySet()).isEqualTo(components(AndroidOptions.class));
    assertThat(PushJson.WEBPUSH.keySet()).isEqualTo(components(WebpushOptions.class));
    // The channel is not an option, and the parts of a message are all methods without arguments.
    assertThat(PushJson.FIELDS.keySet()).isEqualTo(parts(PushMessage.class));
  }

  private static Set<String> components(Class<?> record) {
    return Arrays.stream(record.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toSet());
  }

  private static Set<String> parts(Class<?> type) {
    Set<String> others =
        Set.of("channel", "toBuilder", "builder", "hashCode", "toString", "getClass");
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getParameterCount() == 0)
        .map(Method::getName)
        .filter(name -> !others.contains(name))
        .collect(Collectors.toSet());
  }

  @Test
  void aTextMessageMayBeHeldToSegments() {
    Message rendered =
        render(
            Channel.SMS,
            Map.of(
                "t/sms.txt",
                "Hello {{name}}",
                "t/sms.json",
                "{\"maxSegments\": 2, \"overflow\": \"shorten\", \"transliterated\": true,"
                    + " \"sender\": \"Shop\", \"mediaUrls\": [\"https://shop.example/a.png\"]}"));
    assertThat(rendered)
        .isEqualTo(
            SmsMessage.builder()
                .text("Hello A\"b")
                .maxSegments(2)
                .overflow(SmsMessage.Overflow.SHORTEN)
                .transliterated(true)
                .sender("Shop")
                .mediaUrl("https://shop.example/a.png")
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"colour\": 1} | unknown field 'colour'; known are [actions",
        "{\"apns\": {\"thread\": \"x\"}} | apns has the unknown field 'thread'; known are [action",
        "{\"fcm\": {\"android\": {\"chanel\": 1}}} | fcm android has the unknown field 'chanel'",
        "{\"fcm\": {\"webpush\": 7}} | fcm webpush is no object",
        "{\"bodyKey\": {\"key\": \"K\", \"arguments\": []}} | bodyKey has the unknown field 'arguments'",
        "{\"bodyKey\": {\"key\": \"K\", \"args\": [[]]}} | args has an element that is neither",
        "{\"titleKey\": {\"args\": []}} | titleKey is refused: localization.key",
        "{\"actions\": {}} | actions is no list",
        "{\"actions\": [{\"title\": \"x\"}]} | element that is refused: action.id",
        "{\"timeToLive\": \"soon\"} | timeToLive is neither a number of seconds nor",
        "{\"timeToLive\": -1} | timeToLive is neither",
        "{\"overflow\": \"cut\"} | overflow is none of [refuse, shorten]",
        "{\"apns\": {\"mutableContent\": \"yes\"}} | apns mutableContent is neither true nor false",
        "{\"apns\": {\"relevanceScore\": 7}} | apns is refused: ",
        "{\"apns\": {\"custom\": {\"aps\": 1}}} | apns is refused: custom names aps",
        "{\"apns\": {\"criticalSound\": {\"volume\": 2}}} | criticalSound is refused",
        "{\"fcm\": {\"android\": {\"eventTime\": 5}}} | eventTime is no instant",
        "{\"fcm\": {\"android\": {\"light\": {\"color\": \"red\"}}}} | android light is refused",
        "{\"apns\": {\"liveActivity\": {}}} | apns liveActivity is refused: liveActivity.event",
        "{\"apns\": {\"liveActivity\": {\"event\": \"stop\"}}} | event is none of [start, update, end]",
        "{\"apns\": {\"liveActivity\": {\"event\": \"start\"}}} | liveActivity.attributesType",
        "{\"apns\": {\"liveActivity\": {\"event\": \"end\", \"inputPushToken\": true}}} |"
            + " liveActivity.input is for a start only",
        "{\"apns\": {\"liveActivity\": {\"event\": \"start\", \"attributesType\": \"D\","
            + " \"inputPushToken\": true, \"inputPushChannel\": \"c\"}}} |"
            + " liveActivity.inputPushToken contradicts inputPushChannel",
        "{\"fcm\": {\"webpush\": {\"link\": \"http://a\"}}} | webpush.link is no https address",
      })
  void refusesByFileAndField(String json, String problem) {
    assertThatThrownBy(() -> push(json))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("template 't', channel PUSH, locale default, push.json")
        .hasMessageContaining(problem);
  }

  @Test
  void refusesAnUnknownFieldOfSmsJsonAndAnSmsJsonAlone() {
    assertThatThrownBy(
            () -> render(Channel.SMS, Map.of("t/sms.txt", "x", "t/sms.json", "{\"segments\": 2}")))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("sms.json: unknown field 'segments'; known are [maxSegments");
    assertThatThrownBy(
            () ->
                render(Channel.SMS, Map.of("t/sms.txt", "x", "t/sms.json", "{\"maxSegments\": 0}")))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("sms.json: maxSegments is 0; it must be 1 to 255");
    assertThatThrownBy(() -> render(Channel.SMS, Map.of("t/sms.json", "{}")))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("there is no sms.txt");
  }

  @Test
  void doesNotTellTheValuesOfWhatItRefuses() {
    assertThatThrownBy(() -> push("{\"apns\": {\"pushType\": \"{{name}}\"}}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageNotContaining("A\"b");
    assertThatThrownBy(() -> push("{\"data\": {\"{{name}}\": {}}}"))
        .isInstanceOf(TemplateException.class)
        .hasMessageNotContaining("A\"b");
  }
}
