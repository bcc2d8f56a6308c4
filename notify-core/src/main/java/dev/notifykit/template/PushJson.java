package dev.notifykit.template;

import static dev.notifykit.template.JsonField.choice;
import static dev.notifykit.template.JsonField.decimal;
import static dev.notifykit.template.JsonField.duration;
import static dev.notifykit.template.JsonField.entries;
import static dev.notifykit.template.JsonField.flag;
import static dev.notifykit.template.JsonField.instant;
import static dev.notifykit.template.JsonField.list;
import static dev.notifykit.template.JsonField.number;
import static dev.notifykit.template.JsonField.object;
import static dev.notifykit.template.JsonField.text;
import static dev.notifykit.template.JsonField.values;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushAction;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.WebpushOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The fields of {@code push.json}. */
final class PushJson {
  static final Map<String, JsonField<ApnsOptions.Builder>> APNS = apns();
  static final Map<String, JsonField<AndroidOptions.Builder>> ANDROID = android();
  static final Map<String, JsonField<WebpushOptions.Builder>> WEBPUSH = webpush();
  static final Map<String, JsonField<FcmOptions.Builder>> FCM = fcm();
  static final Map<String, JsonField<PushMessage.Builder>> FIELDS =
      Map.ofEntries(
          Map.entry("title", text(PushMessage.Builder::title)),
          Map.entry("subtitle", text(PushMessage.Builder::subtitle)),
          Map.entry("body", text(PushMessage.Builder::body)),
          Map.entry("titleKey", localized(PushMessage.Builder::titleKey)),
          Map.entry("subtitleKey", localized(PushMessage.Builder::subtitleKey)),
          Map.entry("bodyKey", localized(PushMessage.Builder::bodyKey)),
          Map.entry("badge", number(PushMessage.Builder::badge)),
          Map.entry("sound", text(PushMessage.Builder::sound)),
          Map.entry("image", text(PushMessage.Builder::image)),
          Map.entry("link", text(PushMessage.Builder::link)),
          Map.entry("category", text(PushMessage.Builder::category)),
          Map.entry("actions", list(action())),
          Map.entry("collapseKey", text(PushMessage.Builder::collapseKey)),
          Map.entry("analyticsLabel", text(PushMessage.Builder::analyticsLabel)),
          Map.entry("timeToLive", duration(PushMessage.Builder::timeToLive)),
          Map.entry("overflow", choice(Overflow.class, PushMessage.Builder::overflow)),
          Map.entry("data", entries(PushMessage.Builder::data)),
          Map.entry(
              "apns", object(APNS, ApnsOptions::builder, (push, apns) -> push.apns(apns.build()))),
          Map.entry("fcm", object(FCM, FcmOptions::builder, (push, fcm) -> push.fcm(fcm.build()))));

  private PushJson() {}

  /** The parts of a record, while they come in. */
  private static final class Parts {
    private String first = "";
    private String second = "";
    private @Nullable String third;
    private double number = 1;
    private final List<String> rest = new ArrayList<>();
  }

  /** A key alone, or with the arguments for its placeholders. */
  private static JsonField<PushMessage.Builder> localized(
      BiConsumer<PushMessage.Builder, LocalizedText> setter) {
    JsonField<PushMessage.Builder> whole =
        object(
            Map.of(
                "key", text((Parts p, String v) -> p.first = v),
                "args", list((Parts p, JsonNode v) -> argument(p, v))),
            Parts::new,
            (push, p) -> setter.accept(push, new LocalizedText(p.first, p.rest)));
    JsonField<PushMessage.Builder> bare =
        text((push, key) -> setter.accept(push, LocalizedText.of(key)));
    return (push, value) -> value.isObject() ? whole.set(push, value) : bare.set(push, value);
  }

  /** An argument may be empty, which other strings are not set by. */
  private static String argument(Parts parts, JsonNode value) {
    if (value.isContainerNode()) {
      return "is neither string, number nor boolean";
    }
    parts.rest.add(value.asText());
    return "";
  }

  private static JsonField<PushMessage.Builder> action() {
    return object(
        Map.of(
            "id", text((Parts p, String v) -> p.first = v),
            "title", text((Parts p, String v) -> p.second = v),
            "icon", text((Parts p, String v) -> p.third = v)),
        Parts::new,
        (push, p) -> push.action(new PushAction(p.first, p.second, p.third)));
  }

  private static Map<String, JsonField<ApnsOptions.Builder>> apns() {
    return Map.ofEntries(
        Map.entry("pushType", choice(ApnsOptions.PushType.class, ApnsOptions.Builder::pushType)),
        Map.entry("topic", text(ApnsOptions.Builder::topic)),
        Map.entry("urgency", choice(ApnsOptions.Urgency.class, ApnsOptions.Builder::urgency)),
        Map.entry("threadId", text(ApnsOptions.Builder::threadId)),
        Map.entry(
            "interruptionLevel",
            choice(ApnsOptions.InterruptionLevel.class, ApnsOptions.Builder::interruptionLevel)),
        Map.entry("relevanceScore", decimal(ApnsOptions.Builder::relevanceScore)),
        Map.entry("mutableContent", flag(ApnsOptions.Builder::mutableContent)),
        Map.entry("contentAvailable", flag(ApnsOptions.Builder::contentAvailable)),
        Map.entry("targetContentId", text(ApnsOptions.Builder::targetContentId)),
        Map.entry("filterCriteria", text(ApnsOptions.Builder::filterCriteria)),
        Map.entry("launchImage", text(ApnsOptions.Builder::launchImage)),
        Map.entry("criticalSound", criticalSound()),
        Map.entry("action", text(ApnsOptions.Builder::action)),
        Map.entry("urlArguments", list(text(ApnsOptions.Builder::urlArguments))),
        Map.entry("liveActivity", liveActivity()),
        Map.entry("custom", values(ApnsOptions.Builder::custom)));
  }

  /** What a Live Activity is made of, while it comes in. */
  private static final class Activity {
    private LiveActivity.@Nullable Event event;
    private final Map<String, Object> contentState = new LinkedHashMap<>();
    private @Nullable String attributesType;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private boolean inputPushToken;
    private @Nullable String inputPushChannel;
    private @Nullable Instant timestamp;
    private @Nullable Instant staleAt;
    private @Nullable Instant dismissAt;

    LiveActivity build() {
      return new LiveActivity(
          Checks.notNull("liveActivity.event", event),
          contentState,
          attributesType,
          attributes,
          input(),
          timestamp,
          staleAt,
          dismissAt);
    }

    private LiveActivity.@Nullable Input input() {
      if (inputPushToken && inputPushChannel != null) {
        throw new InvalidNotificationException(
            "liveActivity.inputPushToken", "contradicts inputPushChannel");
      }
      return inputPushToken || inputPushChannel != null
          ? new LiveActivity.Input(inputPushChannel)
          : null;
    }
  }

  private static JsonField<ApnsOptions.Builder> liveActivity() {
    return object(
        Map.ofEntries(
            Map.entry(
                "event",
                choice(
                    LiveActivity.Event.class, (Activity a, LiveActivity.Event v) -> a.event = v)),
            Map.entry(
                "contentState",
                values((Activity a, String name, Object v) -> a.contentState.put(name, v))),
            Map.entry("attributesType", text((Activity a, String v) -> a.attributesType = v)),
            Map.entry(
                "attributes",
                values((Activity a, String name, Object v) -> a.attributes.put(name, v))),
            Map.entry("inputPushToken", flag((Activity a, Boolean v) -> a.inputPushToken = v)),
            Map.entry("inputPushChannel", text((Activity a, String v) -> a.inputPushChannel = v)),
            Map.entry("timestamp", instant((Activity a, Instant v) -> a.timestamp = v)),
            Map.entry("staleAt", instant((Activity a, Instant v) -> a.staleAt = v)),
            Map.entry("dismissAt", instant((Activity a, Instant v) -> a.dismissAt = v))),
        Activity::new,
        (apns, a) -> apns.liveActivity(a.build()));
  }

  private static JsonField<ApnsOptions.Builder> criticalSound() {
    return object(
        Map.of(
            "name", text((Parts p, String v) -> p.first = v),
            "volume", decimal((Parts p, Double v) -> p.number = v)),
        Parts::new,
        (apns, p) -> apns.criticalSound(new ApnsOptions.CriticalSound(p.first, p.number)));
  }

  private static Map<String, JsonField<FcmOptions.Builder>> fcm() {
    return Map.ofEntries(
        Map.entry("kind", choice(FcmOptions.Kind.class, FcmOptions.Builder::kind)),
        Map.entry(
            "android",
            object(ANDROID, AndroidOptions::builder, (fcm, a) -> fcm.android(a.build()))),
        Map.entry(
            "webpush",
            object(WEBPUSH, WebpushOptions::builder, (fcm, w) -> fcm.webpush(w.build()))),
        Map.entry("apnsHeaders", entries(FcmOptions.Builder::apnsHeaders)),
        Map.entry("apnsPayload", values(FcmOptions.Builder::apnsPayload)),
        Map.entry("apnsImage", text(FcmOptions.Builder::apnsImage)),
        Map.entry("apnsAnalyticsLabel", text(FcmOptions.Builder::apnsAnalyticsLabel)),
        Map.entry("liveActivityToken", text(FcmOptions.Builder::liveActivityToken)),
        Map.entry("dryRun", flag(FcmOptions.Builder::dryRun)));
  }

  private static Map<String, JsonField<AndroidOptions.Builder>> android() {
    return Map.ofEntries(
        Map.entry("urgency", choice(AndroidOptions.Urgency.class, AndroidOptions.Builder::urgency)),
        Map.entry("restrictedPackageName", text(AndroidOptions.Builder::restrictedPackageName)),
        Map.entry("directBootOk", flag(AndroidOptions.Builder::directBootOk)),
        Map.entry("bandwidthConstrainedOk", flag(AndroidOptions.Builder::bandwidthConstrainedOk)),
        Map.entry("restrictedSatelliteOk", flag(AndroidOptions.Builder::restrictedSatelliteOk)),
        Map.entry("data", entries(AndroidOptions.Builder::data)),
        Map.entry("analyticsLabel", text(AndroidOptions.Builder::analyticsLabel)),
        Map.entry("title", text(AndroidOptions.Builder::title)),
        Map.entry("body", text(AndroidOptions.Builder::body)),
        Map.entry("image", text(AndroidOptions.Builder::image)),
        Map.entry("sound", text(AndroidOptions.Builder::sound)),
        Map.entry("channelId", text(AndroidOptions.Builder::channelId)),
        Map.entry("icon", text(AndroidOptions.Builder::icon)),
        Map.entry("color", text(AndroidOptions.Builder::color)),
        Map.entry("tag", text(AndroidOptions.Builder::tag)),
        Map.entry("clickAction", text(AndroidOptions.Builder::clickAction)),
        Map.entry("ticker", text(AndroidOptions.Builder::ticker)),
        Map.entry("sticky", flag(AndroidOptions.Builder::sticky)),
        Map.entry("eventTime", instant(AndroidOptions.Builder::eventTime)),
        Map.entry("localOnly", flag(AndroidOptions.Builder::localOnly)),
        Map.entry(
            "importance",
            choice(AndroidOptions.Importance.class, AndroidOptions.Builder::importance)),
        Map.entry(
            "visibility",
            choice(AndroidOptions.Visibility.class, AndroidOptions.Builder::visibility)),
        Map.entry("proxy", choice(AndroidOptions.Proxy.class, AndroidOptions.Builder::proxy)),
        Map.entry("defaultSound", flag(AndroidOptions.Builder::defaultSound)),
        Map.entry("defaultVibrateTimings", flag(AndroidOptions.Builder::defaultVibrateTimings)),
        Map.entry("vibrateTimings", list(duration(AndroidOptions.Builder::vibrateTimings))),
        Map.entry("light", light()),
        Map.entry("defaultLightSettings", flag(AndroidOptions.Builder::defaultLightSettings)),
        Map.entry("notificationCount", number(AndroidOptions.Builder::notificationCount)));
  }

  /** The parts of a blinking light, while they come in. */
  private static final class Blinking {
    private String color = "";
    private @Nullable Duration on;
    private @Nullable Duration off;
  }

  private static JsonField<AndroidOptions.Builder> light() {
    return object(
        Map.of(
            "color", text((Blinking l, String v) -> l.color = v),
            "on", duration((Blinking l, Duration v) -> l.on = v),
            "off", duration((Blinking l, Duration v) -> l.off = v)),
        Blinking::new,
        (android, l) ->
            android.light(
                new AndroidOptions.Light(
                    l.color,
                    Checks.notNull("light.on", l.on),
                    Checks.notNull("light.off", l.off))));
  }

  private static Map<String, JsonField<WebpushOptions.Builder>> webpush() {
    return Map.ofEntries(
        Map.entry("headers", entries(WebpushOptions.Builder::headers)),
        Map.entry("data", entries(WebpushOptions.Builder::data)),
        Map.entry("title", text(WebpushOptions.Builder::title)),
        Map.entry("body", text(WebpushOptions.Builder::body)),
        Map.entry("image", text(WebpushOptions.Builder::image)),
        Map.entry("link", text(WebpushOptions.Builder::link)),
        Map.entry("icon", text(WebpushOptions.Builder::icon)),
        Map.entry("badgeIcon", text(WebpushOptions.Builder::badgeIcon)),
        Map.entry(
            "direction", choice(WebpushOptions.Direction.class, WebpushOptions.Builder::direction)),
        Map.entry("language", text(WebpushOptions.Builder::language)),
        Map.entry("tag", text(WebpushOptions.Builder::tag)),
        Map.entry("renotify", flag(WebpushOptions.Builder::renotify)),
        Map.entry("requireInteraction", flag(WebpushOptions.Builder::requireInteraction)),
        Map.entry("silent", flag(WebpushOptions.Builder::silent)),
        Map.entry("timestamp", instant(WebpushOptions.Builder::timestamp)),
        Map.entry("vibrate", list(duration(WebpushOptions.Builder::vibrate))),
        Map.entry("custom", values(WebpushOptions.Builder::custom)));
  }
}
