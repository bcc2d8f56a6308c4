package dev.notifykit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.SmsMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What builders refuse, each by the name of the field and with the limit. */
final class BadInputTest {
  private static final String LONG = "x".repeat(201);

  static Stream<Arguments> bad() {
    List<Arguments> cases = new ArrayList<>();
    add(cases, "device.platform", "null", () -> Device.builder(null, "t").build());
    add(cases, "device.token", "null", () -> Device.ios(null));
    add(cases, "device.token", "blank", () -> Device.android(" \u3000"));
    add(cases, "device.token", "4096", () -> Device.web("t".repeat(4097)));
    add(cases, "device.token", "U+0000", () -> Device.ios("a\0b"));
    add(cases, "device.token", "surrogate", () -> Device.ios("a\udc00"));
    add(cases, "device.tokenType", "null", () -> device().tokenType(null).build());
    add(cases, "device.environment", "null", () -> device().environment(null).build());
    add(cases, "device.appId", "200", () -> device().appId(LONG).build());
    add(cases, "device.appVersion", "U+000A", () -> device().appVersion("1\n2").build());

    add(cases, "recipient.id", "null", () -> Recipient.builder(null).build());
    add(cases, "recipient.id", "blank", () -> Recipient.builder("").build());
    add(cases, "recipient.id", "200", () -> Recipient.builder(LONG).build());
    add(cases, "recipient.id", "U+0085", () -> Recipient.builder("a\u0085").build());
    add(cases, "recipient.name", "blank", () -> Recipient.builder("u").name(" ").build());
    add(
        cases,
        "recipient.email",
        "254",
        () -> Recipient.builder("u").email("e".repeat(255)).build());
    add(
        cases,
        "recipient.email",
        "U+000D",
        () -> Recipient.builder("u").email("a@b\r\nX:").build());
    add(cases, "recipient.phone", "32", () -> Recipient.builder("u").phone("1".repeat(33)).build());
    add(cases, "recipient.device", "null", () -> Recipient.builder("u").device(null));
    add(cases, "recipient.devices", "null", () -> Recipient.builder("u").devices(null));
    add(
        cases,
        "recipient.devices",
        "100",
        () -> Recipient.builder("u").devices(Collections.nCopies(101, Device.ios("t"))).build());

    add(cases, "template", "null", () -> Notification.builder(null));
    add(cases, "template", "blank", () -> Notification.builder(" "));
    add(cases, "to", "no recipient", () -> Notification.builder("t").build());
    add(cases, "template", "missing", () -> Notification.builder().to("u").build());
    add(cases, "to", "null", () -> valid().to((String) null));
    add(cases, "to", "null", () -> valid().to((String[]) null));
    add(cases, "to", "null", () -> valid().to((Recipient) null));
    add(cases, "to", "200", () -> valid().to(LONG));
    add(
        cases,
        "to",
        "10000",
        () -> valid().to(Collections.nCopies(Notification.MAX_RECIPIENTS, "v")).build());
    add(cases, "eventId", "null", () -> valid().eventId(null));
    add(cases, "eventId", "200", () -> valid().eventId(LONG));
    add(cases, "tenant", "blank", () -> valid().tenant(""));
    add(cases, "via", "null", () -> valid().via((Channel[]) null));
    add(cases, "via", "null", () -> valid().via(Channel.SMS, null));
    add(cases, "via", "no channel", () -> valid().via());
    add(cases, "content", "null", () -> valid().content(null));
    add(cases, "attachment", "null", () -> valid().attach(null));
    add(cases, "sendAt", "null", () -> valid().sendAt(null));
    add(cases, "timeToLive", "positive", () -> valid().timeToLive(Duration.ZERO));
    add(cases, "timeToLive", "positive", () -> valid().timeToLive(Duration.ofNanos(-1)));
    add(cases, "category", "blank", () -> valid().category("\t"));
    add(cases, "topic", "200", () -> valid().topic(LONG));
    add(cases, "priority", "null", () -> valid().priority(null));
    add(cases, "with.name", "blank", () -> valid().with(" ", "v"));
    add(cases, "with.name", "null", () -> valid().with(null, "v"));
    add(cases, "with", "null", () -> valid().with(null));
    add(cases, "with.a", "null", () -> valid().with("a", null));
    add(cases, "with", "262144", () -> valid().with("a", half()).with("b", half()).build());
    add(
        cases,
        "attachment",
        String.valueOf(Notification.MAX_ATTACHMENT_BYTES),
        () -> valid().attach(mebibytes(6)).attach(mebibytes(5)).build());
    add(
        cases,
        "attachment",
        String.valueOf(Notification.MAX_ATTACHMENT_BYTES),
        () -> valid().content(mail().toBuilder().attachment(mebibytes(11)).build()).build());
    add(
        cases,
        "attachment",
        "EmailMessage",
        () -> valid().content(mail()).attach(mebibytes(1)).build());
    add(
        cases,
        "attachment",
        "EmailMessage",
        () ->
            Notification.builder()
                .to("u")
                .content(SmsMessage.of("a"))
                .attach(mebibytes(1))
                .build());
    return cases.stream();
  }

  private static void add(List<Arguments> cases, String field, String says, Supplier<?> call) {
    cases.add(Arguments.of(field, says, call));
  }

  private static Device.Builder device() {
    return Device.builder(Platform.IOS, "t");
  }

  private static Notification.Builder valid() {
    return Notification.builder("t").to("u");
  }

  private static EmailMessage mail() {
    return EmailMessage.builder().subject("s").text("t").build();
  }

  private static String half() {
    return "x".repeat(128 * 1024 + 1);
  }

  private static Attachment mebibytes(int count) {
    return Attachment.file("f.bin", "application/octet-stream", new byte[count << 20]);
  }

  @ParameterizedTest(name = "{index} {0}: {1}")
  @MethodSource("bad")
  void badInputIsRefusedByFieldAndLimit(String field, String says, Supplier<?> call) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            InvalidNotificationException.class, e -> assertThat(e.field()).isEqualTo(field))
        .hasMessageContaining(says);
  }

  @Test
  void secretsDoNotShow() {
    Device device = Device.ios("s3cr3t-token");
    Recipient recipient =
        Recipient.builder("u")
            .email("ann@example.com")
            .phone("+14155550123")
            .device(device)
            .build();
    Notification notification = Notification.builder("t").to(recipient).with("a", "b0dy").build();
    String all =
        device
            + " "
            + recipient
            + " "
            + notification
            + " "
            + Target.device(device)
            + " "
            + Target.email("ann@example.com")
            + " "
            + Target.phone("+14155550123");
    assertThat(all).doesNotContain("s3cr3t", "ann@", "415555", "b0dy");
  }

  @Test
  void greatestLengthsPass() {
    String longest = "😀".repeat(100);
    assertThat(Recipient.builder(longest).name(longest).email("e".repeat(254)).build().id())
        .isEqualTo(longest);
    assertThat(Device.ios("t".repeat(4096)).token()).hasSize(4096);
    assertThat(valid().eventId(longest).tenant(longest).category(longest).topic(longest).build())
        .isNotNull();
    assertThat(
            Notification.builder("t")
                .to(Collections.nCopies(Notification.MAX_RECIPIENTS, "v"))
                .build()
                .recipientIds())
        .hasSize(Notification.MAX_RECIPIENTS);
  }

  @Test
  void notificationDoesNotChangeWithItsBuilder() {
    Notification.Builder builder = valid().with("a", "1").via(Channel.SMS);
    Notification first = builder.build();
    builder.with("b", "2").to("v").via(Channel.EMAIL).sendAt(Instant.EPOCH);
    assertThat(first.data()).isEqualTo(Map.of("a", "1"));
    assertThat(first.recipientIds()).containsExactly("u");
    assertThat(first.channels()).containsExactly(Channel.SMS);
    assertThat(first.sendAt()).isEmpty();
  }

  @Test
  void devicesThatDifferInAnythingAreNotEqual() {
    Instant at = Instant.EPOCH;
    List<Device> devices =
        List.of(
            device().build(),
            Device.android("t"),
            Device.ios("u"),
            device().environment(Device.Environment.SANDBOX).build(),
            device().tokenType(Device.TokenType.FID).build(),
            device().appId("a").build(),
            device().appVersion("a").build(),
            device().locale(java.util.Locale.KOREAN).build(),
            device().registeredAt(at).build(),
            device().lastSeenAt(at).build(),
            device().disabledAt(at).build());
    assertThat(devices).doesNotHaveDuplicates();
    devices.forEach(d -> assertThat(d.toBuilder().build()).isEqualTo(d).hasSameHashCodeAs(d));
  }

  @Test
  void theDigitsOfAMessageAreThoseOfTheCode() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThatThrownBy(() -> Recipient.builder("ab\u0007").build())
          .hasMessageContaining("U+0007 at index 2");
    } finally {
      Locale.setDefault(before);
    }
  }
}
