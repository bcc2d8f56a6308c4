package dev.notifykit.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.internal.Hmac;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a send over the wire to the report about it: what the provider carries along is what its
 * webhooks look for. The reports name no message id, so that nothing else can find the delivery.
 */
@Timeout(60)
final class FullCircleTest {
  private static final String URL = "https://shop.example/hooks";

  private MockEmailApi api;

  @AfterEach
  void stop() {
    api.close();
  }

  private static Delivery send(Provider provider, String tenant, Reporter report) throws Exception {
    InMemoryStore store = InMemoryStore.create();
    try (NotificationClient all =
        NotificationClient.builder().store(store).provider(provider).build()) {
      NotificationClient client = tenant.isEmpty() ? all : all.forTenant(tenant);
      Receipt receipt =
          client
              .notification()
              .to(Recipient.builder("ann").email("ann@example.com").build())
              .content(EmailMessage.builder().subject("S").text("T").build())
              .send();
      Delivery sent = receipt.completion().toCompletableFuture().get().get(0);
      assertThat(sent.state()).isEqualTo(DeliveryState.ACCEPTED);
      report.to(all);
      assertThat(store.tracking().events(tenant, sent.id()))
          .extracting(TrackingEvent::kind)
          .containsExactlyInAnyOrder(TrackingEvent.Kind.DELIVERED, TrackingEvent.Kind.OPENED);
      return client.deliveries(receipt.notificationId()).get(0);
    }
  }

  private interface Reporter {
    void to(NotificationClient client) throws Exception;
  }

  private static void receive(
      NotificationClient client, WebhookHandler handler, WebhookRequest.Builder request) {
    assertThat(client.receive(handler, request.build())).isInstanceOf(WebhookResult.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "acme"})
  void sendGridReportsWhatItWasSent(String tenant) throws Exception {
    api = new MockEmailApi(SendGridContractTest::reply);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    SendGridProvider provider =
        SendGridProvider.builder()
            .apiBaseUrl(api.url())
            .apiKey("SG.secret")
            .from("Shop <shop@example.com>")
            .build();
    Delivery delivery =
        send(
            provider,
            tenant,
            client -> {
              JsonNode sent = MockEmailApi.body(api.requests().get(0)).at("/personalizations/0");
              StringBuilder args = new StringBuilder();
              sent.path("custom_args")
                  .properties()
                  .forEach(
                      arg -> args.append(",\"%s\":%s".formatted(arg.getKey(), arg.getValue())));
              String event =
                  "{\"event\":\"%s\",\"email\":\"ann@example.com\",\"sg_event_id\":\"%s\""
                      + ",\"timestamp\":1600112492%s}";
              String body =
                  "["
                      + event.formatted("delivered", "e1", args)
                      + ","
                      + event.formatted("open", "e2", args)
                      + "]";
              Signature signer = Signature.getInstance("SHA256withECDSA");
              signer.initSign(keys.getPrivate());
              signer.update(("1" + body).getBytes(StandardCharsets.UTF_8));
              Base64.Encoder base64 = Base64.getEncoder();
              receive(
                  client,
                  SendGridWebhooks.builder()
                      .verificationKey(base64.encodeToString(keys.getPublic().getEncoded()))
                      .build(),
                  WebhookRequest.builder("POST", URL)
                      .header(
                          "X-Twilio-Email-Event-Webhook-Signature",
                          base64.encodeToString(signer.sign()))
                      .header("X-Twilio-Email-Event-Webhook-Timestamp", "1")
                      .body(body.getBytes(StandardCharsets.UTF_8)));
            });
    assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "acme"})
  void mailchimpReportsWhatItWasSent(String tenant) throws Exception {
    api = new MockEmailApi(MailchimpContractTest::reply);
    MailchimpProvider provider =
        MailchimpProvider.builder()
            .apiBaseUrl(api.url())
            .apiKey("md-secret")
            .from("Shop <shop@example.com>")
            .build();
    Delivery delivery =
        send(
            provider,
            tenant,
            client -> {
              JsonNode metadata = MockEmailApi.body(api.requests().get(0)).at("/message/metadata");
              String event =
                  "{\"event\":\"%s\",\"ts\":1384954004,\"msg\":{\"email\":\"ann@example.com\""
                      + ",\"metadata\":%s}}";
              String json =
                  "["
                      + event.formatted("delivered", metadata)
                      + ","
                      + event.formatted("open", metadata)
                      + "]";
              String signature =
                  Base64.getEncoder()
                      .encodeToString(Hmac.of("HmacSHA1", "key", URL + "mandrill_events" + json));
              String body = "mandrill_events=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
              receive(
                  client,
                  MailchimpWebhooks.builder().webhookKey("key").build(),
                  WebhookRequest.builder("POST", URL)
                      .header("X-Mandrill-Signature", signature)
                      .body(body.getBytes(StandardCharsets.UTF_8)));
            });
    assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
  }
}
