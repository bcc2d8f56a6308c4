package dev.notifykit.fcm;

import com.google.api.client.json.JsonFactory;
import com.google.api.client.json.gson.GsonFactory;
import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidFcmOptions;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.ApnsConfig;
import com.google.firebase.messaging.ApnsFcmOptions;
import com.google.firebase.messaging.Aps;
import com.google.firebase.messaging.LightSettings;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.Notification;
import com.google.firebase.messaging.WebpushConfig;
import com.google.firebase.messaging.WebpushFcmOptions;
import com.google.firebase.messaging.WebpushNotification;
import dev.notifykit.Device;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.internal.Utf8Json;
import dev.notifykit.message.AndroidOptions;
import dev.notifykit.message.FcmOptions;
import dev.notifykit.message.FcmOptions.Kind;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Overflow;
import dev.notifykit.message.PushAction;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.WebpushOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns one push for one device into the SDK's message, or says why not.
 *
 * <p>The size counted is that of the message's JSON but for its target: a little more than Google
 * counts, so that nothing passes here that is refused there.
 */
final class Draft {
  static final int LIMIT = 4096;
  static final int TOPIC_LIMIT = 2048;

  /** Google keeps a message for four weeks at most. */
  static final Duration MAX_TTL = Duration.ofDays(28);

  static final JsonFactory JSON = GsonFactory.getDefaultInstance();

  /** More than all that surrounds the characters of a push of text only. */
  private static final int FRAME = 768;

  private static final UUID ANY_ID = new UUID(0, 0);
  private static final byte[] START = ascii("{\"message\":");
  private static final byte[] END = ascii("}");
  private static final byte[] END_OF_DRY_RUN = ascii(",\"validate_only\":true}");
  private static final FcmOptions NO_OPTIONS = FcmOptions.builder().build();
  private static final AndroidOptions NO_ANDROID = AndroidOptions.builder().build();
  private static final WebpushOptions NO_WEBPUSH = WebpushOptions.builder().build();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private final UUID deliveryId;
  private final Device device;
  private final PushMessage push;
  private final FcmOptions options;
  private final AndroidOptions androidOptions;
  private final WebpushOptions webpushOptions;
  private final Kind kind;
  private final Priority priority;
  private final @Nullable Duration ttl;

  private Draft(
      UUID deliveryId, Device device, PushMessage push, Priority priority, @Nullable Duration ttl) {
    this.deliveryId = deliveryId;
    this.device = device;
    this.push = push;
    this.options = push.fcm().orElse(NO_OPTIONS);
    this.androidOptions = options.android() == null ? NO_ANDROID : options.android();
    this.webpushOptions = options.webpush() == null ? NO_WEBPUSH : options.webpush();
    this.priority = priority;
    this.ttl = ttl;
    this.kind = options.kind() != null ? options.kind() : kind();
  }

  /** A message, or why there is none. */
  static final class Result {
    private final byte[] json;
    private final boolean dryRun;
    private final @Nullable String refusal;

    private Result(byte[] json, boolean dryRun, @Nullable String refusal) {
      this.json = json;
      this.dryRun = dryRun;
      this.refusal = refusal;
    }

    private static Result refused(String why) {
      return new Result(new byte[0], false, why);
    }

    /** Returns why it is refused, or null. */
    @Nullable String refusal() {
      return refusal;
    }

    /** Returns the body of the request that sends the message, or has it checked only. */
    byte[] request() {
      byte[] end = dryRun ? END_OF_DRY_RUN : END;
      byte[] request = Arrays.copyOf(START, START.length + json.length + end.length);
      System.arraycopy(json, 0, request, START.length, json.length);
      System.arraycopy(end, 0, request, START.length + json.length, end.length);
      return request;
    }
  }

  /**
   * Returns the message for a push.
   *
   * @param deliveryId the delivery's id
   * @param device the target, whose token was checked
   * @param push the push
   * @param priority the notification's priority
   * @param expiresAt when it loses its use, or null
   * @param now the time of day
   */
  static Result of(
      UUID deliveryId,
      Device device,
      PushMessage push,
      Priority priority,
      @Nullable Instant expiresAt,
      Instant now) {
    String malformed = malformed(push);
    if (malformed != null) {
      return Result.refused(malformed);
    }
    Duration ttl = ttl(push, expiresAt, now);
    try {
      return new Draft(deliveryId, device, push, priority, ttl).sized();
    } catch (IllegalArgumentException e) { // the SDK's own checks, whose texts quote values
      return Result.refused("invalid-option");
    }
  }

  /**
   * Returns why no message for a device could be made of a push, or null. Most pushes are so small
   * and plain that nothing has to be made to know.
   *
   * @param device the target, whose token was checked
   * @param push the push
   * @param now the time of day
   */
  static @Nullable String objection(Device device, PushMessage push, Instant now) {
    return isTextOnly(push) && mostBytes(push) <= limit(device)
        ? malformed(push)
        : of(ANY_ID, device, push, Priority.NORMAL, /* expiresAt= */ null, now).refusal();
  }

  /** Whether it has text and data only, in which the SDK finds no fault. */
  private static boolean isTextOnly(PushMessage push) {
    return Stream.of(
                push.fcm(),
                push.image(),
                push.link(),
                push.titleKey(),
                push.bodyKey(),
                push.badge(),
                push.sound(),
                push.category(),
                push.collapseKey(),
                push.analyticsLabel())
            .allMatch(Optional::isEmpty)
        && push.actions().isEmpty();
  }

  /** The bytes of such a push if each of its characters had to be escaped. */
  private static int mostBytes(PushMessage push) {
    int characters = push.title().orElse("").length() + push.body().orElse("").length();
    for (Map.Entry<String, String> entry : push.data().entrySet()) {
      characters += entry.getKey().length() + entry.getValue().length() + 1; // quotes, colon, comma
    }
    return FRAME + Utf8Json.MOST_BYTES * characters;
  }

  private static @Nullable String malformed(PushMessage push) {
    FcmOptions options = push.fcm().orElse(NO_OPTIONS);
    AndroidOptions android = options.android() == null ? NO_ANDROID : options.android();
    WebpushOptions web = options.webpush() == null ? NO_WEBPUSH : options.webpush();
    if (Stream.of(push.data(), android.data())
        .flatMap(data -> data.keySet().stream())
        .anyMatch(Draft::isReserved)) {
      return "reserved-data-name";
    }
    Stream<String> data =
        Stream.of(push.data(), android.data(), web.data()).flatMap(d -> d.values().stream());
    return Stream.concat(texts(push, android, web), data).allMatch(Utf8Json::isWellFormed)
        ? null
        : "malformed-text";
  }

  private static boolean isReserved(String name) {
    return name.equals("from")
        || name.equals("message_type")
        || name.startsWith("google.")
        || name.startsWith("gcm.");
  }

  private static Stream<String> texts(
      PushMessage push, AndroidOptions android, WebpushOptions web) {
    return Stream.of(
            push.title(),
            push.body(),
            Optional.ofNullable(android.title()),
            Optional.ofNullable(android.body()),
            Optional.ofNullable(web.title()),
            Optional.ofNullable(web.body()))
        .flatMap(Optional::stream);
  }

  private static @Nullable Duration ttl(
      PushMessage push, @Nullable Instant expiresAt, Instant now) {
    Duration ttl = push.timeToLive().orElse(null);
    if (expiresAt != null) {
      Duration left = Duration.between(now, expiresAt);
      ttl = ttl == null || left.compareTo(ttl) < 0 ? left : ttl;
    }
    if (ttl == null) {
      return null;
    }
    if (ttl.isNegative()) {
      return Duration.ZERO;
    }
    return ttl.compareTo(MAX_TTL) > 0 ? MAX_TTL : ttl;
  }

  private Kind kind() {
    AndroidOptions a = androidOptions;
    WebpushOptions w = webpushOptions;
    boolean isShown =
        isPlain()
            || push.titleKey().isPresent()
            || push.bodyKey().isPresent()
            || (isForAndroid() && isAnyGiven(a.title(), a.body(), a.image()))
            || (isForBrowsers() && isAnyGiven(w.title(), w.body(), w.image()));
    return isShown ? Kind.NOTIFICATION : Kind.DATA;
  }

  private static boolean isAnyGiven(@Nullable String... texts) {
    return Stream.of(texts).anyMatch(Objects::nonNull);
  }

  private boolean isForAndroid() {
    return device.platform() == Platform.ANDROID;
  }

  private boolean isForBrowsers() {
    return device.platform() == Platform.WEB || isBroadcast(device);
  }

  private Result sized() {
    byte[] json = json();
    int limit = limit(device);
    int excess = json.length - target() - limit;
    if (excess > 0 && push.overflow() == Overflow.SHORTEN) {
      Optional<Draft> shorter = shortened(excess);
      if (shorter.isPresent()) {
        json = shorter.get().json();
        excess = json.length - target() - limit;
      }
    }
    return excess > 0
        ? Result.refused("payload-too-large: " + (limit + excess) + " > " + limit)
        : new Result(json, options.dryRun(), null);
  }

  private Optional<Draft> shortened(int excess) {
    return push.body()
        .flatMap(body -> Utf8Json.shorten(body, excess))
        .map(body -> push.toBuilder().body(body).build())
        .map(shorter -> new Draft(deliveryId, device, shorter, priority, ttl));
  }

  private byte[] json() {
    Instant eventTime = androidOptions.eventTime();
    try {
      byte[] json = JSON.toByteArray(message());
      return eventTime != null || Spelling.isForeign() ? Spelling.repair(json, eventTime) : json;
    } catch (IOException e) {
      throw new UncheckedIOException("written to memory", e);
    }
  }

  /** Returns how many bytes the target takes, of which none is escaped. */
  private int target() {
    return "\"token\":\"\",".length() + device.token().length();
  }

  private static int limit(Device device) {
    return isBroadcast(device) ? TOPIC_LIMIT : LIMIT;
  }

  private static boolean isBroadcast(Device device) {
    return device.tokenType() == Device.TokenType.TOPIC
        || device.tokenType() == Device.TokenType.CONDITION;
  }

  private Message message() {
    Message.Builder message = Message.builder().putAllData(data());
    target(message);
    if (kind == Kind.NOTIFICATION && isPlain()) {
      message.setNotification(notification());
    }
    if (isForAndroid()) {
      message.setAndroidConfig(android());
    }
    if (isForBrowsers()) {
      message.setWebpushConfig(webpush());
    }
    if (isForApple()) {
      message.setApnsConfig(apns());
    }
    push.analyticsLabel()
        .map(com.google.firebase.messaging.FcmOptions::withAnalyticsLabel)
        .ifPresent(message::setFcmOptions);
    return message.build();
  }

  private boolean isForApple() {
    return !options.apnsPayload().isEmpty()
        || !options.apnsHeaders().isEmpty()
        || isAnyGiven(
            options.apnsImage(), options.apnsAnalyticsLabel(), options.liveActivityToken());
  }

  /** A text that the device looks up is Android's and not among the common ones. */
  private boolean isPlain() {
    return push.title().isPresent() || push.body().isPresent() || push.image().isPresent();
  }

  private Notification notification() {
    return Notification.builder()
        .setTitle(push.title().orElse(null))
        .setBody(push.body().orElse(null))
        .setImage(push.image().orElse(null))
        .build();
  }

  // The SDK prefers installation ids, yet what apps registered until now are tokens.
  @SuppressWarnings("deprecation")
  private void target(Message.Builder message) {
    switch (device.tokenType()) {
      case TOKEN -> message.setToken(device.token());
      case FID -> message.setFid(device.token());
      case TOPIC -> message.setTopic(device.token());
      case CONDITION -> message.setCondition(device.token());
    }
  }

  private Map<String, String> data() {
    Map<String, String> data = new LinkedHashMap<>();
    if (kind == Kind.DATA) {
      push.title().ifPresent(v -> data.put("title", v));
      push.body().ifPresent(v -> data.put("body", v));
      push.image().ifPresent(v -> data.put("image", v));
    }
    push.link().ifPresent(v -> data.put("link", v));
    data.putAll(push.data());
    data.put("delivery_id", deliveryId.toString());
    return data;
  }

  private String tag() {
    return push.collapseKey().orElseGet(deliveryId::toString);
  }

  private AndroidConfig android() {
    AndroidOptions o = androidOptions;
    AndroidConfig.Builder android = AndroidConfig.builder().setPriority(urgency(o));
    push.collapseKey().ifPresent(android::setCollapseKey);
    if (ttl != null) {
      android.setTtl(ttl.toMillis());
    }
    set(o.restrictedPackageName(), android::setRestrictedPackageName);
    set(
        o.analyticsLabel(),
        label -> android.setFcmOptions(AndroidFcmOptions.withAnalyticsLabel(label)));
    if (o.directBootOk()) {
      android.setDirectBootOk(true);
    }
    if (o.bandwidthConstrainedOk()) {
      android.setBandwidthConstrainedOk(true);
    }
    if (o.restrictedSatelliteOk()) {
      android.setRestrictedSatelliteOk(true);
    }
    if (!o.data().isEmpty()) {
      android.putAllData(o.data()).putData("delivery_id", deliveryId.toString());
    }
    if (kind == Kind.NOTIFICATION) {
      android.setNotification(androidNotification(o));
    }
    return android.build();
  }

  private AndroidConfig.Priority urgency(AndroidOptions o) {
    boolean high =
        o.urgency() == null
            ? priority == Priority.HIGH
            : o.urgency() == AndroidOptions.Urgency.HIGH;
    return high ? AndroidConfig.Priority.HIGH : AndroidConfig.Priority.NORMAL;
  }

  private AndroidNotification androidNotification(AndroidOptions o) {
    AndroidNotification.Builder n =
        AndroidNotification.builder().setTag(o.tag() == null ? tag() : o.tag());
    set(o.title(), n::setTitle);
    set(o.body(), n::setBody);
    set(o.image(), n::setImage);
    set(o.sound() == null ? push.sound().orElse(null) : o.sound(), n::setSound);
    push.titleKey().ifPresent(t -> title(n, t));
    push.bodyKey().ifPresent(t -> body(n, t));
    set(
        o.clickAction() == null ? push.category().orElse(null) : o.clickAction(),
        n::setClickAction);
    set(count(o), n::setNotificationCount);
    set(o.channelId(), n::setChannelId);
    set(o.icon(), n::setIcon);
    set(o.color(), n::setColor);
    set(o.ticker(), n::setTicker);
    set(o.eventTime(), t -> n.setEventTimeInMillis(t.toEpochMilli()));
    set(o.importance(), i -> n.setPriority(AndroidNotification.Priority.valueOf(i.name())));
    set(o.visibility(), v -> n.setVisibility(AndroidNotification.Visibility.valueOf(v.name())));
    set(o.proxy(), p -> n.setProxy(AndroidNotification.Proxy.valueOf(p.name())));
    set(o.light(), l -> n.setLightSettings(light(l)));
    flags(n, o);
    return n.build();
  }

  private @Nullable Integer count(AndroidOptions o) {
    return o.notificationCount() == null ? push.badge().orElse(null) : o.notificationCount();
  }

  private static void flags(AndroidNotification.Builder n, AndroidOptions o) {
    if (o.sticky()) {
      n.setSticky(true);
    }
    if (o.localOnly()) {
      n.setLocalOnly(true);
    }
    if (o.defaultSound()) {
      n.setDefaultSound(true);
    }
    if (o.defaultVibrateTimings()) {
      n.setDefaultVibrateTimings(true);
    }
    if (o.defaultLightSettings()) {
      n.setDefaultLightSettings(true);
    }
    if (!o.vibrateTimings().isEmpty()) {
      n.setVibrateTimingsInMillis(
          o.vibrateTimings().stream().mapToLong(Duration::toMillis).toArray());
    }
  }

  private static void title(AndroidNotification.Builder n, LocalizedText text) {
    n.setTitleLocalizationKey(text.key()).addAllTitleLocalizationArgs(text.arguments());
  }

  private static void body(AndroidNotification.Builder n, LocalizedText text) {
    n.setBodyLocalizationKey(text.key()).addAllBodyLocalizationArgs(text.arguments());
  }

  private static LightSettings light(AndroidOptions.Light light) {
    return LightSettings.builder()
        .setColorFromString(light.color())
        .setLightOnDurationInMillis(light.on().toMillis())
        .setLightOffDurationInMillis(light.off().toMillis())
        .build();
  }

  private WebpushConfig webpush() {
    WebpushOptions o = webpushOptions;
    WebpushConfig.Builder webpush = WebpushConfig.builder().putAllHeaders(headers(o));
    if (!o.data().isEmpty()) {
      webpush.putAllData(o.data()).putData("delivery_id", deliveryId.toString());
    }
    if (kind == Kind.NOTIFICATION) {
      webpush.setNotification(webNotification(o));
    }
    Optional.ofNullable(o.link())
        .or(() -> push.link().filter(link -> link.startsWith("https://")))
        .ifPresent(link -> webpush.setFcmOptions(WebpushFcmOptions.withLink(link)));
    return webpush.build();
  }

  private Map<String, String> headers(WebpushOptions o) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Topic", topic());
    headers.put(
        "Urgency",
        switch (priority) {
          case HIGH -> "high";
          case NORMAL -> "normal";
          case LOW -> "low";
        });
    if (ttl != null) {
      headers.put("TTL", String.valueOf(ttl.toSeconds()));
    }
    headers.putAll(o.headers());
    return headers;
  }

  /** At most 32 characters of URL-safe Base64 (RFC 8030, section 5.4). */
  private String topic() {
    UUID id = push.collapseKey().map(Draft::nameBased).orElse(deliveryId);
    ByteBuffer bytes = ByteBuffer.allocate(16);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private static UUID nameBased(String key) {
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
  }

  private WebpushNotification webNotification(WebpushOptions o) {
    WebpushNotification.Builder n =
        WebpushNotification.builder().setTag(o.tag() == null ? tag() : o.tag());
    set(o.title(), n::setTitle);
    set(o.body(), n::setBody);
    set(o.icon(), n::setIcon);
    set(o.badgeIcon(), n::setBadge);
    set(o.image() == null ? push.image().orElse(null) : o.image(), n::setImage);
    set(o.language(), n::setLanguage);
    set(o.direction(), d -> n.setDirection(WebpushNotification.Direction.valueOf(d.name())));
    set(o.timestamp(), t -> n.setTimestampMillis(t.toEpochMilli()));
    if (o.renotify()) {
      n.setRenotify(true);
    }
    if (o.requireInteraction()) {
      n.setRequireInteraction(true);
    }
    if (o.silent()) {
      n.setSilent(true);
    }
    if (!o.vibrate().isEmpty()) {
      n.setVibrate(o.vibrate().stream().mapToInt(d -> Math.toIntExact(d.toMillis())).toArray());
    }
    n.addAllActions(actions());
    n.putAllCustomData(o.custom());
    return n.build();
  }

  private List<WebpushNotification.Action> actions() {
    return push.actions().stream().map(Draft::action).toList();
  }

  private static WebpushNotification.Action action(PushAction a) {
    return a.icon() == null
        ? new WebpushNotification.Action(a.id(), a.title())
        : new WebpushNotification.Action(a.id(), a.title(), a.icon());
  }

  private ApnsConfig apns() {
    ApnsConfig.Builder apns = ApnsConfig.builder().putAllHeaders(options.apnsHeaders());
    Aps.Builder aps = Aps.builder();
    options
        .apnsPayload()
        .forEach(
            (name, value) -> {
              if (name.equals("aps") && value instanceof Map<?, ?> map) {
                map.forEach((k, v) -> aps.putCustomData(String.valueOf(k), v));
              } else {
                apns.putCustomData(name, value);
              }
            });
    set(options.liveActivityToken(), apns::setLiveActivityToken);
    if (isAnyGiven(options.apnsImage(), options.apnsAnalyticsLabel())) {
      apns.setFcmOptions(
          ApnsFcmOptions.builder()
              .setImage(options.apnsImage())
              .setAnalyticsLabel(options.apnsAnalyticsLabel())
              .build());
    }
    return apns.setAps(aps.build()).build();
  }

  private static <T> void set(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
