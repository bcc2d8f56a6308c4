package dev.notifykit.email;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;

/** An HTTP server that answers as a mail service does, and misbehaves on demand. */
final class MockEmailApi implements FakeService {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final Function<ServiceBehaviour, MockResponse> documented;
  private final String url;
  private volatile Function<RecordedRequest, MockResponse> answer;

  /**
   * Starts a server.
   *
   * @param documented how the service answers, for the behaviours that are no broken connections
   */
  MockEmailApi(Function<ServiceBehaviour, MockResponse> documented) {
    this.documented = documented;
    this.answer = request -> documented.apply(ServiceBehaviour.ACCEPT);
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            requests.add(request);
            return answer.apply(request);
          }
        });
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    url = server.url("/").toString();
  }

  static MockResponse json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  String url() {
    return url;
  }

  void answer(Function<RecordedRequest, MockResponse> value) {
    answer = value;
  }

  List<RecordedRequest> requests() {
    return requests;
  }

  static JsonNode body(RecordedRequest request) {
    try {
      return JSON.readTree(text(request));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(RecordedRequest request) {
    return request.getBody() == null ? "" : request.getBody().utf8();
  }

  @Override
  public void behave(ServiceBehaviour behaviour) {
    if (behaviour == ServiceBehaviour.REFUSE_CONNECTIONS) {
      server.close();
    }
    answer = request -> reply(behaviour);
  }

  private MockResponse reply(ServiceBehaviour behaviour) {
    MockResponse.Builder accepted = documented.apply(ServiceBehaviour.ACCEPT).newBuilder();
    return switch (behaviour) {
      case HANG -> {
        awaitRelease();
        yield accepted.build();
      }
      case DRIP ->
          accepted.body("[" + " ".repeat(100) + "]").throttleBody(1, 1, TimeUnit.SECONDS).build();
      case RESET_BEFORE_REPLY ->
          accepted.onResponseStart(new SocketEffect.CloseSocket(true, false, false)).build();
      case RESET_MID_REPLY ->
          accepted
              .body("[" + " ".repeat(100) + "]")
              .onResponseBody(new SocketEffect.CloseSocket(true, false, false))
              .build();
      case ANSWER_MALFORMED -> json(200, "<html>busy</html>");
      default -> documented.apply(behaviour);
    };
  }

  private void awaitRelease() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void throttle(String retryAfter) {
    answer =
        request ->
            documented
                .apply(ServiceBehaviour.THROTTLE_PROVIDER)
                .newBuilder()
                .removeHeader("X-RateLimit-Reset")
                .addHeaderLenient("Retry-After", retryAfter)
                .build();
  }

  @Override
  public void release() {
    release.countDown();
  }

  @Override
  public int attempts() {
    return requests.size();
  }

  @Override
  public List<String> received() {
    return requests.stream()
        .map(r -> r.getRequestLine() + "\r\n" + r.getHeaders() + "\r\n" + text(r))
        .toList();
  }

  @Override
  public void close() {
    release.countDown();
    server.close();
  }
}
