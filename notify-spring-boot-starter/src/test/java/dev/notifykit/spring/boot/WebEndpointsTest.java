package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.StoreException;
import dev.notifykit.Target;
import dev.notifykit.internal.Hmac;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.sms.TwilioWebhooks;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.sms.FakeTwilio;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** The endpoints as providers meet them, behind a proxy whose address is the public one. */
@Timeout(120)
class WebEndpointsTest {
  private static final String PUBLIC = "https://shop.example.com/shop";
  private static final String SECRET = "a-signature-secret";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static KeyPair sendGridKeys;
  private static ConfigurableApplicationContext context;
  private static NotificationClient client;
  private static int port;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class App {
    @Bean
    RecordingProvider email() {
      return RecordingProvider.of(Channel.EMAIL);
    }

    @Bean
    RecordingProvider sms() {
      return RecordingProvider.of(Channel.SMS);
    }

    /** Reports what cannot be stored. */
    @Bean
    WebEndpoint broken(WebMount mount) {
      WebhookHandler handler =
          new WebhookHandler(200, "POST") {
            @Override
            protected boolean isGenuine(WebhookRequest request) {
              throw new StoreException("the store does not answer", null);
            }

            @Override
            protected List<WebhookEvent> read(WebhookRequest request) {
              return List.of();
            }
          };
      return mount.webhooks("broken", "/broken", handler);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    sendGridKeys = generator.generateKeyPair();
    context =
        run(
            "--server.servlet.context-path=/shop",
            "--notify.web.public-url=" + PUBLIC + "/",
            "--notify.web.twilio.enabled=true",
            "--notify.web.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN,
            "--notify.web.vonage.enabled=true",
            "--notify.web.vonage.signature-secret=" + SECRET,
            "--notify.web.sendgrid.enabled=true",
            "--notify.web.sendgrid.path=/hooks/mail",
            "--notify.web.sendgrid.verification-key="
                + base64(sendGridKeys.getPublic().getEncoded()),
            "--notify.web.mailchimp.enabled=true",
            "--notify.web.mailchimp.webhook-key=" + SECRET);
    client = context.getBean(NotificationClient.class);
    port = context.getEnvironment().getProperty("local.server.port", Integer.class);
  }

  private static ConfigurableApplicationContext run(String... arguments) {
    return new SpringApplicationBuilder(App.class)
        .properties("spring.jmx.enabled=false", "server.port=0", "notify.store.type=memory")
        .properties("spring.datasource.url=jdbc:h2:mem:web;WRITE_DELAY=0")
        .run(arguments);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static Delivery sent(Channel channel) {
    Recipient ann = Recipient.builder("ann").email("ann@example.com").phone("+14155550123").build();
    return client
        .notification()
        .to(ann)
        .content(
            channel == Channel.SMS
                ? SmsMessage.of("text")
                : EmailMessage.builder().subject("S").text("T").build())
        .send()
        .completion()
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static DeliveryState state(Delivery delivery) {
    return client.deliveries(delivery.notificationId()).get(0).state();
  }

  private static int post(String path, String body, Map<String, String> headers) {
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)),
        path,
        headers);
  }

  private static int send(HttpRequest.Builder request, String path, Map<String, String> headers) {
    headers.forEach(request::header);
    request.uri(URI.create("http://localhost:" + port).resolve(path));
    try {
      return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  // ---- Twilio

  private static int twilio(String signedAddress, String query, Map<String, String> fields) {
    return twilioAt("/shop/notify/webhooks/twilio" + query, signedAddress, fields);
  }

  private static int twilioAt(String path, String signedAddress, Map<String, String> fields) {
    StringBuilder signed = new StringBuilder(signedAddress);
    StringBuilder body = new StringBuilder();
    new TreeMap<>(fields)
        .forEach(
            (name, value) -> {
              signed.append(name).append(value);
              body.append(body.isEmpty() ? "" : "&").append(name).append('=').append(encode(value));
            });
    byte[] signature = Hmac.of("HmacSHA1", FakeTwilio.AUTH_TOKEN, signed.toString());
    return post(path, body.toString(), Map.of("X-Twilio-Signature", base64(signature)));
  }

  private static Map<String, String> delivered() {
    return Map.of("MessageSid", "SM1", "MessageStatus", "delivered", "To", "+14155550123");
  }

  @Test
  void twiliosReportSettlesTheDelivery() {
    Delivery delivery = sent(Channel.SMS);
    String query = "?delivery_id=" + delivery.id();
    assertThat(twilio(PUBLIC + "/notify/webhooks/twilio" + query, query, delivered()))
        .isEqualTo(204);
    assertThat(state(delivery)).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void signatureCoversThePublicAddressAndNotTheOneOfTheRequest() {
    Delivery delivery = sent(Channel.SMS);
    String query = "?delivery_id=" + delivery.id();
    String requested = "http://localhost:" + port + "/shop/notify/webhooks/twilio" + query;
    assertThat(twilio(requested, query, delivered())).isEqualTo(403);
    assertThat(state(delivery)).isEqualTo(DeliveryState.ACCEPTED);
  }

  @Test
  void pathOfTheServletIsPartOfThePublicAddress() {
    try (ConfigurableApplicationContext api =
        run(
            "--server.servlet.context-path=/shop",
            "--spring.mvc.servlet.path=/api",
            "--notify.web.public-url=" + PUBLIC + "/api",
            "--notify.web.twilio.enabled=true",
            "--notify.web.twilio.auth-token=" + FakeTwilio.AUTH_TOKEN)) {
      String path = "/shop/api/notify/webhooks/twilio";
      String requested =
          "http://localhost:" + api.getEnvironment().getProperty("local.server.port") + path;
      assertThat(twilioAt(requested, PUBLIC + "/api/notify/webhooks/twilio", delivered()))
          .isEqualTo(204);
    }
  }

  @Test
  void wordStopSuppressesTheNumber() {
    Map<String, String> answer =
        Map.of("MessageSid", "SM2", "From", "+14155550199", "Body", "STOP");
    assertThat(twilio(PUBLIC + "/notify/webhooks/twilio", "", answer)).isEqualTo(204);
    Recipient bob = Recipient.builder("bob").phone("+14155550199").build();
    assertThat(client.notification().to(bob).content(SmsMessage.of("x")).explain().toString())
        .contains("INVALID_TARGET");
    client.preferences().unsuppress(Target.phone("+14155550199"));
  }

  // ---- the others

  @Test
  void vonagesReportSettlesTheDelivery() {
    Delivery delivery = sent(Channel.SMS);
    Map<String, String> parameters =
        new TreeMap<>(
            Map.of(
                "client-ref", delivery.id().toString(),
                "err-code", "0",
                "messageId", "m1",
                "msisdn", "14155550123",
                "status", "delivered",
                "timestamp", "" + Instant.now().getEpochSecond()));
    StringBuilder signed = new StringBuilder();
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) -> {
          signed.append('&').append(name).append('=').append(value);
          query.append(name).append('=').append(encode(value)).append('&');
        });
    String sig = HexFormat.of().formatHex(Hmac.of("HmacSHA256", SECRET, signed.toString()));
    String path = "/shop/notify/webhooks/vonage?" + query + "sig=";
    HttpRequest.Builder get = HttpRequest.newBuilder().GET();
    assertThat(send(get, path + sig.replace(sig.charAt(0), 'z'), Map.of())).isEqualTo(403);
    assertThat(state(delivery)).isEqualTo(DeliveryState.ACCEPTED);
    assertThat(send(get, path + sig, Map.of())).isEqualTo(200);
    assertThat(state(delivery)).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void sendGridsReportSettlesTheDelivery() throws Exception {
    Delivery delivery = sent(Channel.EMAIL);
    String body =
        "[{\"event\":\"delivered\",\"email\":\"ann@example.com\",\"sg_event_id\":\"e1\","
            + "\"timestamp\":1600112492,\"delivery_id\":\""
            + delivery.id()
            + "\"}]\r\n";
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(sendGridKeys.getPrivate());
    signer.update(("1" + body).getBytes(StandardCharsets.UTF_8));
    Map<String, String> headers =
        Map.of(
            "X-Twilio-Email-Event-Webhook-Signature",
            base64(signer.sign()),
            "X-Twilio-Email-Event-Webhook-Timestamp",
            "1");
    assertThat(post("/shop/hooks/mail", body + " ", headers)).isEqualTo(403);
    assertThat(post("/shop/hooks/mail", body, headers)).isEqualTo(200);
    assertThat(state(delivery)).isEqualTo(DeliveryState.DELIVERED);
  }

  @Test
  void mailchimpsReportSettlesTheDelivery() {
    Delivery delivery = sent(Channel.EMAIL);
    String json =
        "[{\"event\":\"delivered\",\"ts\":1384954004,\"msg\":{\"email\":\"ann@example.com\","
            + "\"metadata\":{\"delivery_id\":\""
            + delivery.id()
            + "\"}}}]";
    String signed = PUBLIC + "/notify/webhooks/mailchimp" + "mandrill_events" + json;
    String signature = base64(Hmac.of("HmacSHA1", SECRET, signed));
    String body = "mandrill_events=" + encode(json);
    String path = "/shop/notify/webhooks/mailchimp";
    assertThat(post(path, body, Map.of("X-Mandrill-Signature", "AAAA"))).isEqualTo(403);
    assertThat(post(path, body, Map.of("X-Mandrill-Signature", signature))).isEqualTo(200);
    assertThat(state(delivery)).isEqualTo(DeliveryState.DELIVERED);
  }

  // ---- what is no report

  @Test
  void methodThatTheProviderDoesNotUseIsRefused() {
    assertThat(send(HttpRequest.newBuilder().GET(), "/shop/notify/webhooks/twilio", Map.of()))
        .isEqualTo(405);
  }

  @Test
  void overlongQueryIsRefused() {
    String query = "?q=" + "a".repeat(7_900);
    assertThat(post("/shop/notify/webhooks/twilio" + query, "", Map.of())).isIn(400, 403);
  }

  /** The answer comes although nothing of the body was ever sent. */
  @Test
  void announcedBodyThatIsTooLargeIsRefusedUnread() throws IOException {
    try (Socket socket = new Socket("localhost", port)) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST /shop/notify/webhooks/twilio HTTP/1.1\r\nHost: localhost\r\n"
                  + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                  + (WebhookRequest.MAX_BODY + 1)
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 413".length());
      assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void bodyWithoutALengthIsReadToTheLimitOnly() {
    byte[] piece = new byte[64 * 1024];
    List<byte[]> pieces =
        java.util.Collections.nCopies(WebhookRequest.MAX_BODY / piece.length + 1, piece);
    HttpRequest.Builder request =
        HttpRequest.newBuilder().POST(BodyPublishers.ofByteArrays(pieces));
    assertThat(send(request, "/shop/notify/webhooks/twilio", Map.of())).isEqualTo(413);
  }

  @Test
  void whatCouldNotBeStoredIsAnsweredSoThatItIsRepeated() {
    assertThat(post("/shop/broken", "", Map.of())).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(strings = {"twilio", "vonage", "sendgrid", "mailchimp"})
  void endpointIsNotThereUnlessItIsEnabled(String name) {
    try (ConfigurableApplicationContext other =
        run(
            "--notify.web.public-url=" + PUBLIC,
            "--notify.web.twilio.auth-token=" + SECRET,
            "--notify.web.mailchimp.enabled=false",
            "--notify.web.mailchimp.webhook-key=" + SECRET)) {
      assertThat(new Http(other).post("/notify/webhooks/" + name).status()).isEqualTo(404);
      assertThat(other.getBeansOfType(TwilioWebhooks.class)).isEmpty();
    }
  }
}
