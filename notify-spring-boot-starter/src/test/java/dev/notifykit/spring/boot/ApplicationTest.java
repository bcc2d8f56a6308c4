package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.test.Await;
import dev.notifykit.test.apns.FakeApnsServer;
import dev.notifykit.test.fcm.FakeFcmServer;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.test.smtp.FakeSmtpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A small application with everything, set up by properties alone, seen from outside. */
@Timeout(120)
class ApplicationTest {
  private static final String SECRET = "canary-secret";
  @TempDir static Path directory;

  private static FakeSmtpServer smtp;
  private static FakeTwilio twilio;
  private static FakeApnsServer apns;
  private static FakeFcmServer fcm;
  private static ConfigurableApplicationContext context;
  private static NotificationClient client;
  private static Http http;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class App {}

  @BeforeAll
  static void start() throws Exception {
    smtp = FakeSmtpServer.builder().credentials("shop", SECRET).start();
    twilio = FakeTwilio.start();
    apns = FakeApnsServer.start();
    fcm = FakeFcmServer.start();
    context =
        new SpringApplicationBuilder(App.class)
            .properties("spring.jmx.enabled=false")
            .run(
                "--server.port=0",
                "--spring.datasource.url=jdbc:h2:mem:application;WRITE_DELAY=0;DB_CLOSE_DELAY=-1",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.configprops.show-values=always",
                "--management.endpoint.env.show-values=always",
                "--spring.ssl.bundle.pem.smtp.truststore.certificate=" + pem(smtp.certificate()),
                "--spring.ssl.bundle.pem.apns.truststore.certificate=" + pem(apns.certificate()),
                "--notify.email.smtp.host=" + smtp.host(),
                "--notify.email.smtp.port=" + smtp.port(),
                "--notify.email.smtp.from=Shop <shop@example.com>",
                "--notify.email.smtp.username=shop",
                "--notify.email.smtp.password=" + SECRET,
                "--notify.email.smtp.ssl-bundle=smtp",
                "--notify.sms.twilio.account-sid=" + FakeTwilio.ACCOUNT_SID,
                "--notify.sms.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN,
                "--notify.sms.twilio.from=+15005550006",
                "--notify.sms.twilio.base-url=" + twilio.url(),
                "--notify.push.apns.signing-key-location="
                    + file("key.p8", ProvidersFromPropertiesTest.p8()),
                "--notify.push.apns.key-id=ABCDEFGHIJ",
                "--notify.push.apns.team-id=KLMNOPQRST",
                "--notify.push.apns.topics=com.example.shop",
                "--notify.push.apns.server=" + apns.host() + ":" + apns.port(),
                "--notify.push.apns.ssl-bundle=apns",
                "--notify.push.fcm.credentials-location=" + file("fcm.json", fcm.credentials()),
                "--notify.push.fcm.endpoint=" + fcm.url());
    client = context.getBean(NotificationClient.class);
    http = new Http(context);
  }

  private static String file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text).toUri().toString();
  }

  static String pem(X509Certificate certificate) {
    try {
      return "-----BEGIN CERTIFICATE-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterAll
  static void stop() {
    context.close();
    smtp.close();
    twilio.close();
    apns.close();
    fcm.close();
  }

  private static Receipt send(Recipient recipient, Channel... channels) {
    return client
        .notification("order-placed")
        .to(recipient)
        .with("orderNo", "A-1")
        .via(channels)
        .send();
  }

  private static void accepted(Receipt receipt, int deliveries) {
    assertThat(receipt.completion().toCompletableFuture().join())
        .hasSize(deliveries)
        .allMatch(d -> d.state() == DeliveryState.ACCEPTED, "accepted");
  }

  @Test
  void mailArrives() {
    accepted(send(Recipient.builder("m").email("mail@example.com").build(), Channel.EMAIL), 1);
    assertThat(smtp.received()).anyMatch(m -> m.recipients().contains("mail@example.com"));
  }

  @Test
  void textMessageArrives() {
    accepted(send(Recipient.builder("s").phone("+14155550123").build(), Channel.SMS), 1);
    assertThat(twilio.messages()).anyMatch(m -> m.to().equals("+14155550123"));
  }

  /** Netty and Jackson are the ones that this version of Spring Boot manages. */
  @Test
  void pushesArrive() {
    Recipient recipient =
        Recipient.builder("p")
            .device(Device.ios("ab".repeat(32)))
            .device(Device.android("t1"))
            .build();
    accepted(send(recipient, Channel.PUSH), 2);
    assertThat(apns.pushes()).isNotEmpty();
    assertThat(fcm.messages()).isNotEmpty();
  }

  @Test
  void healthShowsStoreAndProviders() {
    Http.Answer health = http.get("/actuator/health/notify");
    assertThat(health.status()).isEqualTo(200);
    assertThat(health.body().replaceAll("\\s", ""))
        .contains("\"store\":{", "\"smtp\":{", "\"twilio\":{", "\"apns\":{", "\"fcm\":{")
        .contains("\"status\":\"UP\"");
  }

  @Test
  void endpointShowsRoutesAndProviders() {
    Http.Answer answer = http.get("/actuator/notify");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"email\":{", "\"oldestReadySeconds\":", "\"smtp\":{");
  }

  @Test
  void routeCanBePausedAndResumed() {
    assertThat(http.post("/actuator/notify/routes/inbox/pause").status()).isEqualTo(200);
    assertThat(client.stats().route(Route.INBOX).paused()).isTrue();
    assertThat(http.post("/actuator/notify/routes/inbox/resume").status()).isEqualTo(200);
    assertThat(client.stats().route(Route.INBOX).paused()).isFalse();
    refused(http.post("/actuator/notify/routes/nowhere/pause"), "route is none of apns, fcm");
    refused(http.post("/actuator/notify/routes/inbox/burn"), "action is none of");
  }

  @Test
  void deadLettersCanBeListedReplayedAndDiscarded() {
    smtp.reject("dead@example.com"::equals, 554, "no");
    Receipt receipt = send(Recipient.builder("d").email("dead@example.com").build(), Channel.EMAIL);
    String id = receipt.completion().toCompletableFuture().join().get(0).id().toString();

    Http.Answer list = http.get("/actuator/notify/dead-letters?route=email&limit=10");
    assertThat(list.status()).isEqualTo(200);
    assertThat(list.body()).contains(id, "REJECTED").doesNotContain("dead@example.com");
    Http.Answer attempts = http.get("/actuator/notify/dead-letters/" + id);
    assertThat(attempts.status()).isEqualTo(200);
    assertThat(attempts.body()).contains("\"smtp\"", "\"Rejected\"", "\"554\"");

    smtp.acceptAll();
    assertThat(http.post("/actuator/notify/dead-letters/" + id + "/replay").status())
        .isEqualTo(200);
    Await.until(
        "the dead letter is sent",
        () -> client.deliveries(receipt.notificationId()).get(0).state() == DeliveryState.ACCEPTED);
    refused(http.post("/actuator/notify/dead-letters/" + id + "/replay"), "no listed dead letter");

    smtp.reject("dead@example.com"::equals, 554, "no");
    String second =
        send(Recipient.builder("d").email("dead@example.com").build(), Channel.EMAIL)
            .completion()
            .toCompletableFuture()
            .join()
            .get(0)
            .id()
            .toString();
    smtp.acceptAll();
    assertThat(http.delete("/actuator/notify/dead-letters/" + second).status()).isEqualTo(200);
    assertThat(http.get("/actuator/notify/dead-letters").body()).doesNotContain(second);
    refused(http.delete("/actuator/notify/dead-letters/no-uuid"), "id is no UUID");
    refused(http.get("/actuator/notify/dead-letters/no-uuid"), "id is no UUID");
    refused(http.get("/actuator/notify/dead-letters?limit=5000"), "limit is 5000");
    assertThat(http.get("/actuator/notify/elsewhere").status()).isEqualTo(404);
    assertThat(http.get("/actuator/notify/elsewhere/" + id).status()).isEqualTo(404);
    assertThat(http.delete("/actuator/notify/elsewhere/" + id).status()).isEqualTo(404);
  }

  @Test
  void deadLettersOfARouteCanBeReplayedAtOnce() {
    smtp.reject("gone@example.com"::equals, 554, "no");
    Receipt receipt = send(Recipient.builder("g").email("gone@example.com").build(), Channel.EMAIL);
    receipt.completion().toCompletableFuture().join();
    smtp.acceptAll();

    Http.Answer answer = http.post("/actuator/notify/routes/email/replay");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).contains("\"replayed\":1");
    Await.until(
        "the dead letter is sent",
        () -> client.deliveries(receipt.notificationId()).get(0).state() == DeliveryState.ACCEPTED);
    refused(http.post("/actuator/notify/routes/fax/replay"), "route is none of");
  }

  private static void refused(Http.Answer answer, String reason) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("\"reason\":\"").contains(reason);
  }

  @Test
  void secretsAreNotShownEvenWhereValuesAre() {
    for (String endpoint : new String[] {"configprops", "env"}) {
      Http.Answer answer = http.get("/actuator/" + endpoint);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body())
          .contains("shop@example.com")
          .doesNotContain(SECRET)
          .doesNotContain(FakeTwilio.AUTH_TOKEN)
          .doesNotContain("BEGIN PRIVATE KEY");
    }
    for (Object properties :
        context
            .getBeansWithAnnotation(
                org.springframework.boot.context.properties.ConfigurationProperties.class)
            .values()) {
      assertThat(properties.toString())
          .doesNotContain(SECRET)
          .doesNotContain(FakeTwilio.AUTH_TOKEN);
    }
  }
}
