package dev.notifykit.apns;

import dev.notifykit.internal.Utf8Json;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.ApnsOptions.PushType;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.LiveActivity.Event;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of one push as APNs takes it, and the refusals that need no call.
 *
 * @param type the push type
 * @param json the payload, or empty when it is refused
 * @param refusal why it is refused, or null
 */
record Payload(PushType type, String json, @Nullable String refusal) {
  static final int LIMIT = 4096;
  static final int VOIP_LIMIT = 5120;

  /** More than the names, numbers and braces of a payload whose options are texts or flags. */
  private static final int FRAME = 512;

  /** Visible ASCII, blanks inside of it only (RFC 9113, section 8.2.1). */
  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");

  private static final int MEMBER = "\"\":\"\",".length();
  private static final ApnsOptions NO_OPTIONS = ApnsOptions.builder().build();

  /** Returns the payload of a message, or why there is none. */
  static Payload of(PushMessage message, Instant now) {
    ApnsOptions options = message.apns().orElse(NO_OPTIONS);
    PushType type = type(message, options);
    String contradiction = contradiction(message, options, type);
    if (contradiction != null) {
      return new Payload(type, "", contradiction);
    }
    return sized(message, options, type, now);
  }

  /**
   * Returns why there would be no payload of a message, or null. Most are so small that none has to
   * be written to know.
   */
  static @Nullable String objection(PushMessage message, Clock clock) {
    ApnsOptions options = message.apns().orElse(NO_OPTIONS);
    PushType type = type(message, options);
    String contradiction = contradiction(message, options, type);
    if (contradiction != null) {
      return contradiction;
    }
    return hasTextOnly(message, options) && mostBytes(message, options) <= LIMIT
        ? null
        : sized(message, options, type, clock.instant()).refusal();
  }

  private static boolean hasTextOnly(PushMessage m, ApnsOptions o) {
    return m.titleKey().isEmpty()
        && m.subtitleKey().isEmpty()
        && m.bodyKey().isEmpty()
        && o.liveActivity() == null
        && o.criticalSound() == null
        && o.urlArguments().isEmpty()
        && o.custom().isEmpty();
  }

  /** The bytes if each character had to be escaped; beyond every limit if one cannot be written. */
  private static int mostBytes(PushMessage m, ApnsOptions o) {
    int bytes = FRAME + mostBytes(m.title()) + mostBytes(m.subtitle()) + mostBytes(m.body());
    bytes += mostBytes(m.sound()) + mostBytes(m.category());
    bytes += mostBytes(m.image()) + mostBytes(m.link());
    bytes += mostBytes(o.threadId()) + mostBytes(o.targetContentId());
    bytes += mostBytes(o.filterCriteria()) + mostBytes(o.launchImage()) + mostBytes(o.action());
    for (Map.Entry<String, String> entry : m.data().entrySet()) {
      bytes += mostBytes(entry.getKey()) + mostBytes(entry.getValue()) + MEMBER;
    }
    return bytes;
  }

  private static int mostBytes(Optional<String> text) {
    return mostBytes(text.orElse(null));
  }

  private static int mostBytes(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    return Utf8Json.isWellFormed(text) ? Utf8Json.MOST_BYTES * text.length() : VOIP_LIMIT;
  }

  private static Payload sized(
      PushMessage message, ApnsOptions options, PushType type, Instant now) {
    int limit = type == PushType.VOIP ? VOIP_LIMIT : LIMIT;
    JsonText json = write(message, options, type, now);
    if (json.isWellFormed() && json.bytes() > limit && message.overflow() == Overflow.SHORTEN) {
      Optional<PushMessage> shorter = shortened(message, json.bytes() - limit);
      if (shorter.isPresent()) {
        json = write(shorter.get(), options, type, now);
      }
    }
    if (!json.isWellFormed()) {
      return new Payload(type, "", "malformed-text");
    }
    return json.bytes() > limit
        ? new Payload(type, "", "payload-too-large: " + json.bytes() + " > " + limit)
        : new Payload(type, json.toString(), null);
  }

  private static Optional<PushMessage> shortened(PushMessage message, int excess) {
    return message
        .body()
        .flatMap(body -> Utf8Json.shorten(body, excess))
        .map(body -> message.toBuilder().body(body).build());
  }

  static PushType type(PushMessage message, ApnsOptions options) {
    if (options.pushType() != null) {
      return options.pushType();
    }
    if (options.liveActivity() != null) {
      return PushType.LIVE_ACTIVITY;
    }
    return isNoticed(message, options) ? PushType.ALERT : PushType.BACKGROUND;
  }

  private static boolean isNoticed(PushMessage m, ApnsOptions options) {
    return hasAlert(m)
        || m.badge().isPresent()
        || m.sound().isPresent()
        || options.criticalSound() != null;
  }

  private static boolean hasAlert(PushMessage m) {
    return m.title().isPresent()
        || m.subtitle().isPresent()
        || m.body().isPresent()
        || m.titleKey().isPresent()
        || m.subtitleKey().isPresent()
        || m.bodyKey().isPresent();
  }

  private static @Nullable String contradiction(
      PushMessage message, ApnsOptions options, PushType type) {
    if (type == PushType.BACKGROUND && isNoticed(message, options)) {
      return "background-push-with-alert";
    }
    if (isSilentStart(message, options.liveActivity())) {
      return "live-activity-start-without-alert";
    }
    if (message.data().containsKey("aps")) {
      return "data-named-aps";
    }
    String topic = options.topic();
    if (topic != null && !ApnsProvider.Builder.TOPIC.matcher(topic).matches()) {
      return "malformed-apns-topic";
    }
    return message.collapseKey().map(Payload::objection).orElse(null);
  }

  /** Netty would write any other character as a question mark, and two such keys alike. */
  private static @Nullable String objection(String collapseKey) {
    int length = collapseKey.getBytes(StandardCharsets.UTF_8).length;
    if (length > 64) {
      return "collapse-key-too-long: " + length + " > 64";
    }
    return HEADER_VALUE.matcher(collapseKey).matches() ? null : "malformed-collapse-key";
  }

  private static boolean isSilentStart(PushMessage m, @Nullable LiveActivity activity) {
    return activity != null
        && activity.event() == Event.START
        && m.title().isEmpty()
        && m.titleKey().isEmpty()
        && m.body().isEmpty()
        && m.bodyKey().isEmpty();
  }

  private static JsonText write(PushMessage m, ApnsOptions options, PushType type, Instant now) {
    JsonText json = new JsonText().open();
    int start = json.position();
    json.name("aps").open();
    if (options.liveActivity() != null) {
      liveActivity(json, m, options, options.liveActivity(), now);
    } else {
      aps(json, m, options, type);
    }
    if (type == PushType.FILE_PROVIDER && json.isJustOpened()) {
      json.backTo(start);
    } else {
      json.close();
    }
    beside(json, m, options.custom());
    return json.close();
  }

  /** What stands beside {@code aps}; of two values of one name the more specific one. */
  private static void beside(JsonText json, PushMessage m, Map<String, Object> custom) {
    Map<String, String> data = m.data();
    if (!data.containsKey("image") && !custom.containsKey("image")) {
      json.member("image", m.image().orElse(null));
    }
    if (!data.containsKey("link") && !custom.containsKey("link")) {
      json.member("link", m.link().orElse(null));
    }
    data.forEach(
        (name, value) -> {
          if (!custom.containsKey(name)) {
            json.member(name, value);
          }
        });
    custom.forEach(json::member);
  }

  private static void aps(JsonText json, PushMessage m, ApnsOptions o, PushType type) {
    if (hasAlert(m)) {
      alert(json.name("alert").open(), m, o);
    }
    json.member("badge", m.badge().orElse(null));
    sound(json, m, o);
    json.member("category", m.category().orElse(null));
    json.member("thread-id", o.threadId());
    if (o.contentAvailable() || type == PushType.BACKGROUND) {
      json.member("content-available", 1);
    }
    if (o.mutableContent() || (m.image().isPresent() && type == PushType.ALERT)) {
      json.member("mutable-content", 1);
    }
    json.member("interruption-level", o.interruptionLevel() == null ? null : name(o));
    json.member("relevance-score", o.relevanceScore());
    json.member("target-content-id", o.targetContentId());
    json.member("filter-criteria", o.filterCriteria());
    json.member("url-args", o.urlArguments().isEmpty() ? null : o.urlArguments());
  }

  private static String name(ApnsOptions o) {
    return String.valueOf(o.interruptionLevel()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void sound(JsonText json, PushMessage m, ApnsOptions o) {
    ApnsOptions.CriticalSound critical = o.criticalSound();
    if (critical == null) {
      json.member("sound", m.sound().orElse(null));
      return;
    }
    json.name("sound").open();
    json.member("critical", 1).member("name", critical.name()).member("volume", critical.volume());
    json.close();
  }

  private static void alert(JsonText json, PushMessage m, ApnsOptions o) {
    json.member("title", m.title().orElse(null));
    m.titleKey().ifPresent(t -> localized(json, "title-loc-key", "title-loc-args", t));
    json.member("subtitle", m.subtitle().orElse(null));
    m.subtitleKey().ifPresent(t -> localized(json, "subtitle-loc-key", "subtitle-loc-args", t));
    json.member("body", m.body().orElse(null));
    m.bodyKey().ifPresent(t -> localized(json, "loc-key", "loc-args", t));
    json.member("launch-image", o.launchImage()).member("action", o.action()).close();
  }

  private static void localized(JsonText json, String key, String arguments, LocalizedText text) {
    List<String> given = text.arguments();
    json.member(key, text.key()).member(arguments, given.isEmpty() ? null : given);
  }

  private static void liveActivity(
      JsonText json, PushMessage m, ApnsOptions o, LiveActivity activity, Instant now) {
    Instant timestamp = activity.timestamp();
    json.member("timestamp", (timestamp == null ? now : timestamp).getEpochSecond());
    json.member("event", activity.event().name().toLowerCase(Locale.ROOT));
    if (activity.event() != Event.END || !activity.contentState().isEmpty()) {
      json.member("content-state", activity.contentState());
    }
    if (activity.attributesType() != null) {
      json.member("attributes-type", activity.attributesType());
      json.member("attributes", activity.attributes());
    }
    input(json, activity.input());
    json.member("stale-date", seconds(activity.staleAt()));
    json.member("dismissal-date", seconds(activity.dismissAt()));
    json.member("relevance-score", o.relevanceScore());
    activityAlert(json, m);
  }

  private static void input(JsonText json, LiveActivity.@Nullable Input input) {
    if (input != null) {
      json.member("input-push-channel", input.channel());
      json.member("input-push-token", input.channel() == null ? 1 : null);
    }
  }

  /** A Live Activity's alert nests its keys and carries the sound, unlike any other alert. */
  private static void activityAlert(JsonText json, PushMessage m) {
    int start = json.position();
    json.name("alert").open();
    text(json, "title", m.title(), m.titleKey());
    text(json, "body", m.body(), m.bodyKey());
    json.member("sound", m.sound().orElse(null));
    if (json.isJustOpened()) {
      json.backTo(start);
    } else {
      json.close();
    }
  }

  private static void text(
      JsonText json, String name, Optional<String> plain, Optional<LocalizedText> key) {
    if (key.isEmpty()) {
      json.member(name, plain.orElse(null));
      return;
    }
    localized(json.name(name).open(), "loc-key", "loc-args", key.get());
    json.close();
  }

  private static @Nullable Long seconds(@Nullable Instant instant) {
    return instant == null ? null : instant.getEpochSecond();
  }
}
