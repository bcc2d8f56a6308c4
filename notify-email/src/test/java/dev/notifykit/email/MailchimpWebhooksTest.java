package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.internal.Hmac;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MailchimpWebhooksTest {
  private static final String KEY = "test-webhook-key";
  private static final String URL = "https://a.example/hooks/mandrill?x=1";

  private final MailchimpWebhooks webhooks = MailchimpWebhooks.builder().webhookKey(KEY).build();

  private WebhookResult post(String url, String json, String signature) {
    String body = "mandrill_events=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
    return webhooks.handle(
        WebhookRequest.builder("POST", url)
            .header("X-Mandrill-Signature", signature)
            .body(body.getBytes(StandardCharsets.UTF_8))
            .build());
  }

  // Mailchimp documents the algorithm and no vector; this one was made with another language's
  // HMAC.
  @Test
  void documentedAlgorithmIsFollowed() {
    String json =
        "[{\"event\":\"open\",\"_id\":\"abc\",\"ts\":1384954004,"
            + "\"msg\":{\"email\":\"ann@example.com\"}}]";
    String signature = "BiRiaOYiYGXXKHrAIhsIw743jgY=";
    WebhookResult result = post(URL, json, signature);
    assertThat(result.status()).isEqualTo(200);
    Origin origin = ((WebhookResult.Accepted) result).events().get(0).origin();
    assertThat(origin.eventId()).isEqualTo("mandrill:abc:open:1384954004");
    assertThat(origin.messageId()).isEqualTo("abc");
    assertThat(origin.at()).isEqualTo("2013-11-20T13:26:44Z");
    assertThat(post(URL + "/", json, signature).status()).isEqualTo(403);
    assertThat(post(URL, json.replace("abc", "abd"), signature).status()).isEqualTo(403);
    assertThat(post(URL, json, "").status()).isEqualTo(403);
  }

  private List<WebhookEvent> events(String json) {
    String signed = URL + "mandrill_events" + json;
    WebhookResult result =
        post(URL, json, Base64.getEncoder().encodeToString(Hmac.of("HmacSHA1", KEY, signed)));
    assertThat(result).isInstanceOf(WebhookResult.Accepted.class);
    return ((WebhookResult.Accepted) result).events();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "send|DeliveryReport ACCEPTED",
        "deferral|DeliveryReport ACCEPTED",
        "delivered|DeliveryReport DELIVERED",
        "hard_bounce|DeliveryReport UNDELIVERED, TargetInvalid bad_mailbox",
        "soft_bounce|DeliveryReport UNDELIVERED",
        "reject|DeliveryReport UNDELIVERED",
        "spam|Complained",
        "unsub|OptedOut CHANNEL",
        "open|Opened",
        "click|Clicked https://a.example/x",
        "brand_new|''",
      })
  void eventHasItsMeaning(String kind, String expected) {
    List<WebhookEvent> events =
        events(
            "[{\"event\":\""
                + kind
                + "\",\"_id\":\"abc\",\"url\":\"https://a.example/x\",\"msg\":{\"email\":"
                + "\"ann@example.com\",\"bounce_description\":\"bad_mailbox\",\"metadata\":"
                + "{\"delivery_id\":\"0193481c-5a34-7cc1-8f3e-0123456789ab\",\"tenant\":\"t\"}}}]");
    assertThat(String.join(", ", events.stream().map(Meanings::of).toList())).isEqualTo(expected);
    for (WebhookEvent event : events) {
      assertThat(event.origin().deliveryId()).hasToString("0193481c-5a34-7cc1-8f3e-0123456789ab");
      assertThat(event.origin().tenant()).isEqualTo("t");
    }
  }

  @Test
  void nonsenseIsRefusedOrEmpty() {
    assertThat(events("[]")).isEmpty();
    assertThat(events("{}")).isEmpty();
    String json = "[1]";
    String signature =
        Base64.getEncoder()
            .encodeToString(Hmac.of("HmacSHA1", KEY, URL + "mandrill_events" + json));
    assertThat(post(URL, json, signature).status()).isEqualTo(400);
  }

  @Test
  void addressIsProbedWithHead() {
    WebhookResult result = webhooks.handle(WebhookRequest.builder("HEAD", URL).build());
    assertThat(result).isEqualTo(new WebhookResult.Accepted(200, List.of()));
  }

  @Test
  void keyIsRequired() {
    assertThatThrownBy(MailchimpWebhooks.builder()::build)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("webhookKey");
    assertThatThrownBy(() -> MailchimpWebhooks.builder().provider(null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("provider");
    assertThatThrownBy(() -> MailchimpWebhooks.builder().clock(null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("clock");
  }
}
