package dev.notifykit.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.remote.RequestSigner;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.test.RecordingProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** The endpoints whose requests carry a signature of ours, behind a proxy. */
@Timeout(120)
class SignedEndpointsTest {
  private static final String PUBLIC = "https://shop.example.com/shop";
  private static final String LOCAL = "/shop";
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String KEY = Base64.getEncoder().encodeToString(SECRET);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;

  private static ConfigurableApplicationContext context;
  private static NotificationClient client;
  private static RecordingProvider email;
  private static int port;

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class App {
    @Bean
    RecordingProvider email() {
      return RecordingProvider.of(Channel.EMAIL);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    Path page = Files.writeString(directory.resolve("done.html"), "<p>Bye then.</p>");
    context =
        run(
            "--server.servlet.context-path=/shop",
            "--notify.web.public-url=" + PUBLIC,
            "--notify.web.tracking.enabled=true",
            "--notify.web.tracking.key=" + KEY,
            "--notify.web.tracking.opens=true",
            "--notify.web.unsubscribe.enabled=true",
            "--notify.web.unsubscribe.key=" + KEY,
            "--notify.web.unsubscribe.done-page=" + page.toUri(),
            "--notify.web.send.enabled=true",
            "--notify.web.send.apps.warehouse=" + KEY);
    client = context.getBean(NotificationClient.class);
    email = context.getBean(RecordingProvider.class);
    port = context.getEnvironment().getProperty("local.server.port", Integer.class);
  }

  private static ConfigurableApplicationContext run(String... arguments) {
    return new SpringApplicationBuilder(App.class)
        .properties("spring.jmx.enabled=false", "server.port=0", "notify.store.type=memory")
        .properties("spring.datasource.url=jdbc:h2:mem:signed;WRITE_DELAY=0")
        .run(arguments);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static Delivery mailed(String recipient) {
    return client
        .notification()
        .to(Recipient.builder(recipient).email(recipient + "@example.com").build())
        .category("news")
        .content(
            EmailMessage.builder()
                .subject("News")
                .html("<p><a href=\"https://shop.example.com/news?a=1\">Read</a></p>")
                .build())
        .send()
        .completion()
        .toCompletableFuture()
        .join()
        .get(0);
  }

  private static EmailMessage mail(Delivery delivery) {
    return (EmailMessage)
        email.sent().stream()
            .filter(request -> request.deliveryId().equals(delivery.id()))
            .findFirst()
            .orElseThrow()
            .message();
  }

  /** Returns the path of the first address below ours that a text has. */
  private static String link(String text, String path) {
    Matcher matcher =
        Pattern.compile(Pattern.quote(PUBLIC) + "(" + path + "/[^\"]*)").matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return LOCAL + matcher.group(1);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request, String path) {
    try {
      return HTTP.send(
          request.uri(URI.create("http://localhost:" + port + path)).build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  private static HttpRequest.Builder post(String body) {
    return HttpRequest.newBuilder().POST(BodyPublishers.ofString(body));
  }

  @Test
  void followedLinkIsRecordedAndRedirected() {
    Delivery delivery = mailed("ann");
    String html = mail(delivery).html().orElseThrow();
    String link = link(html, "/notify/t");
    HttpResponse<String> answer = get(link);
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location"))
        .hasValue("https://shop.example.com/news?a=1");
    assertThat(client.tracking(delivery.id()))
        .extracting(TrackingEvent::kind)
        .containsExactly(TrackingEvent.Kind.CLICKED);
    assertThat(get(link.replace("/c", "/o")).statusCode()).isEqualTo(400);
    assertThat(get(link + "x").statusCode()).isEqualTo(400);
  }

  @Test
  void openedMailIsRecorded() {
    Delivery delivery = mailed("opener");
    HttpResponse<String> answer = get(link(mail(delivery).html().orElseThrow(), "/notify/t(?=/o)"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("image/"));
    assertThat(client.tracking(delivery.id()))
        .extracting(TrackingEvent::kind)
        .containsExactly(TrackingEvent.Kind.OPENED);
  }

  @Test
  void unsubscribingIsAPostAndNoGet() {
    Delivery delivery = mailed("bob");
    String link = link(mail(delivery).unsubscribeUrl().orElseThrow(), "/notify/u");
    assertThat(get(link).statusCode()).isEqualTo(200);
    assertThat(get(link).body()).contains("<form method=\"post\">");
    assertThat(client.preferences().of("bob").choices()).isEmpty();
    HttpResponse<String> answer = send(post("List-Unsubscribe=One-Click"), link);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<p>Bye then.</p>");
    assertThat(client.preferences().of("bob").choices())
        .singleElement()
        .satisfies(
            choice -> {
              assertThat(choice.category()).isEqualTo("news");
              assertThat(choice.optedIn()).isFalse();
            });
    // Whoever guesses learns nothing.
    assertThat(send(post(""), LOCAL + "/notify/u/guess").body()).isEqualTo("<p>Bye then.</p>");
    assertThat(send(post("x".repeat(10_000)), link).statusCode()).isEqualTo(413);
  }

  private static int sendAs(byte[] secret, String signedAddress, String body) {
    HttpRequest.Builder request = post(body).header("Content-Type", "application/json");
    RequestSigner.of("warehouse", secret)
        .sign("POST", URI.create(signedAddress), body.getBytes(StandardCharsets.UTF_8))
        .forEach(request::header);
    return send(request, LOCAL + "/notify/send").statusCode();
  }

  @Test
  void signedRequestSends() {
    String address = PUBLIC + "/notify/send";
    String body =
        "{\"template\":\"order-placed\",\"eventId\":\"warehouse#1\",\"channels\":[\"email\"],"
            + "\"recipients\":[{\"id\":\"carl\",\"email\":\"carl@example.com\"}],"
            + "\"data\":{\"orderNo\":\"A-7\"}}";
    assertThat(sendAs(new byte[32], address, body)).isEqualTo(401);
    assertThat(sendAs(SECRET, PUBLIC + "/notify/other", body)).isEqualTo(401);
    assertThat(client.history("carl", 10)).isEmpty();
    assertThat(sendAs(SECRET, address, body)).isEqualTo(202);
    assertThat(client.history("carl", 10)).hasSize(1);
    assertThat(sendAs(SECRET, address, "{}")).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/notify/t/x", "/notify/u/x", "/notify/send"})
  void endpointIsNotThereUnlessItIsEnabled(String path) {
    try (ConfigurableApplicationContext other =
        run(
            "--notify.web.public-url=" + PUBLIC,
            "--notify.web.tracking.key=" + KEY,
            "--notify.web.unsubscribe.enabled=false",
            "--notify.web.send.apps.warehouse=" + KEY)) {
      assertThat(new Http(other).post(path).status()).isEqualTo(404);
      assertThat(
              other
                  .getBean(NotificationClient.class)
                  .preview("order-placed", null, java.util.Map.of("orderNo", "A-1")))
          .containsKey(Channel.EMAIL);
    }
  }

  /** A process that only delivers makes the links, too. */
  @Test
  void linksAreMadeWithoutAWebServer() {
    Boot.runner()
        .withBean(RecordingProvider.class, () -> RecordingProvider.of(Channel.EMAIL))
        .withPropertyValues(
            "notify.web.public-url=" + PUBLIC,
            "notify.web.unsubscribe.enabled=true",
            "notify.web.unsubscribe.key=" + KEY)
        .run(
            other -> {
              TransactionCases.send(other.getBean(NotificationClient.class), "A-1");
              EmailMessage mail =
                  (EmailMessage) other.getBean(RecordingProvider.class).await(1).get(0).message();
              assertThat(mail.unsubscribeUrl())
                  .hasValueSatisfying(u -> assertThat(u).startsWith(PUBLIC + "/notify/u/"));
            });
  }
}
