package dev.notifykit.test.provider;

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
import okio.ByteString;

/**
 * A service on HTTP for {@link ProviderContract}: a real server that hangs, drips and breaks
 * connections on demand. A subclass says only how the service answers what its documentation
 * describes. Needs {@code com.squareup.okhttp3:mockwebserver3} on the test classpath. Thread-safe.
 */
public abstract class FakeHttpService implements FakeService {
  private static final String LONG_BODY = "[" + " ".repeat(100) + "]";

  private final MockWebServer server = new MockWebServer();
  private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
  private volatile CountDownLatch released = new CountDownLatch(1);
  private final String url;
  private volatile Function<RecordedRequest, MockResponse> answer =
      request -> reply(ServiceBehaviour.ACCEPT);

  /** Starts the service on a port of this machine. */
  protected FakeHttpService() {
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

  /**
   * Returns the answer that the service documents.
   *
   * @param to one that is about an answer, not about the connection, and that the contract's
   *     subclass did not declare as unsupported
   */
  protected abstract MockResponse reply(ServiceBehaviour to);

  /**
   * Returns the answer to which a {@code Retry-After} is added; default that to {@link
   * ServiceBehaviour#THROTTLE_PROVIDER}.
   */
  protected MockResponse throttled() {
    return reply(ServiceBehaviour.THROTTLE_PROVIDER);
  }

  /** Returns an answer in JSON. */
  public static MockResponse json(int status, String body) {
    return new MockResponse.Builder()
        .code(status)
        .addHeader("Content-Type", "application/json")
        .body(body)
        .build();
  }

  /** Returns a request's body as UTF-8; empty if it has none. */
  public static String text(RecordedRequest request) {
    ByteString body = request.getBody();
    return body == null ? "" : body.utf8();
  }

  /** Returns the service's address, which ends in a slash. */
  public final String url() {
    return url;
  }

  /** Answers every request from now on as this says. */
  public final void answer(Function<RecordedRequest, MockResponse> value) {
    answer = value;
  }

  /** Answers every request from now on with this. */
  public final void answer(MockResponse value) {
    answer(request -> value);
  }

  /** Returns the requests that came, in order; a live view. */
  public final List<RecordedRequest> requests() {
    return requests;
  }

  @Override
  public final void behave(ServiceBehaviour behaviour) {
    if (behaviour == ServiceBehaviour.REFUSE_CONNECTIONS) {
      server.close();
    }
    if (behaviour == ServiceBehaviour.HANG && released.getCount() == 0) {
      released = new CountDownLatch(1);
    }
    answer = request -> respond(behaviour);
  }

  private MockResponse respond(ServiceBehaviour behaviour) {
    return switch (behaviour) {
      case HANG -> {
        awaitRelease();
        yield reply(ServiceBehaviour.ACCEPT);
      }
      case DRIP -> longAnswer().throttleBody(1, 1, TimeUnit.SECONDS).build();
      case RESET_BEFORE_REPLY ->
          longAnswer().onResponseStart(new SocketEffect.CloseSocket(true, false, false)).build();
      case RESET_MID_REPLY ->
          longAnswer().onResponseBody(new SocketEffect.CloseSocket(true, false, false)).build();
      case ANSWER_MALFORMED -> json(200, "<html>busy</html>");
      default -> reply(behaviour);
    };
  }

  private MockResponse.Builder longAnswer() {
    return reply(ServiceBehaviour.ACCEPT).newBuilder().body(LONG_BODY);
  }

  private void awaitRelease() {
    try {
      released.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final void throttle(String retryAfter) {
    answer =
        request -> throttled().newBuilder().addHeaderLenient("Retry-After", retryAfter).build();
  }

  @Override
  public final void release() {
    released.countDown();
  }

  @Override
  public final int attempts() {
    return requests.size();
  }

  @Override
  public final List<String> received() {
    return requests.stream()
        .map(r -> r.getRequestLine() + "\r\n" + r.getHeaders() + "\r\n" + text(r))
        .toList();
  }

  @Override
  public final void close() {
    released.countDown();
    server.close();
  }
}
