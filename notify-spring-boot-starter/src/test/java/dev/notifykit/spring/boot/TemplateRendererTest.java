package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.TemplateException;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TemplateRendererTest {
  /** Knows texts and nothing else; {@code %s} is the order's number. */
  private record Texts(Map<String, String> byPath) implements TemplateRenderer {
    @Override
    public boolean exists(String path) {
      return byPath.containsKey(path);
    }

    @Override
    public String render(String path, Locale locale, Map<String, Object> model) {
      return byPath.get(path).formatted(model.get("orderNo")) + " (" + locale + ")\n";
    }
  }

  private static void with(Map<String, String> texts, Consumer<NotificationClient> test) {
    Boot.runner()
        .withBean(TemplateRenderer.class, () -> new Texts(texts))
        .run(context -> test.accept(context.getBean(NotificationClient.class)));
  }

  @Test
  void partsOfTheEnginesTemplateMakeTheMessages() {
    with(
        Map.of(
            "own/email.subject", "Order %s",
            "own/email.html", "<p>%s</p>",
            "own/sms.txt", "SMS %s",
            "own/push.title", "Push",
            "own/inbox.title", "Inbox %s"),
        client -> {
          var messages = client.preview("own", Locale.KOREAN, Map.of("orderNo", "A-1"));
          assertThat(messages).hasSize(4);
          EmailMessage mail = (EmailMessage) messages.get(Channel.EMAIL);
          assertThat(mail.subject()).isEqualTo("Order A-1 (ko)");
          assertThat(mail.html()).hasValue("<p>A-1</p> (ko)\n");
          assertThat(((SmsMessage) messages.get(Channel.SMS)).text()).isEqualTo("SMS A-1 (ko)");
          assertThat(((PushMessage) messages.get(Channel.PUSH)).title()).hasValue("Push (ko)");
          assertThat(((InboxMessage) messages.get(Channel.INBOX)).title())
              .isEqualTo("Inbox A-1 (ko)");
        });
  }

  @Test
  void templatesThatTheEngineLacksAreTheLibrarys() {
    with(
        Map.of("own/sms.txt", "x"),
        client ->
            assertThat(client.preview("order-placed", null, Map.of("orderNo", "A-1")))
                .containsKey(Channel.SMS));
  }

  @Test
  void engineThatThrowsIsToldWithoutItsMessage() {
    with(
        Map.of("own/sms.txt", "%d"),
        client ->
            assertThatThrownBy(() -> client.preview("own", null, Map.of("orderNo", "canary")))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining("template 'own', part sms.txt: the engine threw")
                .hasMessageNotContaining("canary"));
  }
}
