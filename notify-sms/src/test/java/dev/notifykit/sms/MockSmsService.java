package dev.notifykit.sms;

import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.ByteString;

/** A real HTTP server that answers as one SMS service does and breaks connections on demand. */
abstract class MockSmsService implements FakeService {
  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final String url;
  private volatile ServiceBehaviour behaviour = ServiceBehaviour.ACCEPT;
  private volatile MockResponse scripted;

  MockSmsService() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            requests.add(request);
            return answer();
          }
        });
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    url = server.url("/").toString();
  }

  /** Answers as the service documents it. */
  abstract MockResponse reply(ServiceBehaviour to);

  private MockResponse answer() throws InterruptedException {
    MockResponse set = scripted;
    if (set != null) {
      return set;
    }
    ServiceBehaviour now = behaviour;
    return switch (now) {
      case HANG -> {
        released.await();
        yield accepted().build();
      }
      case DRIP -> accepted().throttleBody(1, 1, TimeUnit.SECONDS).build();
      case RESET_BEFORE_REPLY ->
          accepted().onResponseStart(new SocketEffect.CloseSocket(true, false, false)).build();
      case RESET_MID_REPLY ->
          accepted().onResponseBody(new SocketEffect.CloseSocket(true, false, false)).build();
      case ANSWER_MALFORMED -> json(200, "<html>busy</html>");
      default -> reply(now);
    };
  }

  private MockResponse.Builder accepted() {
    return reply(ServiceBehaviour.ACCEPT).newBuilder();
  }

  static MockResponse json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  final String url() {
    return url;
  }

  /** Answers every request from now on with this. */
  final void answer(MockResponse response) {
    scripted = response;
  }

  final List<RecordedRequest> requests() {
    return requests;
  }

  static String body(RecordedRequest request) {
    ByteString body = request.getBody();
    return body == null ? "" : body.string(StandardCharsets.UTF_8);
  }

  @Override
  public final void behave(ServiceBehaviour to) {
    scripted = null;
    behaviour = to;
    if (to == ServiceBehaviour.REFUSE_CONNECTIONS) {
      server.close();
    }
  }

  @Override
  public final void throttle(String retryAfter) {
    answer(
        reply(ServiceBehaviour.THROTTLE_PROVIDER)
            .newBuilder()
            .addHeaderLenient("Retry-After", retryAfter)
            .build());
  }

  @Override
  public final void release() {
    behaviour = ServiceBehaviour.ACCEPT;
    released.countDown();
  }

  @Override
  public final int attempts() {
    return requests.size();
  }

  @Override
  public final List<String> received() {
    return requests.stream()
        .map(r -> r.getRequestLine() + "\r\n" + r.getHeaders() + "\r\n" + body(r))
        .toList();
  }

  @Override
  public final void close() {
    released.countDown();
    server.close();
  }
}
