package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Device;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.PushMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.fcm.FakeFcmServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Speaks to servers as Google's is: TLS, and HTTP/2 by ALPN. */
@Timeout(120)
final class FcmHttp2Test {
  private static final int IN_FLIGHT = 200;
  private static final PushMessage HELLO = PushMessage.builder().body("hello").build();
  private static final HeldCertificate LOCALHOST = certificate("localhost");
  private static final HandshakeCertificates SERVER =
      new HandshakeCertificates.Builder().heldCertificate(LOCALHOST).build();
  private static final MockResponse ACCEPTED = accepted().build();

  private final FakeFcmServer tokens = FakeFcmServer.start();
  private final MockWebServer fcm = new MockWebServer();
  private FcmProvider provider;

  private static HeldCertificate certificate(String host) {
    return new HeldCertificate.Builder().addSubjectAlternativeName(host).build();
  }

  private static MockResponse.Builder accepted() {
    return new MockResponse.Builder().body("{\"name\":\"projects/demo-project/messages/1\"}");
  }

  private void connect() throws IOException {
    fcm.useHttps(SERVER.sslSocketFactory());
    fcm.start();
    provider = builder(fcm.url("/").toString()).build();
  }

  private FcmProvider.Builder builder(String url) {
    return FcmProvider.builder()
        .credentials(tokens.credentials())
        .endpoint(url)
        .trustedCertificates(LOCALHOST.certificate())
        .timeout(Duration.ofSeconds(60))
        .rampUp(Duration.ZERO);
  }

  @AfterEach
  void disconnect() {
    provider.close();
    fcm.close();
    tokens.close();
  }

  @Test
  void messageGoesOverHttp2AndTls() throws Exception {
    connect();
    fcm.enqueue(ACCEPTED);
    assertThat(send()).isEqualTo(new Outcome.Accepted("projects/demo-project/messages/1"));
    RecordedRequest request = fcm.takeRequest();
    assertThat(request.getVersion()).isEqualTo("HTTP/2");
    assertThat(request.getHandshake().tlsVersion().javaName()).isEqualTo("TLSv1.3");
    assertThat(request.getMethod()).isEqualTo("POST");
    assertThat(request.getTarget()).isEqualTo("/v1/projects/demo-project/messages:send");
    assertThat(request.getHeaders().get("authorization")).startsWith("Bearer ya29.");
    assertThat(request.getBody().utf8()).startsWith("{\"message\":{");
  }

  @Test
  void endlessReplyIsNotWaitedFor() throws Exception {
    connect();
    fcm.enqueue(
        new MockResponse.Builder()
            .code(503)
            .body("x".repeat(4 << 20))
            .onResponseBody(SocketEffect.Stall.INSTANCE)
            .build());
    assertThat(send()).isInstanceOf(Outcome.Retryable.class);
  }

  @Test
  void manyAreInFlightOnFewConnections() throws Exception {
    connect();
    fcm.enqueue(ACCEPTED);
    send(); // the connection is there
    CountDownLatch arrived = new CountDownLatch(IN_FLIGHT);
    fcm.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
            arrived.countDown();
            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
            return ACCEPTED;
          }
        });
    assertThat(sendMany(IN_FLIGHT)).hasOnlyElementsOfType(Outcome.Accepted.class);
    Set<Integer> connections = new HashSet<>();
    for (int i = 0; i <= IN_FLIGHT; i++) {
      connections.add(fcm.takeRequest().getConnectionIndex());
    }
    assertThat(connections).hasSizeLessThan(10);
  }

  @Test
  void certificateOfAnotherHostIsNotSentAnything() throws Exception {
    fcm.useHttps(
        new HandshakeCertificates.Builder()
            .heldCertificate(certificate("elsewhere.example"))
            .build()
            .sslSocketFactory());
    fcm.start();
    provider = builder(fcm.url("/").toString()).build();
    assertThat(send()).isEqualTo(new Outcome.Retryable("connection-failed"));
    assertThat(fcm.getRequestCount()).isZero();
  }

  @Test
  void refusedStreamIsRetriedAndNotRepeatedHere() throws Exception {
    try (RawHttp2Server server = new RawHttp2Server(SERVER)) {
      provider = builder(server.url()).build();
      server.next((connection, stream) -> connection.reset(stream, RawHttp2Server.REFUSED_STREAM));
      server.next((connection, stream) -> connection.reset(stream, RawHttp2Server.INTERNAL_ERROR));
      assertThat(send()).isEqualTo(new Outcome.Retryable("connection-failed"));
      assertThat(server.requests).hasValue(1);
      assertThat(send()).isEqualTo(new Outcome.Unknown("no-answer"));
      assertThat(server.requests).hasValue(2);
    }
  }

  @Test
  void whatAGoAwayLeavesOutIsRetried() throws Exception {
    try (RawHttp2Server server = new RawHttp2Server(SERVER)) {
      provider = builder(server.url()).build();
      server.next((connection, stream) -> connection.goAway(stream - 2));
      assertThat(send()).isEqualTo(new Outcome.Retryable("connection-failed"));
      assertThat(server.requests).hasValue(1);
    }
  }

  @Test
  void whatAGoAwayIncludesMayHaveBeenTaken() throws Exception {
    try (RawHttp2Server server = new RawHttp2Server(SERVER)) {
      provider = builder(server.url()).build();
      server.next(
          (connection, stream) -> {
            connection.goAway(stream);
            connection.hangUp();
          });
      assertThat(send()).isEqualTo(new Outcome.Unknown("no-answer"));
      assertThat(server.requests).hasValue(1);
    }
  }

  @Test
  void resetStreamMayHaveBeenTaken() throws Exception {
    connect();
    fcm.enqueue(
        accepted()
            .onResponseStart(new SocketEffect.CloseStream(RawHttp2Server.INTERNAL_ERROR))
            .build());
    fcm.enqueue(ACCEPTED);
    assertThat(send()).isEqualTo(new Outcome.Unknown("no-answer"));
    assertThat(send()).isInstanceOf(Outcome.Accepted.class);
    assertThat(fcm.getRequestCount()).isEqualTo(2);
  }

  @Test
  void lostConnectionMayHaveTakenWhatWasInFlightAndIsReplaced() throws Exception {
    connect();
    fcm.enqueue(accepted().onResponseStart(new SocketEffect.CloseSocket()).build());
    fcm.enqueue(ACCEPTED);
    assertThat(send()).isEqualTo(new Outcome.Unknown("no-answer"));
    assertThat(send()).isInstanceOf(Outcome.Accepted.class);
    assertThat(fcm.getRequestCount()).isEqualTo(2);
  }

  private static SendRequest request() {
    return new SendRequest(
        UUID.randomUUID(),
        1,
        "",
        "user-1",
        null,
        Target.device(Device.android("android-token")),
        HELLO,
        "orders",
        Priority.NORMAL,
        null);
  }

  private Outcome send() {
    return sendMany(1).get(0);
  }

  private List<Outcome> sendMany(int count) {
    List<CompletionStage<Outcome>> stages =
        provider.sendAll(IntStream.range(0, count).mapToObj(i -> request()).toList());
    return stages.stream()
        .map(s -> s.toCompletableFuture().orTimeout(90, TimeUnit.SECONDS).join())
        .toList();
  }
}
