package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SendGridWebhooksTest {
  // SendGrid's published vector.
  private static final String KEY =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62g"
          + "w+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
  private static final String SIGNATURE =
      "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15Tl"
          + "uLtEZtM=";
  private static final String TIMESTAMP = "1600112502";
  private static final String PAYLOAD =
      "[{\"email\":\"hello@world.com\",\"event\":\"dropped\",\"reason\":\"Bounced Address\","
          + "\"sg_event_id\":\"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA\","
          + "\"sg_message_id\":\"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC7"
          + "6C-9.0\",\"smtp-id\":\"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>\","
          + "\"timestamp\":1600112492}]\r\n";

  private static WebhookResult handle(String key, String body, String signature, String time) {
    return SendGridWebhooks.builder()
        .verificationKey(key)
        .build()
        .handle(
            WebhookRequest.builder("POST", "https://a.example/sendgrid")
                .header("x-twilio-email-event-webhook-signature", signature)
                .header("X-Twilio-Email-Event-Webhook-Timestamp", time)
                .body(body.getBytes(StandardCharsets.UTF_8))
                .build());
  }

  @Test
  void publishedVectorIsGenuine() {
    WebhookResult result = handle(KEY, PAYLOAD, SIGNATURE, TIMESTAMP);
    assertThat(result.status()).isEqualTo(200);
    List<WebhookEvent> events = ((WebhookResult.Accepted) result).events();
    assertThat(events).hasSize(2);
    Origin origin = events.get(0).origin();
    assertThat(origin.messageId()).isEqualTo("LRzXl_NHStOGhQ4kofSm_A");
    assertThat(origin.at()).isEqualTo("2020-09-14T19:41:32Z");
    assertThat(events.get(1)).isInstanceOf(WebhookEvent.TargetInvalid.class);
    assertThat(events.toString()).doesNotContain("hello@");
  }

  @Test
  void changedRequestIsRefused() {
    String other =
        "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYN"
            + "H3j/0=";
    assertThat(handle(KEY, PAYLOAD.strip(), SIGNATURE, TIMESTAMP).status()).isEqualTo(403);
    assertThat(handle(KEY, PAYLOAD, other, TIMESTAMP).status()).isEqualTo(403);
    assertThat(handle(KEY, PAYLOAD, SIGNATURE, "1600112503").status()).isEqualTo(403);
    assertThat(handle(KEY, PAYLOAD, "", TIMESTAMP).status()).isEqualTo(403);
    assertThat(handle(KEY, PAYLOAD, "AAAA", TIMESTAMP).status()).isEqualTo(403);
    assertThat(handle(KEY, PAYLOAD, "not base64!", TIMESTAMP).status()).isEqualTo(400);
  }

  private static List<WebhookEvent> events(String event) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    String body = "[" + event + "]";
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(("1" + body).getBytes(StandardCharsets.UTF_8));
    String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    WebhookResult result =
        handle(key, body, Base64.getEncoder().encodeToString(signer.sign()), "1");
    assertThat(result).isInstanceOf(WebhookResult.Accepted.class);
    return ((WebhookResult.Accepted) result).events();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"event\":\"processed\"|DeliveryReport ACCEPTED",
        "\"event\":\"deferred\",\"response\":\"400\"|DeliveryReport ACCEPTED",
        "\"event\":\"delivered\"|DeliveryReport DELIVERED",
        "\"event\":\"bounce\",\"type\":\"bounce\",\"status\":\"5.1.1\"|DeliveryReport UNDELIVERED,"
            + " TargetInvalid 5.1.1",
        "\"event\":\"bounce\"|DeliveryReport UNDELIVERED, TargetInvalid bounce",
        "\"event\":\"bounce\",\"type\":\"blocked\",\"status\":\"5.7.1\"|DeliveryReport UNDELIVERED",
        "\"event\":\"bounce\",\"type\":\"expired\",\"status\":\"4.4.1\"|DeliveryReport UNDELIVERED",
        "\"event\":\"dropped\",\"reason\":\"Bounced Address\"|DeliveryReport UNDELIVERED,"
            + " TargetInvalid dropped",
        "\"event\":\"dropped\",\"reason\":\"Unsubscribed Address\"|DeliveryReport UNDELIVERED,"
            + " OptedOut CHANNEL",
        "\"event\":\"dropped\",\"reason\":\"Spam Reporting Address\"|DeliveryReport UNDELIVERED,"
            + " Complained",
        "\"event\":\"dropped\",\"reason\":\"Spam Content\"|DeliveryReport UNDELIVERED",
        "\"event\":\"spamreport\"|Complained",
        "\"event\":\"unsubscribe\"|OptedOut CHANNEL",
        "\"event\":\"group_unsubscribe\"|OptedOut CATEGORY",
        "\"event\":\"open\"|Opened",
        "\"event\":\"click\",\"url\":\"https://a.example/x\"|Clicked https://a.example/x",
        "\"event\":\"brand_new\"|''",
      })
  void eventHasItsMeaning(String fields, String expected) throws Exception {
    List<WebhookEvent> events =
        events("{\"email\":\"ann@example.com\",\"sg_event_id\":\"e1\"," + fields + "}");
    assertThat(String.join(", ", events.stream().map(Meanings::of).toList())).isEqualTo(expected);
    events.forEach(e -> assertThat(e.origin().eventId()).isEqualTo("sendgrid:e1"));
  }

  @Test
  void customArgumentsNameTheDelivery() throws Exception {
    Origin origin =
        events(
                "{\"event\":\"open\",\"delivery_id\":\"0193481c-5a34-7cc1-8f3e-0123456789ab\","
                    + "\"tenant\":\"acme\"}")
            .get(0)
            .origin();
    assertThat(origin.deliveryId()).hasToString("0193481c-5a34-7cc1-8f3e-0123456789ab");
    assertThat(origin.tenant()).isEqualTo("acme");
    assertThat(events("{\"event\":\"open\",\"delivery_id\":\"x\"}").get(0).origin().deliveryId())
        .isNull();
  }

  @Test
  void onlyPostIsRead() {
    SendGridWebhooks webhooks = SendGridWebhooks.builder().verificationKey(KEY).build();
    assertThat(webhooks.handle(WebhookRequest.builder("GET", "https://a.example").build()).status())
        .isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "canary key", "AAAA"})
  void badKeyIsRefused(String key) {
    assertThatThrownBy(() -> SendGridWebhooks.builder().verificationKey(key).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("verificationKey")
        .hasMessageNotContaining("canary");
  }
}
