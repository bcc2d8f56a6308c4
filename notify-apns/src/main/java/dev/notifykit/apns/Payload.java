package dev.notifykit.apns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.notifykit.internal.Utf8Json;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.ApnsOptions.PushType;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  // By default Jackson takes twelve bytes for what UTF-8 says in four.
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private static final ApnsOptions NO_OPTIONS = ApnsOptions.builder().build();

  /** Returns the payload of a message, or why there is none. */
  static Payload of(PushMessage message, Instant now) {
    ApnsOptions options = message.apns().orElse(NO_OPTIONS);
    PushType type = type(message, options);
    String contradiction = contradiction(message, type);
    if (contradiction != null) {
      return new Payload(type, "", contradiction);
    }
    try {
      return sized(message, options, type, now);
    } catch (JsonProcessingException e) { // the cause would quote the text
      return new Payload(type, "", "malformed-text");
    }
  }

  private static Payload sized(PushMessage message, ApnsOptions options, PushType type, Instant now)
      throws JsonProcessingException {
    int limit = type == PushType.VOIP ? VOIP_LIMIT : LIMIT;
    byte[] json = write(message, options, type, now);
    if (json.length > limit && message.overflow() == Overflow.SHORTEN) {
      Optional<PushMessage> shorter = shortened(message, json.length - limit);
      if (shorter.isPresent()) {
        json = write(shorter.get(), options, type, now);
      }
    }
    return json.length > limit
        ? new Payload(type, "", "payload-too-large: " + json.length + " > " + limit)
        : new Payload(type, new String(json, StandardCharsets.UTF_8), null);
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

  private static @Nullable String contradiction(PushMessage message, PushType type) {
    ApnsOptions options = message.apns().orElse(NO_OPTIONS);
    if (type == PushType.BACKGROUND && isNoticed(message, options)) {
      return "background-push-with-alert";
    }
    if (message.data().containsKey("aps")) {
      return "data-named-aps";
    }
    if (!isWellFormed(message)) {
      return "malformed-text";
    }
    int key = message.collapseKey().map(k -> k.getBytes(StandardCharsets.UTF_8).length).orElse(0);
    return key > 64 ? "collapse-key-too-long: " + key + " > 64" : null;
  }

  private static boolean isWellFormed(PushMessage m) {
    return Stream.concat(
            Stream.of(m.title(), m.subtitle(), m.body()).flatMap(Optional::stream),
            m.data().values().stream())
        .allMatch(Utf8Json::isWellFormed);
  }

  private static byte[] write(PushMessage m, ApnsOptions options, PushType type, Instant now)
      throws JsonProcessingException {
    Map<String, Object> root = new LinkedHashMap<>();
    Map<String, Object> aps =
        options.liveActivity() != null
            ? liveActivity(m, options, options.liveActivity(), now)
            : aps(m, options, type);
    if (!aps.isEmpty() || type != PushType.FILE_PROVIDER) {
      root.put("aps", aps);
    }
    m.image().ifPresent(v -> root.put("image", v));
    m.link().ifPresent(v -> root.put("link", v));
    root.putAll(m.data());
    root.putAll(options.custom());
    return JSON.writeValueAsBytes(root);
  }

  private static Map<String, Object> aps(PushMessage m, ApnsOptions o, PushType type) {
    Map<String, Object> aps = new LinkedHashMap<>();
    Map<String, Object> alert = alert(m, o);
    put(aps, "alert", alert.isEmpty() ? null : alert);
    put(aps, "badge", m.badge().orElse(null));
    put(aps, "sound", sound(m, o));
    put(aps, "category", m.category().orElse(null));
    put(aps, "thread-id", o.threadId());
    if (o.contentAvailable() || type == PushType.BACKGROUND) {
      aps.put("content-available", 1);
    }
    if (o.mutableContent() || (m.image().isPresent() && type == PushType.ALERT)) {
      aps.put("mutable-content", 1);
    }
    put(aps, "interruption-level", o.interruptionLevel() == null ? null : name(o));
    put(aps, "relevance-score", o.relevanceScore());
    put(aps, "target-content-id", o.targetContentId());
    put(aps, "filter-criteria", o.filterCriteria());
    put(aps, "url-args", o.urlArguments().isEmpty() ? null : o.urlArguments());
    return aps;
  }

  private static String name(ApnsOptions o) {
    return String.valueOf(o.interruptionLevel()).toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable Object sound(PushMessage m, ApnsOptions o) {
    ApnsOptions.CriticalSound critical = o.criticalSound();
    if (critical == null) {
      return m.sound().orElse(null);
    }
    Map<String, Object> sound = new LinkedHashMap<>();
    sound.put("critical", 1);
    sound.put("name", critical.name());
    sound.put("volume", critical.volume());
    return sound;
  }

  private static Map<String, Object> alert(PushMessage m, ApnsOptions o) {
    Map<String, Object> alert = new LinkedHashMap<>();
    put(alert, "title", m.title().orElse(null));
    m.titleKey().ifPresent(t -> localized(alert, "title-loc-", t));
    put(alert, "subtitle", m.subtitle().orElse(null));
    m.subtitleKey().ifPresent(t -> localized(alert, "subtitle-loc-", t));
    put(alert, "body", m.body().orElse(null));
    m.bodyKey().ifPresent(t -> localized(alert, "loc-", t));
    if (!alert.isEmpty()) {
      put(alert, "launch-image", o.launchImage());
      put(alert, "action", o.action());
    }
    return alert;
  }

  private static void localized(Map<String, Object> alert, String prefix, LocalizedText text) {
    alert.put(prefix + "key", text.key());
    if (!text.arguments().isEmpty()) {
      alert.put(prefix + "args", text.arguments());
    }
  }

  private static Map<String, Object> liveActivity(
      PushMessage m, ApnsOptions o, LiveActivity activity, Instant now) {
    Map<String, Object> aps = new LinkedHashMap<>();
    Instant timestamp = activity.timestamp();
    aps.put("timestamp", (timestamp == null ? now : timestamp).getEpochSecond());
    aps.put("event", activity.event().name().toLowerCase(Locale.ROOT));
    aps.put("content-state", activity.contentState());
    if (activity.attributesType() != null) {
      aps.put("attributes-type", activity.attributesType());
      aps.put("attributes", activity.attributes());
    }
    put(aps, "stale-date", seconds(activity.staleAt()));
    put(aps, "dismissal-date", seconds(activity.dismissAt()));
    put(aps, "relevance-score", o.relevanceScore());
    Map<String, Object> alert = activityAlert(m);
    put(aps, "alert", alert.isEmpty() ? null : alert);
    return aps;
  }

  /** A Live Activity's alert nests its keys and carries the sound, unlike any other alert. */
  private static Map<String, Object> activityAlert(PushMessage m) {
    Map<String, Object> alert = new LinkedHashMap<>();
    put(alert, "title", text(m.title(), m.titleKey()));
    put(alert, "body", text(m.body(), m.bodyKey()));
    put(alert, "sound", m.sound().orElse(null));
    return alert;
  }

  private static @Nullable Object text(Optional<String> plain, Optional<LocalizedText> key) {
    if (key.isEmpty()) {
      return plain.orElse(null);
    }
    Map<String, Object> text = new LinkedHashMap<>();
    localized(text, "loc-", key.get());
    return text;
  }

  private static @Nullable Long seconds(@Nullable Instant instant) {
    return instant == null ? null : instant.getEpochSecond();
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value != null) {
      map.put(name, value);
    }
  }
}
