package dev.notifykit.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.TemplateException;
import dev.notifykit.message.SmsMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a template can say of links. */
final class TrackedLinkTest {
  private static final Links LINKS =
      new Links() {
        @Override
        public String tracked(String url) {
          return "<" + url + ">";
        }

        @Override
        public Optional<String> unsubscribeUrl() {
          return Optional.of("leave");
        }
      };

  private static String sms(String text, Map<String, Object> data, Links links) {
    Templates templates = new Templates(List.of(TemplateSource.of(Map.of("t/sms.txt", text))));
    RenderRequest request =
        new RenderRequest(data, null, new UUID(0, 1), "", "ann", null, "c", List.of(), links);
    return ((SmsMessage) templates.get("t").render(Channel.SMS, request)).text();
  }

  @Test
  void whatStandsInTrackedIsOneLink() {
    String text = "a {{#tracked}}https://{{host}}/{{#deep}}x{{/deep}}{{/tracked}} b";
    Map<String, Object> data = Map.of("host", "shop.example", "deep", true);
    assertThat(sms(text, data, LINKS)).isEqualTo("a <https://shop.example/x> b");
    assertThat(sms(text, data, Links.NONE)).isEqualTo("a https://shop.example/x b");
  }

  @Test
  void severalLinksAreSeveral() {
    assertThat(sms("{{#tracked}}a{{/tracked}},{{#tracked}}b{{/tracked}}", Map.of(), LINKS))
        .isEqualTo("<a>,<b>");
    assertThat(
            sms(
                "{{#urls}}{{#tracked}}{{.}}{{/tracked}}{{/urls}}",
                Map.of("urls", List.of("a", "b")),
                LINKS))
        .isEqualTo("<a><b>");
  }

  @Test
  void aValueInATrackedLinkIsRequired() {
    assertThatThrownBy(() -> sms("{{#tracked}}{{url}}{{/tracked}}", Map.of(), LINKS))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("url");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{^tracked}}a{{/tracked}}",
        "{{#tracked}}{{#tracked}}a{{/tracked}}{{/tracked}}",
        "{{#tracked}}a",
        "a{{/tracked}}"
      })
  void trackedStandsAroundOneLink(String text) {
    assertThatThrownBy(() -> sms(text, Map.of(), LINKS)).isInstanceOf(TemplateException.class);
  }

  @Test
  void htmlIsTrackedWithoutSayingSo() {
    assertThatThrownBy(
            () -> Rendering.render(Syntax.HTML, "<a href=\"{{#tracked}}a{{/tracked}}\">", Map.of()))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("tracked without");
  }

  @Test
  void theLinkToUnsubscribeNeedNotBeGivenAndCanBe() {
    String text = "x{{#unsubscribeUrl}} {{unsubscribeUrl}}{{/unsubscribeUrl}} {{unsubscribeUrl}}";
    assertThat(sms(text, Map.of(), LINKS)).isEqualTo("x leave leave");
    assertThat(sms(text, Map.of(), Links.NONE)).isEqualTo("x ");
    assertThat(sms(text, Map.of("unsubscribeUrl", "mine"), LINKS)).isEqualTo("x mine mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no", "true", "OFF"})
  void trackingIsOnOrOff(String value) {
    Map<String, String> files =
        Map.of("t/sms.txt", "x", "t/template.properties", "tracking=" + value);
    Templates templates = new Templates(List.of(TemplateSource.of(files)));
    assertThatThrownBy(() -> templates.get("t"))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("neither on nor off");
  }
}
