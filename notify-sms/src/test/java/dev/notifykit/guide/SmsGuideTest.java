package dev.notifykit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.policy.Preference;
import dev.notifykit.provider.Provider;
import dev.notifykit.sms.PhoneNumbers;
import dev.notifykit.sms.SmsPrices;
import dev.notifykit.sms.SmsSegments;
import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.sms.TwilioWebhooks;
import dev.notifykit.sms.VonageProvider;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples of docs/sms.md and docs/receipts.md, with no more than the public API. */
@Timeout(60)
final class SmsGuideTest {
  private static Delivery send(Provider provider, String number, SmsMessage message) {
    try (NotificationClient client = NotificationClient.builder().provider(provider).build()) {
      return client
          .notification()
          .to(Recipient.builder("ann").phone(number).build())
          .content(message)
          .send()
          .completion()
          .toCompletableFuture()
          .join()
          .get(0);
    }
  }

  private static TwilioProvider twilio(String sid, String token) {
    // region twilio
    TwilioProvider twilio =
        TwilioProvider.builder()
            .accountSid(sid)
            .authToken(token) // or .apiKey(keySid, keySecret)
            .from("+15005550006") // number, short code or name
            .from("GB", "Shop") // another sender for one country
            .statusCallback("https://shop.example.com/hooks/twilio")
            .numbers(PhoneNumbers.builder().defaultRegion("US").allow("US", "CA", "GB").build())
            .build();
    // endregion
    return twilio;
  }

  @Test
  void aCountryThatIsNotAllowedIsRefusedBeforeTheWire() {
    Delivery jamaica =
        send(
            twilio(FakeTwilio.ACCOUNT_SID, FakeTwilio.AUTH_TOKEN),
            "+18762345678",
            SmsMessage.of("x"));
    assertThat(jamaica.state()).isEqualTo(DeliveryState.DEAD);
    assertThat(jamaica.reason()).isEqualTo("REJECTED");
  }

  @Test
  void vonageIsBuilt() {
    String key = "abcd1234";
    String secret = "secret";
    // region vonage
    VonageProvider vonage =
        VonageProvider.builder().apiKey(key).apiSecret(secret).from("Shop").build();
    // endregion
    try (vonage) {
      assertThat(vonage.channel()).isEqualTo(Channel.SMS);
    }
  }

  private static SmsMessage limited(String text) {
    // region limits
    SmsMessage message =
        SmsMessage.builder()
            .text(text)
            .transliterated(true) // “ ” ’ – … become " ' - ...
            .maxSegments(2)
            .overflow(SmsMessage.Overflow.SHORTEN) // default REFUSE: too_many_segments
            .build();
    // endregion
    return message;
  }

  @Test
  void aTextIsShortenedToItsLimit() {
    try (FakeTwilio twilio = FakeTwilio.start()) {
      TwilioProvider provider =
          TwilioProvider.builder()
              .accountSid(FakeTwilio.ACCOUNT_SID)
              .authToken(FakeTwilio.AUTH_TOKEN)
              .from("+15005550006")
              .baseUrl(twilio.url())
              .build();
      send(provider, "+14155550123", limited("“Your parcel” – ".repeat(40)));
      String sent = twilio.messages().get(0).body();
      assertThat(SmsSegments.of(sent).count()).isEqualTo(2);
      assertThat(sent).startsWith("\"Your parcel\" - ").endsWith("...");
    }
  }

  @Test
  void aCostIsKnownBeforeSending() {
    TemplateSource code = TemplateSource.of(Map.of("code/sms.txt", "Your code is {{code}}"));
    NotificationClient client = NotificationClient.builder().templates(code).build();
    // region prices
    SmsPrices prices =
        SmsPrices.builder()
            .segment("US", "0.0083") // as your contract says, in its currency
            .segment("KR", "0.0494")
            .build();

    SmsMessage message =
        (SmsMessage) client.preview("code", null, Map.of("code", "123456")).get(Channel.SMS);
    int segments = SmsSegments.of(message.text()).count();
    Optional<BigDecimal> cost = prices.estimate("+14155550123", message); // empty: not known
    // endregion
    client.close();
    assertThat(segments).isEqualTo(1);
    assertThat(cost).contains(new BigDecimal("0.0083"));
    assertThat(prices.estimate("+447400123456", message)).isEmpty();
  }

  // ---- what comes back

  @Test
  void aReportThatComesBackIsApplied() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String publicUrl = "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/twilio";
    String token = FakeTwilio.AUTH_TOKEN;
    Map<String, List<String>> users = Map.of("+14155550123", List.of("ann"));
    try (FakeTwilio twilio = FakeTwilio.start();
        NotificationClient client = client(twilio, publicUrl, users)) {
      // region receive
      TwilioWebhooks webhooks = TwilioWebhooks.builder().authToken(token).build();

      server.createContext(
          "/hooks/twilio",
          exchange -> {
            String query = exchange.getRequestURI().getRawQuery();
            String url = query == null ? publicUrl : publicUrl + "?" + query; // as Twilio was told
            WebhookRequest.Builder request =
                WebhookRequest.builder(exchange.getRequestMethod(), url)
                    .body(exchange.getRequestBody().readNBytes(WebhookRequest.MAX_BODY + 1));
            exchange.getRequestHeaders().forEach((name, all) -> request.header(name, all.get(0)));
            WebhookResult result = client.receive(webhooks, request.build());
            exchange.sendResponseHeaders(result.status(), -1);
            exchange.close();
          });
      // endregion
      server.start();
      Receipt receipt =
          client
              .notification()
              .to(Recipient.builder("ann").phone("+14155550123").build())
              .content(SmsMessage.of("Your order is out"))
              .send();
      receipt.completion().toCompletableFuture().join();
      FakeTwilio.Sms sms = twilio.messages().get(0);

      assertThat(twilio.report(sms, "delivered")).isEqualTo(204);
      assertThat(client.deliveries(receipt.notificationId()).get(0).state())
          .isEqualTo(DeliveryState.DELIVERED);
      assertThat(twilio.answer(sms, "Stop", publicUrl)).isEqualTo(204);
      assertThat(client.preferences().of("ann").choices())
          .containsExactly(new Preference(Channel.SMS, null, null, false));
      assertThat(client.explain(again()).toString()).contains("SUPPRESS");
    } finally {
      server.stop(0);
    }
  }

  private static NotificationClient client(
      FakeTwilio fake, String publicUrl, Map<String, List<String>> usersByPhone) {
    TwilioProvider twilio =
        TwilioProvider.builder()
            .accountSid(FakeTwilio.ACCOUNT_SID)
            .authToken(FakeTwilio.AUTH_TOKEN)
            .from("+15005550006")
            .baseUrl(fake.url())
            .statusCallback(publicUrl)
            .build();
    // region addressBook
    NotificationClient client =
        NotificationClient.builder()
            .provider(twilio)
            .addressBook((tenant, target) -> usersByPhone.getOrDefault(target.address(), List.of()))
            .build();
    // endregion
    return client;
  }

  private static Notification again() {
    return Notification.builder()
        .to(Recipient.builder("ann").phone("+14155550123").build())
        .content(SmsMessage.of("x"))
        .build();
  }

  // ---- testing

  // region test
  @Test
  void aNumberThatTwilioDoesNotKnowIsNotTriedAgain() {
    try (FakeTwilio twilio = FakeTwilio.start()) {
      TwilioProvider provider =
          TwilioProvider.builder()
              .accountSid(FakeTwilio.ACCOUNT_SID)
              .authToken(FakeTwilio.AUTH_TOKEN)
              .from("+15005550006")
              .baseUrl(twilio.url())
              .build();
      twilio.failNumber("+14155550199", 21211);

      Delivery refused = send(provider, "+14155550199", SmsMessage.of("Your code is 123456"));

      assertThat(refused.suppression()).contains(SuppressionReason.INVALID_TARGET);
      assertThat(twilio.requests()).isEqualTo(1);
    }
  }
  // endregion
}
