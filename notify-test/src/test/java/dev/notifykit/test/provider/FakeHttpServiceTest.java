package dev.notifykit.test.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.test.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class FakeHttpServiceTest {
  /** Accepts all there is. */
  private static final class Service extends FakeHttpService {
    @Override
    protected MockResponse reply(ServiceBehaviour to) {
      return json(200, "{}");
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();

  private CompletableFuture<HttpResponse<String>> get(Service from) {
    return http.sendAsync(
        HttpRequest.newBuilder(URI.create(from.url())).build(), BodyHandlers.ofString());
  }

  @Test
  void hangsAgainAfterARelease() {
    try (Service service = new Service()) {
      for (int round = 1; round <= 2; round++) {
        service.behave(ServiceBehaviour.HANG);
        CompletableFuture<HttpResponse<String>> held = get(service);
        int seen = 2 * round - 1;
        Await.until("the request to come", () -> service.attempts() == seen);
        service.behave(ServiceBehaviour.ACCEPT);
        get(service).join();
        assertThat(held).isNotDone();
        service.release();
        assertThat(held.join().statusCode()).isEqualTo(200);
      }
    }
  }
}
