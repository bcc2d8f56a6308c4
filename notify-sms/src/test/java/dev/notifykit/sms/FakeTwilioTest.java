package dev.notifykit.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.notifykit.DeliveryState;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookRequest;
import dev.notifykit.tracking.WebhookResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The provider, the fake service and the webhooks together, over sockets. */
@Timeout(60)
final class FakeTwilioTest {
  private final FakeTwilio twilio = FakeTwilio.start();
  private final List<WebhookEvent> events = new CopyOnWriteArrayList<>();
  private HttpServer application;
  private String webhook;
  private TwilioProvider provider;

  @BeforeEach
  void start() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook = "http://127.0.0.1:" + application.getAddress().getPort() + "/sms";
    TwilioWebhooks webhooks = TwilioWebhooks.builder().authToken(FakeTwilio.AUTH_TOKEN).build();
    application.createContext("/sms", exchange -> receive(webhooks, exchange));
    application.start();
    provider =
        TwilioProvider.builder()
            .accountSid(FakeTwilio.ACCOUNT_SID)
            .authToken(FakeTwilio.AUTH_TOKEN)
            .from("+15005550006")
            .baseUrl(twilio.url())
            .statusCallback(webhook)
            .build();
  }

  @AfterEach
  void stop() {
    provider.close();
    twilio.close();
    application.stop(0);
  }

  private void receive(TwilioWebhooks webhooks, HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      WebhookRequest.Builder request =
          WebhookRequest.builder(
                  exchange.getRequestMethod(), query == null ? webhook : webhook + "?" + query)
              .body(exchange.getRequestBody().readAllBytes());
      exchange.getRequestHeaders().forEach((name, values) -> request.header(name, values.get(0)));
      WebhookResult result = webhooks.handle(request.build());
      if (result instanceof WebhookResult.Accepted accepted) {
        events.addAll(accepted.events());
      }
      exchange.sendResponseHeaders(result.status(), -1);
    }
  }

  private Outcome send(String number) throws Exception {
    return Requests.send(provider, Requests.to(number, SmsMessage.of("Your order is out")));
  }

  @Test
  void messageIsKeptAndReported() throws Exception {
    Outcome outcome = send("+14155550123");
    FakeTwilio.Sms sms = twilio.messages().get(0);
    assertThat(outcome).isEqualTo(new Outcome.Accepted(sms.sid()));
    assertThat(sms.to()).isEqualTo("+14155550123");
    assertThat(sms.from()).isEqualTo("+15005550006");
    assertThat(sms.body()).isEqualTo("Your order is out");
    assertThat(twilio.report(sms, "delivered")).isEqualTo(204);
    assertThat(events)
        .singleElement()
        .isInstanceOfSatisfying(
            WebhookEvent.DeliveryReport.class,
            e -> {
              assertThat(e.state()).isEqualTo(DeliveryState.DELIVERED);
              assertThat(e.origin().deliveryId()).isEqualTo(Requests.ID);
              assertThat(e.origin().messageId()).isEqualTo(sms.sid());
            });
  }

  @Test
  void failureIsReportedWithItsCode() throws Exception {
    send("+14155550123");
    assertThat(twilio.report(twilio.messages().get(0), "undelivered", 30005)).isEqualTo(204);
    assertThat(events).hasSize(2);
    assertThat(events.get(1)).isInstanceOf(WebhookEvent.TargetInvalid.class);
  }

  @Test
  void answerReachesTheWebhook() throws Exception {
    send("+14155550123");
    assertThat(twilio.answer(twilio.messages().get(0), "stop", webhook)).isEqualTo(204);
    assertThat(events).singleElement().isInstanceOf(WebhookEvent.OptedOut.class);
  }

  @Test
  void failsUntilItIsToldToAccept() throws Exception {
    List<String> taken = new CopyOnWriteArrayList<>();
    twilio.onReceived(sms -> taken.add(sms.to()));
    twilio.failAll(503, 20503);
    assertThat(send("+14155550123")).isEqualTo(new Outcome.Unknown("20503"));
    assertThat(send("+14155550123")).isEqualTo(new Outcome.Unknown("20503"));
    assertThat(taken).isEmpty();
    twilio.acceptAll();
    assertThat(send("+14155550123")).isInstanceOf(Outcome.Accepted.class);
    assertThat(taken).containsExactly("+14155550123");
  }

  @Test
  void failsAsTold() throws Exception {
    twilio.failNext(429, 20429);
    twilio.failNumber("+14155550199", 21211);
    assertThat(send("+14155550123")).isInstanceOf(Outcome.Throttled.class);
    assertThat(send("+14155550123")).isInstanceOf(Outcome.Accepted.class);
    assertThat(send("+14155550199")).isEqualTo(new Outcome.InvalidTarget("21211"));
    assertThat(twilio.messages()).hasSize(1);
    assertThat(twilio.requests()).isEqualTo(3);
  }

  @Test
  void wrongCredentialsAreRefused() throws Exception {
    try (TwilioProvider wrong =
        TwilioProvider.builder()
            .accountSid(FakeTwilio.ACCOUNT_SID)
            .authToken("wrong")
            .from("+15005550006")
            .baseUrl(twilio.url())
            .build()) {
      Outcome outcome = Requests.send(wrong, Requests.to("+14155550123", SmsMessage.of("x")));
      assertThat(outcome).isEqualTo(new Outcome.Misconfigured("20003"));
    }
  }

  @Test
  void messageWithoutCallbackCannotBeReported() {
    FakeTwilio.Sms sms =
        new FakeTwilio.Sms("SM1", "+14155550123", "+15005550006", "x", java.util.Map.of());
    assertThatThrownBy(() -> twilio.report(sms, "sent"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
