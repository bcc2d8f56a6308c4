package dev.notifykit.guide;

import dev.notifykit.Channel;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.RetryAfter;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.provider.SendThreads;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

// region provider
/** Texts through a company's own gateway, which takes a form and answers with one line. */
final class GatewayProvider implements Provider {
  private static final Pattern ANSWER = Pattern.compile("(queued|refused) ([A-Za-z0-9-]{1,64})");

  private final URI messages;
  private final String key;
  private final Duration timeout;
  private final SendThreads threads = SendThreads.of("gateway", 32);
  private final HttpClient http = HttpClient.newHttpClient();

  GatewayProvider(URI gateway, String key, Duration timeout) {
    this.messages = gateway.resolve("/messages");
    this.key = key;
    this.timeout = timeout;
  }

  @Override
  public String name() {
    return "gateway";
  }

  @Override
  public Channel channel() {
    return Channel.SMS;
  }

  @Override
  public int maxInFlight() {
    return threads.max();
  }

  @Override
  public Duration timeout() {
    return timeout.plusSeconds(1); // ours comes first, and knows more
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    return threads.run(() -> outcome(post(request)));
  }

  @Override
  public void close() {
    threads.close(timeout);
  }

  // endregion

  // region ask
  private HttpRequest post(SendRequest request) {
    Map<String, String> form =
        Map.of(
            "to", request.target().address(),
            "text", ((SmsMessage) request.message()).text(),
            "reference", request.deliveryId().toString()); // the same for every attempt
    return HttpRequest.newBuilder(messages)
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(encode(form)))
        .build();
  }

  private Outcome outcome(HttpRequest request) throws InterruptedException {
    try {
      return outcome(
          http.sendAsync(request, BodyHandlers.ofString())
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return new Outcome.Unknown("timeout"); // it may have been taken
    } catch (ExecutionException e) {
      return failure(e.getCause());
    }
  }

  private static Outcome failure(Throwable cause) {
    return cause instanceof ConnectException
        ? new Outcome.Retryable("connect")
        : new Outcome.Unknown("connection-lost");
  }

  // endregion

  // region answer
  private static Outcome outcome(HttpResponse<String> answer) {
    String code = String.valueOf(answer.statusCode());
    Duration wait =
        RetryAfter.parse(answer.headers().firstValue("Retry-After").orElse(null), Instant.now());
    return switch (answer.statusCode()) {
      case 200 -> taken(answer.body());
      case 400, 422 -> new Outcome.Rejected(code);
      case 401, 403 -> new Outcome.Misconfigured(code); // alerts an operator, and waits
      case 404 -> new Outcome.InvalidTarget(code); // this number is not tried again
      case 410 -> new Outcome.OptedOut(code);
      case 429 -> new Outcome.Throttled(code, wait, Outcome.Scope.PROVIDER);
      case 503 -> new Outcome.Retryable(code, wait); // documented as "not taken"
      default -> new Outcome.Unknown(code);
    };
  }

  private static Outcome taken(String body) {
    Matcher answer = ANSWER.matcher(body.strip());
    if (!answer.matches()) {
      return new Outcome.Unknown("malformed");
    }
    return answer.group(1).equals("queued")
        ? new Outcome.Accepted(answer.group(2))
        : new Outcome.Rejected(answer.group(2));
  }

  // endregion

  private static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
