package dev.notifykit.store.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Device;
import dev.notifykit.Notification;
import dev.notifykit.Platform;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.ApnsOptions;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.LiveActivity;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.Content;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreCodecTest {
  private static final Attachment FILE =
      Attachment.file("a.pdf", "application/pdf", new byte[] {1});

  @ParameterizedTest
  @ValueSource(
      classes = {EmailMessage.class, SmsMessage.class, PushMessage.class, InboxMessage.class})
  void everyOptionOfEveryMessageComesBack(Class<? extends Message> type) throws Exception {
    Message message = withEveryOption(type);
    assertEveryFieldIsSet(message);
    Content content = new Content(Map.of(), Map.of(message.channel(), message), List.of());
    assertThat(StoreCodec.content(StoreCodec.content(content))).isEqualTo(content);
  }

  /** Sets whatever the builder offers, so that an option that is added later is tested too. */
  private static Message withEveryOption(Class<? extends Message> type) throws Exception {
    return (Message) fill(type.getMethod("builder").invoke(null));
  }

  private static Object fill(Object builder) throws Exception {
    for (Method option : builder.getClass().getMethods()) {
      if (option.getReturnType() == builder.getClass()
          && !Modifier.isStatic(option.getModifiers())) {
        Object[] values = new Object[option.getParameterCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(option.getGenericParameterTypes()[i], option.getName() + i);
        }
        option.invoke(builder, values);
      }
    }
    return builder.getClass().getMethod("build").invoke(builder);
  }

  private static Object value(Type generic, String name) throws Exception {
    if (generic instanceof ParameterizedType list && list.getRawType() == List.class) {
      Type element = list.getActualTypeArguments()[0];
      return List.of(value(element, name + "A"), value(element, name + "B"));
    }
    return generic instanceof ParameterizedType map
        ? value((Class<?>) map.getRawType(), name)
        : value((Class<?>) generic, name);
  }

  private static Object value(Class<?> type, String name) throws Exception {
    if (type == String.class && (name.endsWith("Url0") || name.startsWith("link"))) {
      return "https://example.com/" + name;
    }
    if (type == String.class && name.startsWith("color")) {
      return "#ff8800";
    }
    if (type == String.class) {
      return "«" + name + "» \"👩‍👩‍👧\"";
    }
    if (type == Integer.class || type == int.class) {
      return 7;
    }
    if (type == Long.class || type == long.class) {
      return 1L << 40;
    }
    if (type == Boolean.class || type == boolean.class) {
      return true;
    }
    if (type == Double.class || type == double.class) {
      return 0.5;
    }
    if (type == Attachment.class) {
      return Attachment.inline("cid", "a.png", "image/png", new byte[] {0, -1, 127});
    }
    if (type == LiveActivity.class) {
      Instant at = Instant.parse("2026-03-01T10:20:30Z");
      return LiveActivity.start("Type", Map.of("k", "v"), Map.of("state", 1, "list", List.of("a")))
          .withInputPushChannel("channel")
          .withTimestamp(at)
          .withStaleAt(at.plusSeconds(60))
          .withDismissAt(at.plusSeconds(90));
    }
    if (type == Duration.class) {
      return Duration.ofMillis(1500);
    }
    if (type == Instant.class) {
      return Instant.parse("2026-03-01T10:20:30.456789Z");
    }
    if (type == ApnsOptions.PushType.class) {
      return ApnsOptions.PushType.LIVE_ACTIVITY; // the one that goes with a Live Activity
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[type.getEnumConstants().length - 1];
    }
    if (Map.class.isAssignableFrom(type)) {
      return Map.of("k", "v");
    }
    return type.isRecord() ? record(type) : fill(type.getMethod("builder").invoke(null));
  }

  private static Object record(Class<?> type) throws Exception {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      values[i] = value(components[i].getGenericType(), components[i].getName());
    }
    return type.getDeclaredConstructor(types).newInstance(values);
  }

  private static void assertEveryFieldIsSet(Message message) throws Exception {
    for (Field field : message.getClass().getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        assertThat(field.get(message)).as(field.getName()).isNotNull();
      }
    }
  }

  @Test
  void contentComesBack() throws UnreadableException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("text", "Zoë \u202e 김민준 e\u0301");
    data.put("int", 5);
    data.put("long", 1L << 50);
    data.put("double", 5.0);
    data.put("flag", false);
    data.put("list", List.of("a", 1, List.of(), Map.of("x", "y")));
    Content content = new Content(data, Map.of(Channel.SMS, SmsMessage.of("hi")), List.of(FILE));
    assertThat(StoreCodec.content(StoreCodec.content(content))).isEqualTo(content);
  }

  /** Else it would be sent by whoever stored it, and unreadable to whoever claims it. */
  @Test
  void contentAsLargeAsMayBeSentComesBack() throws UnreadableException {
    Notification largest =
        Notification.builder("any")
            .to("user-1")
            .with("map", Map.of("n".repeat(250_000), "v"))
            .build();
    Content data = new Content(largest.data(), Map.of(), List.of());
    assertThat(StoreCodec.content(StoreCodec.content(data))).isEqualTo(data);
    Message push =
        PushMessage.builder()
            .apns(ApnsOptions.builder().custom("n", BigInteger.TEN.pow(3_000)).build())
            .build();
    Content content = new Content(Map.of(), Map.of(Channel.PUSH, push), List.of());
    assertThat(StoreCodec.content(StoreCodec.content(content))).isEqualTo(content);
  }

  @Test
  void messageWithoutOptionsComesBack() throws UnreadableException {
    Message push = PushMessage.builder().build();
    Message mail = EmailMessage.builder().subject("").text("").build();
    Content content =
        new Content(Map.of(), Map.of(Channel.PUSH, push, Channel.EMAIL, mail), List.of());
    assertThat(StoreCodec.content(StoreCodec.content(content))).isEqualTo(content);
  }

  @Test
  void aLiveActivityComesBackWhereverItsUpdatesComeFrom() throws UnreadableException {
    LiveActivity start = LiveActivity.start("Type", Map.of(), Map.of());
    for (LiveActivity activity :
        List.of(start, start.withInputPushToken(), start.withInputPushChannel("c"))) {
      Message push =
          PushMessage.builder().apns(ApnsOptions.builder().liveActivity(activity).build()).build();
      Content content = new Content(Map.of(), Map.of(Channel.PUSH, push), List.of());
      assertThat(StoreCodec.content(StoreCodec.content(content))).isEqualTo(content);
    }
  }

  @Test
  void addressesOfEveryKindComeBack() throws UnreadableException {
    Device device =
        Device.builder(Platform.SAFARI, "t\"ok\\en")
            .environment(Device.Environment.SANDBOX)
            .tokenType(Device.TokenType.FID)
            .appId("com.example")
            .appVersion("1")
            .locale(Locale.JAPAN)
            .registeredAt(Instant.ofEpochSecond(1, 123456000))
            .build();
    for (Target target :
        List.of(
            Target.email("zoë@exämple.com"),
            Target.phone("+14155550123"),
            Target.inbox("user-1"),
            Target.device(device),
            Target.missing(Channel.SMS))) {
      QueuedDelivery d = delivery(target);
      StoredAddress read = StoreCodec.address(StoreCodec.address(d), target.channel());
      assertThat(read.target()).isEqualTo(target);
      assertThat(read.recipientName()).isEqualTo("Ann");
      assertThat(read.locale()).isEqualTo(Locale.KOREAN);
      assertThat(read.zone()).isEqualTo(ZoneId.of("Asia/Seoul"));
      assertThat(read.erased()).isFalse();
    }
  }

  private static QueuedDelivery delivery(Target target) {
    StoredNotification n =
        new StoredNotification(
            new UUID(1, 2),
            "",
            "event",
            1,
            "",
            "orders",
            null,
            Priority.NORMAL,
            UnknownOutcome.PREFER_DUPLICATE,
            Instant.EPOCH,
            null,
            new Content(Map.of(), Map.of(), List.of()));
    return new QueuedDelivery(
        new UUID(3, 4), n, "user-1", "Ann", target, Locale.KOREAN, ZoneId.of("Asia/Seoul"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{",
        "[]",
        "{}",
        "{\"v\":2}",
        "{\"v\":1,\"later\":true}",
        "{\"v\":1} {}",
        "{\"v\":1,\"email\":{\"subject\":\"s\"}}",
        "{\"v\":1,\"push\":{\"@class\":\"java.util.ArrayList\"}}",
        "{\"v\":1,\"attachments\":[{\"fileName\":\"a\",\"contentType\":\"x\",\"content\":\"AA==\"}]}"
      })
  void whatIsNotOursIsUnreadable(String text) {
    assertThatThrownBy(() -> StoreCodec.content(text)).isInstanceOf(UnreadableException.class);
  }

  @Test
  void refusalQuotesNothing() {
    assertThatThrownBy(
            () -> StoreCodec.address("{\"v\":1,\"address\":\"ann@example", Channel.EMAIL))
        .isInstanceOf(UnreadableException.class)
        .hasMessageNotContaining("ann")
        .hasNoCause();
  }

  @Test
  void nestingBeyondTheLimitIsUnreadable() {
    String deep = "{\"v\":1,\"data\":{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}}";
    assertThatThrownBy(() -> StoreCodec.content(deep)).isInstanceOf(UnreadableException.class);
  }

  @Test
  void erasedContentAndAddressAreEmpty() throws UnreadableException {
    assertThat(StoreCodec.content(StoreCodec.ERASED).data()).isEmpty();
    assertThat(StoreCodec.address(StoreCodec.ERASED, Channel.EMAIL).erased()).isTrue();
    assertThat(StoreCodec.address(StoreCodec.ERASED, Channel.EMAIL).target().isMissing()).isTrue();
  }
}
