package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.internal.Hmac;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Provider;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From a send over the wire to the report about it: what the provider carries along is what its
 * webhooks look for. The reports name a message id that nobody knows, so that nothing else can find
 * the delivery.
 */
@Timeout(60)
final class FullCircleTest {
  private static final String URL = "https://shop.example/hooks/sms";

  private interface Reporter {
    void to(NotificationClient client) throws Exception;
  }

  private static Delivery send(Provider provider, String tenant, Reporter report) throws Exception {
    InMemoryStore store = InMemoryStore.create();
    try (NotificationClient all =
        NotificationClient.builder().store(store).provider(provider).build()) {
      NotificationClient client = tenant.isEmpty() ? all : all.forTenant(tenant);
      Delivery sent = hello(client);
      assertThat(sent.state()).isEqualTo(DeliveryState.ACCEPTED);
      report.to(all);
      assertThat(store.tracking().events(tenant, sent.id()))
          .extracting(TrackingEvent::kind)
          .containsExactly(TrackingEvent.Kind.DELIVERED);
      return client.deliveries(sent.notificationId()).get(0);
    }
  }

  private static void receive(
      NotificationClient client, WebhookHandler handler, WebhookRequest.Builder request) {
    assertThat(client.receive(handler, request.build())).isInstanceOf(WebhookResult.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "acme & sons"})
  void twilioReportsWhereItWasTold(String tenant) throws Exception {
    try (MockTwilio twilio = new MockTwilio()) {
      Delivery delivery =
          send(
              twilio.provider().statusCallback(URL).build(),
              tenant,
              client -> {
                Map<String, List<String>> sent =
                    Requests.form(MockTwilio.text(twilio.requests().get(0)));
                String callback = sent.get("StatusCallback").get(0);
                assertThat(callback).startsWith(URL);
                Map<String, String> form = new TreeMap<>();
                form.put("MessageSid", "SMunknown");
                form.put("MessageStatus", "delivered");
                form.put("To", "+14155550173");
                StringBuilder signed = new StringBuilder(callback);
                form.forEach((name, value) -> signed.append(name).append(value));
                byte[] signature = Hmac.of("HmacSHA1", MockTwilio.TOKEN, signed.toString());
                receive(
                    client,
                    TwilioWebhooks.builder().authToken(MockTwilio.TOKEN).build(),
                    WebhookRequest.builder("POST", callback)
                        .header("X-Twilio-Signature", Base64.getEncoder().encodeToString(signature))
                        .body(Wire.encode(form).getBytes(StandardCharsets.UTF_8)));
              });
      assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "acme"})
  void vonageReportsTheReferenceItWasGiven(String tenant) throws Exception {
    try (MockVonage vonage = new MockVonage()) {
      Delivery delivery =
          send(
              vonage.provider().build(),
              tenant,
              client -> {
                Map<String, List<String>> sent =
                    Requests.form(MockVonage.text(vonage.requests().get(0)));
                Map<String, String> query = new TreeMap<>();
                query.put("client-ref", sent.get("client-ref").get(0));
                query.put("err-code", "0");
                query.put("messageId", "unknown");
                query.put("msisdn", "14155550173");
                query.put("status", "delivered");
                sign(query);
                VonageWebhooks.Builder webhooks =
                    VonageWebhooks.builder()
                        .signatureSecret("secret")
                        .algorithm(VonageWebhooks.Algorithm.SHA256_HMAC);
                receive(
                    client,
                    (tenant.isEmpty() ? webhooks : webhooks.tenant(tenant)).build(),
                    WebhookRequest.builder("GET", URL + "?" + Wire.encode(query)));
              });
      assertThat(delivery.state()).isEqualTo(DeliveryState.DELIVERED);
    }
  }

  private static void sign(Map<String, String> query) {
    query.put("timestamp", Long.toString(Instant.now().getEpochSecond()));
    StringBuilder signed = new StringBuilder();
    query.forEach((name, value) -> signed.append('&').append(name + "=" + value));
    byte[] sig = Hmac.of("HmacSHA256", "secret", signed.toString());
    query.put("sig", HexFormat.of().formatHex(sig));
  }

  @Test
  void vonageSuppressesANumberForTheTenantOfTheDelivery() throws Exception {
    try (MockVonage vonage = new MockVonage();
        NotificationClient all =
            NotificationClient.builder().provider(vonage.provider().build()).build()) {
      Delivery sent = hello(all.forTenant("acme"));
      Map<String, String> query = new TreeMap<>();
      query.put("client-ref", sent.id().toString());
      query.put("err-code", "3");
      query.put("messageId", sent.providerMessageId());
      query.put("msisdn", "14155550173");
      query.put("status", "failed");
      sign(query);
      receive(
          all,
          VonageWebhooks.builder().signatureSecret("secret").build(),
          WebhookRequest.builder("GET", URL + "?" + Wire.encode(query)));
      assertThat(hello(all.forTenant("acme")).suppression())
          .contains(SuppressionReason.INVALID_TARGET);
      assertThat(hello(all).state()).isEqualTo(DeliveryState.ACCEPTED);
    }
  }

  private static Delivery hello(NotificationClient client) throws Exception {
    Receipt receipt =
        client
            .notification()
            .to(Recipient.builder("ann").phone("+14155550173").build())
            .content(SmsMessage.of("Hello"))
            .send();
    return receipt.completion().toCompletableFuture().get().get(0);
  }
}
