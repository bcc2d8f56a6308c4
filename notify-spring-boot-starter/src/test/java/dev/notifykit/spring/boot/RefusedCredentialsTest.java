package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.ProviderStats;
import dev.notifykit.Recipient;
import dev.notifykit.test.Await;
import dev.notifykit.test.apns.ApnsAnswer;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.fcm.FcmAnswer;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.test.smtp.FakeSmtpServer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Providers whose credentials are refused: the application starts and goes on, each is told as
 * down, its work waits, and goes out once the credentials are taken.
 */
@Timeout(120)
class RefusedCredentialsTest {
  private static final List<String> PROVIDERS = List.of("smtp", "twilio", "apns", "fcm");

  private static FakeSmtpServer smtp;
  private static FakeTwilio twilio;
  private static FakeApnsServer apns;
  private static FakeFcmServer fcm;
  private static ConfigurableApplicationContext context;
  private static NotificationClient client;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class App {}

  @BeforeAll
  static void start() throws Exception {
    smtp = FakeSmtpServer.builder().credentials("shop", "the password").start();
    twilio = FakeTwilio.start();
    apns = FakeApnsServer.start();
    fcm = FakeFcmServer.start();
    twilio.failAll(401, 20003);
    apns.answer(push -> ApnsAnswer.refuse(403, "InvalidProviderToken"));
    fcm.answerTokens(FcmAnswer.raw(401, "{\"error\":\"invalid_grant\"}"));
    context =
        new SpringApplicationBuilder(App.class)
            .properties("spring.jmx.enabled=false", "server.port=0", "notify.store.type=memory")
            .properties("spring.datasource.url=jdbc:h2:mem:refused;WRITE_DELAY=0")
            .run(
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.health.probes.enabled=true",
                "--spring.ssl.bundle.pem.smtp.truststore.certificate="
                    + ApplicationTest.pem(smtp.certificate()),
                "--spring.ssl.bundle.pem.apns.truststore.certificate="
                    + ApplicationTest.pem(apns.certificate()),
                "--notify.email.smtp.host=" + smtp.host(),
                "--notify.email.smtp.port=" + smtp.port(),
                "--notify.email.smtp.from=shop@example.com",
                "--notify.email.smtp.username=shop",
                "--notify.email.smtp.password=another password",
                "--notify.email.smtp.ssl-bundle=smtp",
                "--notify.sms.twilio.account-sid=" + FakeTwilio.ACCOUNT_SID,
                "--notify.sms.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN,
                "--notify.sms.twilio.from=+15005550006",
                "--notify.sms.twilio.base-url=" + twilio.url(),
                "--notify.push.apns.signing-key=" + ProvidersFromPropertiesTest.p8(),
                "--notify.push.apns.key-id=ABCDEFGHIJ",
                "--notify.push.apns.team-id=KLMNOPQRST",
                "--notify.push.apns.topics=com.example.shop",
                "--notify.push.apns.server=" + apns.host() + ":" + apns.port(),
                "--notify.push.apns.ssl-bundle=apns",
                "--notify.push.fcm.credentials=" + fcm.credentials(),
                "--notify.push.fcm.endpoint=" + fcm.url());
    client = context.getBean(NotificationClient.class);
  }

  @AfterAll
  static void stop() {
    context.close();
    smtp.close();
    twilio.close();
    apns.close();
    fcm.close();
  }

  private static Map<String, ProviderStats.State> states() {
    return client.stats().providers().stream()
        .collect(Collectors.toMap(ProviderStats::name, ProviderStats::state));
  }

  @Test
  void theyAreDownTheirWorkWaitsAndTheApplicationGoesOn() {
    var receipt =
        client
            .notification("order-placed")
            .to(
                Recipient.builder("ann")
                    .email("ann@example.com")
                    .phone("+14155550123")
                    .device(Device.ios("ab".repeat(32)))
                    .device(Device.android("t1"))
                    .build())
            .with("orderNo", "A-1")
            .send();
    for (String provider : PROVIDERS) {
      Await.until(
          provider + " is told as misconfigured",
          () -> states().get(provider) == ProviderStats.State.MISCONFIGURED);
    }
    Http http = new Http(context);
    // Health goes by a look at the client that is kept for a moment.
    Await.until("health tells of all", () -> refused(http.get("/actuator/health/notify")) == 4);
    Http.Answer health = http.get("/actuator/health/notify");
    assertThat(health.status()).isEqualTo(503);
    assertThat(health.body()).doesNotContain("another password");
    assertThat(http.get("/actuator/health/liveness").status()).isEqualTo(200);
    assertThat(http.get("/actuator/health/readiness").status()).isEqualTo(200);
    // No attempt is spent on what is no fault of the delivery.
    assertThat(client.deliveries(receipt.notificationId()))
        .hasSize(4)
        .noneMatch(d -> d.state() == DeliveryState.DEAD);

    twilio.acceptAll();
    apns.answer(push -> ApnsAnswer.accept());
    fcm.answerTokens(FcmAnswer.accept());
    Await.until("the text and the pushes arrive", () -> accepted(receipt.notificationId()) == 3);
    assertThat(states())
        .containsEntry("twilio", ProviderStats.State.UP)
        .containsEntry("smtp", ProviderStats.State.MISCONFIGURED);
  }

  private static int refused(Http.Answer health) {
    return health.body().split("its credentials or settings were refused", -1).length - 1;
  }

  private static long accepted(UUID notification) {
    return client.deliveries(notification).stream()
        .filter(d -> d.state() == DeliveryState.ACCEPTED)
        .count();
  }
}
