package dev.notifykit.test.sms;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class FakeTwilioTest {
  private static Set<String> httpClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }

  @Test
  void refusalIsJsonWhateverLanguageTheMachineSpeaks() throws Exception {
    Locale usual = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try (FakeTwilio twilio = FakeTwilio.start()) {
      HttpResponse<String> refusal =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(twilio.url()))
                      .POST(BodyPublishers.ofString("To=x"))
                      .build(),
                  BodyHandlers.ofString());
      assertThat(refusal.body()).contains("\"code\":20003", "\"status\":401");
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void whatARecipientAnswersIsNoRequest() throws IOException {
    HttpServer app =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    app.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    app.start();
    try (FakeTwilio twilio = FakeTwilio.start()) {
      FakeTwilio.Sms sms = new FakeTwilio.Sms("SM1", "+14155550123", "+15005550006", "x", Map.of());
      String webhook = "http://localhost:" + app.getAddress().getPort() + "/";
      assertThat(twilio.answer(sms, "STOP", webhook)).isEqualTo(204);
      assertThat(twilio.requests()).isZero();
    } finally {
      app.stop(0);
    }
  }

  @Test
  void leavesNoThreadForEachBehind() {
    FakeTwilio.start().close();
    Set<String> before = httpClients();
    for (int i = 0; i < 5; i++) {
      FakeTwilio.start().close();
    }
    assertThat(before).containsAll(httpClients());
  }
}
