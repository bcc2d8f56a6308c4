package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps docs/templates.md true: its files are the files that are rendered here. */
class TemplatesGuideTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("`notifications/([^`]+)`:\\n```[a-z]*\\n(.*?)```", Pattern.DOTALL);
  private static final Map<String, Object> DATA =
      Map.of(
          "orderNo", "A-1001",
          "carrier", "DHL & Co",
          "trackingUrl", "https://track.example/?p=1&q=2",
          "items", List.of(Map.of("name", "Tea"), Map.of("name", "Cups")));

  private final Templates templates =
      new Templates(List.of(TemplateSource.classpath("notifications")));

  @Test
  void theGuideShowsFilesAsTheyAre() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "templates.md"));
    List<MatchResult> examples = EXAMPLE.matcher(guide).results().toList();
    assertThat(examples).hasSizeGreaterThan(4);
    TemplateSource source = TemplateSource.classpath("notifications");
    for (MatchResult example : examples) {
      assertThat(source.read(example.group(1))).as(example.group(1)).hasValue(example.group(2));
    }
  }

  @Test
  void theExampleRendersInEnglish() {
    Map<Channel, Message> preview = templates.preview("order-shipped", Locale.ENGLISH, DATA);
    assertThat(preview).containsOnlyKeys(Channel.PUSH, Channel.SMS, Channel.EMAIL);
    EmailMessage mail = (EmailMessage) preview.get(Channel.EMAIL);
    assertThat(mail.subject()).isEqualTo("Your order A-1001 is on its way");
    assertThat(mail.html().orElseThrow())
        .contains("<p>Hello,</p>", "DHL &amp; Co", "href=\"https://track.example/?p=1&amp;q=2\"")
        .contains("<p>1. Tea</p>\n<p>2. Cups</p>", "The Shop</a></p>\n  </body>");
    assertThat(mail.text().orElseThrow()).contains("DHL & Co", "-- \nThe Shop");
    assertThat(preview)
        .containsEntry(
            Channel.SMS,
            SmsMessage.of("Order A-1001 is on its way: https://track.example/?p=1&q=2"));
    PushMessage push = (PushMessage) preview.get(Channel.PUSH);
    assertThat(push.link()).hasValue("shop://orders/A-1001");
  }

  @Test
  void theExampleRendersInKorean() {
    EmailMessage mail =
        (EmailMessage) templates.preview("order-shipped", Locale.KOREA, DATA).get(Channel.EMAIL);
    assertThat(mail.subject()).isEqualTo("주문 A-1001 상품이 발송되었습니다");
    assertThat(mail.html().orElseThrow()).contains("배송 조회", "The Shop");
  }
}
