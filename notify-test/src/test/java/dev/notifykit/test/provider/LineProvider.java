package dev.notifykit.test.provider;

import dev.notifykit.Channel;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A provider of {@link LineService}, to try the contract on; one with faults if asked for. */
final class LineProvider implements Provider {
  static final String SECRET = "line-secret-77aa";

  /** What a bad provider does. */
  enum Fault {
    NONE,
    LOGS_THE_ADDRESS,
    REPEATS_AFTER_A_RESET,
    PASSES_LINE_ENDS_ON,
    PASSES_THE_TARGET_ON_AS_IT_IS,
    LEAVES_THE_TARGET_OUT,
    SENDS_A_TEXT_TWICE,
    NEEDS_A_NAME,
    NEVER_TIMES_OUT,
    LEAVES_STAGES_OPEN_ON_CLOSE
  }

  private final int port;
  private final Duration timeout;
  private final Fault fault;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Set<CompletableFuture<Outcome>> open = ConcurrentHashMap.newKeySet();
  private final AtomicReference<String> lastText = new AtomicReference<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  LineProvider(int port, Duration timeout, Fault fault) {
    this.port = port;
    this.timeout = timeout;
    this.fault = fault;
  }

  @Override
  public String name() {
    return "line";
  }

  @Override
  public Channel channel() {
    return Channel.SMS;
  }

  @Override
  public int maxInFlight() {
    return 16;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    CompletableFuture<Outcome> stage = new CompletableFuture<>();
    if (closed.get()) {
      return CompletableFuture.completedFuture(new Outcome.Retryable("closed"));
    }
    if (fault == Fault.LOGS_THE_ADDRESS) {
      org.slf4j.LoggerFactory.getLogger("line").trace("to {}", request.target().address());
    }
    if (fault == Fault.NEEDS_A_NAME && request.recipientName() == null) {
      throw new IllegalStateException("no name");
    }
    open.add(stage);
    stage.whenComplete((o, e) -> open.remove(stage));
    if (fault != Fault.NEVER_TIMES_OUT) {
      timer.schedule(
          () -> stage.complete(new Outcome.Unknown("timeout")),
          timeout.toMillis(),
          TimeUnit.MILLISECONDS);
    }
    threads.execute(() -> stage.complete(exchange(request, fault == Fault.REPEATS_AFTER_A_RESET)));
    return stage;
  }

  private String line(SendRequest request) {
    String text = ((SmsMessage) request.message()).text();
    String last = lastText.getAndSet(text);
    if (fault == Fault.SENDS_A_TEXT_TWICE && last != null) {
      text = last;
    }
    text = fault == Fault.PASSES_LINE_ENDS_ON ? text.replace("\r\n", "&") : harmless(text);
    String target = request.target().address();
    if (fault != Fault.PASSES_THE_TARGET_ON_AS_IT_IS) {
      target = harmless(target);
    }
    return (fault == Fault.LEAVES_THE_TARGET_OUT ? "" : target) + "|" + text;
  }

  private static String harmless(String text) {
    return text.replaceAll("[\\p{Cntrl}&\"\\u2028]", "_");
  }

  private Outcome exchange(SendRequest request, boolean repeat) {
    String text = line(request);
    try (Socket socket = new Socket()) {
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        return new Outcome.Retryable("connect");
      }
      socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
      return outcome(socket.getInputStream());
    } catch (IOException e) {
      return repeat ? exchange(request, false) : new Outcome.Unknown("reset");
    }
  }

  private static Outcome outcome(InputStream in) throws IOException {
    String line = new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    String[] words = line.split(" ", 3);
    if (words[0].equals("ok")) {
      return new Outcome.Accepted(words[1]);
    }
    if (!words[0].equals("no")) {
      return new Outcome.Unknown("malformed");
    }
    Duration wait = words.length < 3 ? null : retryAfter(words[2]);
    return switch (ServiceBehaviour.valueOf(words[1])) {
      case REJECT -> new Outcome.Rejected("rejected");
      case INVALID_TARGET -> new Outcome.InvalidTarget("gone");
      case OPTED_OUT -> new Outcome.OptedOut("stop");
      case THROTTLE_TARGET -> new Outcome.Throttled("slow", wait, Outcome.Scope.TARGET);
      case THROTTLE_PROVIDER -> new Outcome.Throttled("slow", wait, Outcome.Scope.PROVIDER);
      case FAIL_FOR_NOW -> new Outcome.Retryable("later", wait);
      case REFUSE_CREDENTIALS -> new Outcome.Misconfigured("key");
      default -> new Outcome.Unknown("unclear");
    };
  }

  private static Duration retryAfter(String value) {
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), at);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  @Override
  public void close() {
    closed.set(true);
    timer.shutdownNow();
    threads.shutdownNow();
    if (fault != Fault.LEAVES_STAGES_OPEN_ON_CLOSE) {
      open.forEach(stage -> stage.complete(new Outcome.Unknown("closed")));
    }
  }
}
