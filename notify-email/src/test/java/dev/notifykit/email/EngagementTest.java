package dev.notifykit.email;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.SuppressionReason;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationListener;
import dev.notifykit.remote.RequestSigner;
import dev.notifykit.remote.SendApi;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.smtp.FakeSmtpServer;
import dev.notifykit.test.smtp.ReceivedMail;
import dev.notifykit.tracking.Endpoint;
import dev.notifykit.tracking.HttpReply;
import dev.notifykit.tracking.TrackingLinks;
import dev.notifykit.tracking.UnsubscribeLinks;
import dev.notifykit.tracking.WebhookRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Mails over SMTP, their links over HTTP, and requests to send that are signed. */
@Timeout(60)
final class EngagementTest {
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "news/email.subject", "News",
          "news/email.html", "<a href=\"https://shop.example/sale?x=1&amp;y={{name}}\">Sale</a>",
          "news/template.properties", "category=news");
  private static final Recipient ANN = Recipient.builder("ann").email("ann@example.com").build();

  private final byte[] linkSecret = random();
  private final byte[] unsubscribeSecret = random();
  private final byte[] appSecret = random();
  private final FakeSmtpServer smtp = FakeSmtpServer.builder().plain().start();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<TrackingEvent> seen = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private NotificationClient client;

  private static byte[] random() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // region told
    NotificationListener analytics =
        event -> {
          if (event instanceof NotificationEvent.Tracked tracked) {
            seen.add(tracked.event()); // its kind, delivery, link and time
          }
        };
    // endregion
    // region client
    client =
        NotificationClient.builder()
            .provider(smtpProvider())
            .templates(TemplateSource.of(TEMPLATES))
            .links(
                TrackingLinks.builder()
                    .baseUrl("https://n.example.com/t")
                    .key(linkSecret)
                    .opens()
                    .build())
            .unsubscribe(
                UnsubscribeLinks.builder()
                    .baseUrl("https://n.example.com/u")
                    .key(unsubscribeSecret)
                    .build())
            .listener(analytics)
            .build();
    // endregion
    // region mount
    mount("/t/", client.linkEndpoint());
    mount("/u/", client.unsubscribeEndpoint());
    mount("/send", client.sendEndpoint(SendApi.builder().app("shop", appSecret).build()));
    // endregion
    server.start();
  }

  private SmtpProvider smtpProvider() {
    return SmtpProvider.builder()
        .host(smtp.host())
        .port(smtp.port())
        .security(SmtpProvider.Security.NONE)
        .from("Shop <shop@example.com>")
        .build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
    smtp.close();
  }

  private void mount(String path, Endpoint endpoint) {
    server.createContext(path, exchange -> answer(exchange, endpoint));
  }

  private static void answer(HttpExchange exchange, Endpoint endpoint) throws IOException {
    try (exchange) {
      // region adapter
      // The public address is configured: whoever sends the request chooses its Host.
      WebhookRequest.Builder request =
          WebhookRequest.builder(
                  exchange.getRequestMethod(), "https://n.example.com" + exchange.getRequestURI())
              .body(exchange.getRequestBody(), endpoint.maxBody());
      exchange.getRequestHeaders().forEach((name, values) -> request.header(name, values.get(0)));
      HttpReply reply = endpoint.answer(request.build());
      reply.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = reply.body();
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      // endregion
    }
  }

  private URI local(String publicUrl) {
    return URI.create(
        publicUrl.replace(
            "https://n.example.com", "http://localhost:" + server.getAddress().getPort()));
  }

  private HttpResponse<String> get(String url) throws Exception {
    return http.send(HttpRequest.newBuilder(local(url)).build(), BodyHandlers.ofString());
  }

  private Delivery send() {
    return client
        .notification("news")
        .to(ANN)
        .with("name", "Ann & Bob")
        .send()
        .completion()
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static String link(ReceivedMail mail, String start) {
    Matcher link =
        Pattern.compile(Pattern.quote(start) + "[A-Za-z0-9_.-]+").matcher(mail.html().orElse(""));
    assertThat(link.find()).isTrue();
    return link.group();
  }

  @Test
  void aLinkOfAMailThatWasSentLeadsOnAndIsRecorded() throws Exception {
    Delivery sent = send();
    assertThat(sent.state()).isEqualTo(DeliveryState.ACCEPTED);
    ReceivedMail mail = smtp.received().get(0);
    assertThat(mail.html().orElseThrow()).doesNotContain("https://shop.example");

    HttpResponse<String> click = get(link(mail, "https://n.example.com/t/c"));
    assertThat(click.statusCode()).isEqualTo(302);
    assertThat(click.headers().firstValue("Location"))
        .hasValue("https://shop.example/sale?x=1&y=Ann%20&%20Bob");
    HttpResponse<String> open = get(link(mail, "https://n.example.com/t/o"));
    assertThat(open.headers().firstValue("Content-Type")).hasValue("image/gif");

    // region read
    List<TrackingEvent> events = client.tracking(sent.id());
    // endregion
    assertThat(events)
        .extracting(TrackingEvent::kind)
        .containsExactlyInAnyOrder(TrackingEvent.Kind.CLICKED, TrackingEvent.Kind.OPENED);
    assertThat(seen).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void aLinkThatWasTamperedWithLeadsNowhere() throws Exception {
    send();
    String link = link(smtp.received().get(0), "https://n.example.com/t/c");
    HttpResponse<String> reply = get(link.substring(0, link.length() - 1) + "!");
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(reply.headers().firstValue("Location")).isEmpty();
  }

  @Test
  void oneClickUnsubscribesAndTheNextMailIsNotSent() throws Exception {
    send();
    ReceivedMail mail = smtp.received().get(0);
    assertThat(mail.header("List-Unsubscribe-Post")).hasValue("List-Unsubscribe=One-Click");
    String header = mail.header("List-Unsubscribe").orElseThrow();
    String url = header.substring(1, header.length() - 1);

    assertThat(get(url).body()).contains("<form method=\"post\">");
    assertThat(send().state()).as("a GET changes nothing").isEqualTo(DeliveryState.ACCEPTED);
    HttpRequest oneClick =
        HttpRequest.newBuilder(local(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString("List-Unsubscribe=One-Click"))
            .build();
    assertThat(http.send(oneClick, BodyHandlers.discarding()).statusCode()).isEqualTo(200);

    Delivery next = send();
    assertThat(next.state()).isEqualTo(DeliveryState.SUPPRESSED);
    assertThat(next.suppression()).hasValue(SuppressionReason.CATEGORY_OFF);
    assertThat(smtp.received()).hasSize(2);
    assertThat(client.preferences().of("ann").choices())
        .allMatch(choice -> choice.channel() == Channel.EMAIL && !choice.optedIn());
  }

  @Test
  void aSignedRequestSendsOnceAndAReplayNothing() throws Exception {
    // region sign
    URI address = URI.create("https://n.example.com/send");
    byte[] body =
        """
        {"template": "news", "eventId": "news#1", "data": {"name": "Ann"},
         "recipients": [{"id": "ann", "email": "ann@example.com"}]}
        """
            .getBytes(UTF_8);
    Map<String, String> headers = RequestSigner.of("shop", appSecret).sign("POST", address, body);
    // endregion
    HttpRequest.Builder request =
        HttpRequest.newBuilder(local(address.toString())).POST(BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
    Matcher id = Pattern.compile("\"notificationId\":\"([^\"]+)\"").matcher(reply.body());
    assertThat(id.find()).isTrue();
    assertThat(client.deliveries(UUID.fromString(id.group(1)))).hasSize(1);

    HttpResponse<String> replay = http.send(request.build(), BodyHandlers.ofString());
    assertThat(replay.statusCode()).isEqualTo(401);
    assertThat(replay.body()).contains("nonce").doesNotContain("ann@example.com");
  }
}
