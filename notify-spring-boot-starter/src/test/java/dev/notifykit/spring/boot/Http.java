package dev.notifykit.spring.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.context.ApplicationContext;

/** Asks a running application, which is the same on every version of Spring Boot. */
final class Http {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private final String base;

  Http(ApplicationContext context) {
    this.base = "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
  }

  record Answer(int status, String body) {}

  Answer get(String path) {
    return send(HttpRequest.newBuilder().GET(), path);
  }

  Answer post(String path) {
    return send(
        HttpRequest.newBuilder()
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}")),
        path);
  }

  Answer delete(String path) {
    return send(HttpRequest.newBuilder().DELETE(), path);
  }

  private Answer send(HttpRequest.Builder request, String path) {
    try {
      HttpResponse<String> response =
          CLIENT.send(request.uri(URI.create(base + path)).build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
