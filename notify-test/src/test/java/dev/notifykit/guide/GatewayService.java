package dev.notifykit.guide;

import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.ByteString;

/** The gateway of {@link GatewayProvider}, on a real socket. */
final class GatewayService implements FakeService {
  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger ids = new AtomicInteger();
  private volatile ServiceBehaviour behaviour = ServiceBehaviour.ACCEPT;
  private volatile String retryAfter = "";

  GatewayService() {
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
  }

  URI url() {
    return server.url("/").uri();
  }

  private MockResponse answer() throws InterruptedException {
    return switch (behaviour) {
      case REJECT -> status(422);
      case INVALID_TARGET -> status(404);
      case OPTED_OUT -> status(410);
      case REFUSE_CREDENTIALS -> status(401);
      case FAIL_FOR_NOW -> status(503);
      case FAIL_UNCLEAR -> status(500);
      case THROTTLE_PROVIDER -> throttled();
      case ANSWER_MALFORMED -> text("<html>busy</html>").build();
      case HANG -> {
        released.await();
        yield queued().build();
      }
      case DRIP -> queued().throttleBody(1, 1, TimeUnit.SECONDS).build();
      case RESET_BEFORE_REPLY ->
          queued().onResponseStart(new SocketEffect.CloseSocket(true, false, false)).build();
      case RESET_MID_REPLY ->
          queued().onResponseBody(new SocketEffect.CloseSocket(true, false, false)).build();
      default -> queued().build();
    };
  }

  private MockResponse.Builder queued() {
    return text("queued g-" + ids.incrementAndGet() + "\n");
  }

  private static MockResponse.Builder text(String body) {
    return new MockResponse.Builder().body(body);
  }

  private static MockResponse status(int status) {
    return new MockResponse.Builder().code(status).build();
  }

  private MockResponse throttled() {
    MockResponse.Builder answer = status(429).newBuilder();
    return retryAfter.isEmpty()
        ? answer.build()
        : answer.addHeaderLenient("Retry-After", retryAfter).build();
  }

  @Override
  public void behave(ServiceBehaviour to) {
    behaviour = to;
    if (to == ServiceBehaviour.REFUSE_CONNECTIONS) {
      server.close();
    }
  }

  @Override
  public void throttle(String value) {
    retryAfter = value;
    behaviour = ServiceBehaviour.THROTTLE_PROVIDER;
  }

  @Override
  public void release() {
    behaviour = ServiceBehaviour.ACCEPT;
    released.countDown();
  }

  @Override
  public int attempts() {
    return requests.size();
  }

  @Override
  public List<String> received() {
    return requests.stream()
        .map(r -> r.getRequestLine() + "\r\n" + r.getHeaders() + "\r\n" + body(r))
        .toList();
  }

  private static String body(RecordedRequest request) {
    ByteString body = request.getBody();
    return body == null ? "" : body.string(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    released.countDown();
    server.close();
  }
}
