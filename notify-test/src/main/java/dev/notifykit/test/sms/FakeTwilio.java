package dev.notifykit.test.sms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Twilio's Message resource on a socket of this machine: takes messages and keeps them, fails as
 * told, and reports back with signed status callbacks and answers. Thread-safe. Needs nothing but
 * the JDK.
 *
 * <pre>{@code
 * try (FakeTwilio twilio = FakeTwilio.start()) {
 *   TwilioProvider provider = TwilioProvider.builder()
 *       .accountSid(FakeTwilio.ACCOUNT_SID).authToken(FakeTwilio.AUTH_TOKEN)
 *       .from("+15005550006").baseUrl(twilio.url()).statusCallback(myUrl).build();
 *   // ... send ...
 *   FakeTwilio.Sms sms = twilio.messages().get(0);
 *   twilio.report(sms, "delivered");
 *   twilio.answer(sms, "STOP", myUrl);
 * }
 * }</pre>
 */
public final class FakeTwilio implements AutoCloseable {
  /** The only account it knows. */
  public static final String ACCOUNT_SID = "ACfa0e0000000000000000000000000001";

  /** That account's auth token, which callbacks are signed with. */
  public static final String AUTH_TOKEN = "fake-auth-token";

  private static final int MAX_BODY = 1_600;

  /** One for all: its thread lives on until the client is garbage. */
  private static final HttpClient CALLBACKS = HttpClient.newHttpClient();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(FakeTwilio::daemon);
  private final Queue<Sms> messages = new ConcurrentLinkedQueue<>();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Map<String, Failure> failingNumbers = new ConcurrentHashMap<>();
  private volatile @Nullable Failure outage;
  private volatile Consumer<Sms> onReceived = sms -> {};
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger sids = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Duration latency = Duration.ZERO;

  private record Failure(int status, int code) {}

  /**
   * A message that was taken. {@code toString} shows its SID only.
   *
   * @param sid Twilio's id
   * @param to the recipient's number
   * @param from the sender's number or name, empty if a messaging service chooses
   * @param body the text
   * @param fields every field of the request, with its first value
   */
  public record Sms(String sid, String to, String from, String body, Map<String, String> fields) {
    /** Copies the fields. */
    public Sms {
      fields = Map.copyOf(fields);
    }

    @Override
    public String toString() {
      return "Sms[" + sid + "]";
    }
  }

  private FakeTwilio() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts on a port of the system's choice. */
  public static FakeTwilio start() {
    try {
      return new FakeTwilio();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fake-twilio");
    thread.setDaemon(true);
    return thread;
  }

  // ---- what a test sets and sees

  /** Returns the address to give to the provider as its base URL. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns the messages that were taken, in order. */
  public List<Sms> messages() {
    return List.copyOf(messages);
  }

  /** Returns how many requests for a message came, refused ones included. */
  public int requests() {
    return requests.get();
  }

  /**
   * Refuses the next request; several calls refuse as many requests in turn.
   *
   * @param status the HTTP status, such as 400, 429 or 503
   * @param code Twilio's error code, such as 21610
   */
  public void failNext(int status, int code) {
    failures.add(new Failure(status, code));
  }

  /**
   * Refuses every message to a number from now on.
   *
   * @param number the number in E.164 form
   * @param code Twilio's error code, such as 21211
   */
  public void failNumber(String number, int code) {
    failingNumbers.put(number, new Failure(400, code));
  }

  /**
   * Refuses every message from now on, until {@link #acceptAll}.
   *
   * @param status the HTTP status, such as 503
   * @param code Twilio's error code, such as 20503
   */
  public void failAll(int status, int code) {
    outage = new Failure(status, code);
  }

  /** Ends {@link #failAll}, {@link #failNext} and {@link #failNumber}. */
  public void acceptAll() {
    outage = null;
    failures.clear();
    failingNumbers.clear();
  }

  /** Calls this with each message once it is taken, on the thread of its request. */
  public void onReceived(Consumer<Sms> value) {
    onReceived = Objects.requireNonNull(value, "value");
  }

  /** Answers every request from now on so much later. */
  public void latency(Duration value) {
    latency = Objects.requireNonNull(value, "latency");
  }

  /**
   * Posts a signed status callback for a message to the address it was sent with.
   *
   * @param sms a message from {@link #messages}
   * @param status such as {@code sent}, {@code delivered}, {@code undelivered}
   * @return the HTTP status of the answer
   * @throws IllegalArgumentException if the message was sent without a status callback
   */
  public int report(Sms sms, String status) {
    return report(sms, status, null);
  }

  /**
   * Posts a signed status callback with an error code.
   *
   * @param sms a message from {@link #messages}
   * @param status such as {@code undelivered} or {@code failed}
   * @param errorCode such as 30003, or null for none
   * @return the HTTP status of the answer
   * @throws IllegalArgumentException if the message was sent without a status callback
   */
  public int report(Sms sms, String status, @Nullable Integer errorCode) {
    String callback = sms.fields().get("StatusCallback");
    if (callback == null) {
      throw new IllegalArgumentException("the message was sent without a status callback");
    }
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", sms.sid());
    form.put("SmsSid", sms.sid());
    form.put("MessageStatus", status);
    form.put("SmsStatus", status);
    form.put("To", sms.to());
    form.put("From", sms.from());
    if (errorCode != null) {
      form.put("ErrorCode", errorCode.toString());
    }
    return post(callback, form);
  }

  /**
   * Posts what a recipient answers, signed, as Twilio does to the address for incoming messages.
   *
   * @param sms the message answered
   * @param text such as {@code STOP}
   * @param webhook the address for incoming messages
   * @return the HTTP status of the answer
   */
  public int answer(Sms sms, String text, String webhook) {
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", nextSid());
    form.put("SmsStatus", "received");
    form.put("From", sms.to());
    form.put("To", sms.from());
    form.put("Body", text);
    return post(webhook, form);
  }

  /** Stops and frees the port. Idempotent. */
  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  // ---- reports

  private int post(String url, Map<String, String> form) {
    form.put("AccountSid", ACCOUNT_SID);
    StringBuilder signed = new StringBuilder(url);
    List<String> encoded = new ArrayList<>();
    form.forEach(
        (name, value) -> {
          signed.append(name).append(value);
          encoded.add(encode(name) + "=" + encode(value));
        });
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-Twilio-Signature", sign(signed.toString()))
            .timeout(Duration.ofSeconds(15))
            .POST(HttpRequest.BodyPublishers.ofString(String.join("&", encoded)))
            .build();
    try {
      return CALLBACKS.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String sign(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(AUTH_TOKEN.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- messages

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> form = form(body);
      Failure failure = failure(exchange, form);
      if (!isOpenAfterDelay()) {
        return;
      }
      if (failure == null) {
        answer(exchange, 201, take(nextSid(), form));
      } else {
        answer(exchange, failure.status(), error(failure));
      }
    }
  }

  private @Nullable Failure failure(HttpExchange exchange, Map<String, String> form) {
    String expected =
        Base64.getEncoder()
            .encodeToString((ACCOUNT_SID + ":" + AUTH_TOKEN).getBytes(StandardCharsets.UTF_8));
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String path = "/2010-04-01/Accounts/" + ACCOUNT_SID + "/Messages.json";
    if (!("Basic " + expected).equals(authorization)) {
      return new Failure(401, 20003);
    }
    if (!exchange.getRequestURI().getPath().equals(path)
        || !exchange.getRequestMethod().equals("POST")) {
      return new Failure(404, 20404);
    }
    Failure scripted = failures.poll();
    if (scripted != null) {
      return scripted;
    }
    Failure lasting = outage;
    return lasting != null ? lasting : refusal(form);
  }

  private @Nullable Failure refusal(Map<String, String> form) {
    String to = form.getOrDefault("To", "");
    if (to.isEmpty()) {
      return new Failure(400, 21604);
    }
    if (!form.containsKey("From") && !form.containsKey("MessagingServiceSid")) {
      return new Failure(400, 21603);
    }
    String body = form.getOrDefault("Body", "");
    if (body.isEmpty() && !form.containsKey("MediaUrl")) {
      return new Failure(400, 21602);
    }
    return body.length() > MAX_BODY ? new Failure(400, 21617) : failingNumbers.get(to);
  }

  /** Returns whether to answer, after the latency: not once it is closed. */
  private boolean isOpenAfterDelay() {
    try {
      return latency.isZero() || !closed.await(latency.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private String take(String sid, Map<String, String> form) {
    Sms sms =
        new Sms(
            sid,
            form.getOrDefault("To", ""),
            form.getOrDefault("From", ""),
            form.getOrDefault("Body", ""),
            form);
    messages.add(sms);
    onReceived.accept(sms);
    return "{\"account_sid\":\"%s\",\"sid\":\"%s\",\"status\":\"queued\",\"error_code\":null}"
        .formatted(ACCOUNT_SID, sid);
  }

  private static String error(Failure failure) {
    return "{\"code\":%s,\"message\":\"as told\",\"status\":%s}"
        .formatted(failure.code(), failure.status());
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String nextSid() {
    return "SM%032x".formatted(sids.incrementAndGet());
  }

  private static Map<String, String> form(String body) {
    Map<String, String> form = new LinkedHashMap<>();
    for (String pair : body.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.putIfAbsent(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
