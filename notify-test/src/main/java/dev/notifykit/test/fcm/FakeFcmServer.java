package dev.notifykit.test.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.notifykit.test.provider.FakeService;
import dev.notifykit.test.provider.ServiceBehaviour;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A stand-in for FCM and Google's token service: a server on the loopback address that speaks the
 * documented HTTP v1 API, checks that requests have its shape, keeps them and answers as it is
 * told.
 *
 * <pre>{@code
 * try (FakeFcmServer fcm = FakeFcmServer.start()) {
 *   FcmProvider.builder().credentials(fcm.credentials()).endpoint(fcm.url()).build();
 *   fcm.answer(message -> FcmAnswer.refuse(404, "NOT_FOUND", "UNREGISTERED"));
 * }
 * }</pre>
 *
 * <p>A message without a valid access token, with a member that the API does not have, or without
 * exactly one target is refused as FCM would. Thread-safe.
 *
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages">the
 *     API</a>
 */
public final class FakeFcmServer implements FakeService {
  /** The project of its credentials. */
  public static final String PROJECT = "demo-project";

  private static final String PATH = "/v1/projects/" + PROJECT + "/messages:send";
  private static final Set<String> TARGETS = Set.of("token", "fid", "topic", "condition");
  private static final Set<String> MEMBERS =
      Set.of("name", "data", "notification", "android", "webpush", "apns", "fcm_options");
  private static final FcmAnswer MALFORMED = FcmAnswer.refuse(400, "INVALID_ARGUMENT", null);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BACKLOG = 1_000;

  private final ServerSocket listener;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String privateKey = privateKey();
  private final Set<Http1> connections = ConcurrentHashMap.newKeySet();
  private final Queue<ReceivedFcmMessage> messages = new ConcurrentLinkedQueue<>();
  private final Set<String> accessTokens = ConcurrentHashMap.newKeySet();
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger tokenRequests = new AtomicInteger();
  private volatile Function<ReceivedFcmMessage, FcmAnswer> answers = m -> FcmAnswer.accept();
  private volatile FcmAnswer tokenAnswer = FcmAnswer.accept();
  private volatile Duration latency = Duration.ZERO;
  private volatile CountDownLatch held = new CountDownLatch(1);

  private FakeFcmServer() throws IOException {
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    start("fake-fcm", this::listen);
  }

  /** Starts a server that accepts everything well formed, on a port of the system's choice. */
  public static FakeFcmServer start() {
    try {
      return new FakeFcmServer();
    } catch (IOException e) {
      throw new UncheckedIOException("no port to listen on", e);
    }
  }

  private static void start(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private static String privateKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return Base64.getEncoder()
          .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /** Returns the address to send to, without a slash at its end. */
  public String url() {
    return "http://localhost:" + listener.getLocalPort();
  }

  /** Returns the JSON of a service account whose access tokens this server issues. */
  public String credentials() {
    return JSON.createObjectNode()
        .put("type", "service_account")
        .put("project_id", PROJECT)
        .put("private_key_id", "0123456789abcdef")
        .put(
            "private_key",
            "-----BEGIN PRIVATE KEY-----\n" + privateKey + "\n-----END PRIVATE KEY-----\n")
        .put("client_email", "push@" + PROJECT + ".iam.gserviceaccount.com")
        .put("client_id", "1234567890")
        .put("token_uri", url() + "/token")
        .toString();
  }

  /**
   * Sets what happens to well-formed messages from now on; default {@link FcmAnswer#accept}.
   *
   * @param value called for each message, on the connection's own thread
   */
  public void answer(Function<ReceivedFcmMessage, FcmAnswer> value) {
    answers = value;
  }

  /** Sets what happens to requests for access tokens from now on; default one is issued. */
  public void answerTokens(FcmAnswer value) {
    tokenAnswer = value;
  }

  /** Sets how long it thinks before each reply, an access token among them; default not at all. */
  public void latency(Duration value) {
    latency = value;
  }

  /** Forgets the access tokens it issued: they are refused from now on. */
  public void revokeTokens() {
    accessTokens.clear();
  }

  /** Returns the messages received so far, in order, whatever was answered. */
  public List<ReceivedFcmMessage> messages() {
    return List.copyOf(messages);
  }

  /** Returns how many access tokens were asked for. */
  public int tokenRequests() {
    return tokenRequests.get();
  }

  @Override
  public void behave(ServiceBehaviour behaviour) {
    if (behaviour == ServiceBehaviour.REFUSE_CONNECTIONS) {
      close();
      return;
    }
    FcmAnswer answer = answerOf(behaviour);
    answer(message -> answer);
  }

  private static FcmAnswer answerOf(ServiceBehaviour behaviour) {
    return switch (behaviour) {
      case ACCEPT -> FcmAnswer.accept();
      case REJECT -> FcmAnswer.badField("message.android.ttl");
      case INVALID_TARGET -> FcmAnswer.refuse(404, "NOT_FOUND", "UNREGISTERED");
      case THROTTLE_PROVIDER -> FcmAnswer.refuse(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED");
      case FAIL_FOR_NOW -> FcmAnswer.refuse(503, "UNAVAILABLE", "UNAVAILABLE");
      case REFUSE_CREDENTIALS -> FcmAnswer.refuse(403, "PERMISSION_DENIED", null);
      case FAIL_UNCLEAR -> FcmAnswer.refuse(504, "DEADLINE_EXCEEDED", null);
      case ANSWER_MALFORMED -> FcmAnswer.raw(200, "<html>no JSON</html>");
      case HANG -> FcmAnswer.hang();
      case DRIP -> FcmAnswer.drip();
      case RESET_BEFORE_REPLY -> FcmAnswer.reset();
      case RESET_MID_REPLY -> FcmAnswer.resetMidReply();
      case OPTED_OUT, THROTTLE_TARGET, REFUSE_CONNECTIONS ->
          throw new IllegalArgumentException("FCM cannot " + behaviour);
    };
  }

  @Override
  public void throttle(String retryAfter) {
    FcmAnswer answer =
        FcmAnswer.refuse(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED").withRetryAfter(retryAfter);
    answer(message -> answer);
  }

  @Override
  public void release() {
    answers = message -> FcmAnswer.accept();
    held.countDown();
    held = new CountDownLatch(1);
  }

  @Override
  public int attempts() {
    return attempts.get();
  }

  @Override
  public List<String> received() {
    return messages.stream().map(ReceivedFcmMessage::raw).toList();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // What it is about to accept still gets in while it is on its way out.
    ended.join();
    connections.forEach(Http1::close);
    closed.countDown();
    held.countDown();
  }

  private void listen() {
    try {
      while (true) {
        Http1 connection = new Http1(listener.accept());
        connections.add(connection);
        start("fake-fcm-connection", () -> serve(connection));
      }
    } catch (IOException e) {
      // Closed.
    } finally {
      ended.complete(null);
    }
  }

  private void serve(Http1 connection) {
    try (connection) {
      for (ReceivedFcmMessage m = connection.read(); m != null; m = connection.read()) {
        if (m.path().equals("/token")) {
          issue(connection);
        } else {
          CountDownLatch hold = held; // that of now: a release may come before the answer is known
          messages.add(m);
          attempts.incrementAndGet();
          answer(connection, checked(m), hold);
        }
      }
    } catch (IOException e) {
      // The client is gone, or the server is closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  private void issue(Http1 connection) throws IOException, InterruptedException {
    tokenRequests.incrementAndGet();
    if (tokenAnswer.kind != FcmAnswer.Kind.ACCEPT) {
      answer(connection, tokenAnswer, held);
      return;
    }
    if (pause(latency)) {
      return;
    }
    String token = "ya29." + UUID.randomUUID();
    accessTokens.add(token);
    connection.reply(
        200,
        "{\"access_token\":\"" + token + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}",
        null);
  }

  private FcmAnswer checked(ReceivedFcmMessage m) {
    if (!m.method().equals("POST") || !m.path().equals(PATH)) {
      return FcmAnswer.refuse(404, "NOT_FOUND", null);
    }
    String authorization = m.headers().getOrDefault("authorization", "");
    if (!authorization.startsWith("Bearer ")
        || !accessTokens.contains(authorization.substring(7))) {
      return FcmAnswer.refuse(401, "UNAUTHENTICATED", null);
    }
    boolean json = m.headers().getOrDefault("content-type", "").startsWith("application/json");
    return json && isWellFormed(m.body()) ? answers.apply(m) : MALFORMED;
  }

  private static boolean isWellFormed(String body) {
    try {
      JsonNode root = JSON.readTree(body);
      return names(root, Set.of("message", "validate_only")) == 0
          && names(root.path("message"), MEMBERS) == 1
          && isTargeted(root.path("message"))
          && isText(root.path("message").path("data"));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** Returns how many members have none of these names. */
  private static int names(JsonNode object, Set<String> known) {
    int others = 0;
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      others += known.contains(names.next()) ? 0 : 1;
    }
    return others;
  }

  private static boolean isTargeted(JsonNode message) {
    return TARGETS.stream().filter(t -> message.path(t).isTextual()).count() == 1;
  }

  private static boolean isText(JsonNode data) {
    for (JsonNode value : data) {
      if (!value.isTextual()) {
        return false;
      }
    }
    return true;
  }

  private void answer(Http1 connection, FcmAnswer answer, CountDownLatch hold)
      throws IOException, InterruptedException {
    if (pause(latency)) {
      return;
    }
    switch (answer.kind) {
      case ACCEPT -> accept(connection);
      case REPLY -> connection.reply(answer.status, answer.body, answer.retryAfter);
      case HANG -> {
        hold.await();
        accept(connection);
      }
      case DRIP -> drip(connection);
      case RESET -> connection.reset();
      case RESET_MID_REPLY -> {
        connection.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"name\""));
        connection.reset();
      }
    }
  }

  private static void accept(Http1 connection) throws IOException {
    String name = "projects/" + PROJECT + "/messages/" + UUID.randomUUID();
    connection.reply(200, "{\"name\":\"" + name + "\"}", null);
  }

  private void drip(Http1 connection) throws IOException, InterruptedException {
    connection.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
    do {
      connection.write(ascii(" "));
    } while (!pause(Duration.ofSeconds(1)));
  }

  /** Waits, and returns whether it was closed meanwhile. */
  private boolean pause(Duration time) throws InterruptedException {
    return !time.isZero() && closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
