package dev.notifykit.fcm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.notifykit.provider.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Where one project's messages are posted: each call is one attempt, whose answer is an outcome.
 * Blocks its caller until then. Thread-safe.
 *
 * <p>The SDK makes the messages and fetches the access tokens. It does not send them: it would
 * sleep and repeat a 503 up to four times, write and parse the JSON once more, and take several
 * times as long for it.
 */
final class Endpoint {
  private static final MediaType JSON_TYPE = MediaType.get("application/json; charset=UTF-8");
  private static final long MAX_REPLY = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OkHttpClient http;
  private final HttpUrl url;
  private final ServiceAccountCredentials account;
  private final AtomicReference<AccountTokens> tokens;
  private final Clock clock;

  /**
   * Creates an endpoint.
   *
   * @param http its listener must be {@link Progress#LISTENER}
   * @param server FCM's address, or what stands for it
   * @param projectId the Firebase project
   * @param account who sends
   * @param clock the time of day
   */
  Endpoint(
      OkHttpClient http,
      HttpUrl server,
      String projectId,
      ServiceAccountCredentials account,
      Clock clock) {
    this.http = http;
    this.url =
        server.newBuilder().addPathSegments("v1/projects/" + projectId + "/messages:send").build();
    this.account = account;
    this.tokens = new AtomicReference<>(new AccountTokens(account));
    this.clock = clock;
  }

  /**
   * Posts a message's JSON once. Fetching an access token takes from the time there is for it: who
   * waits for the outcome must not have given up when the message leaves.
   */
  Outcome post(byte[] message) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(http.callTimeoutMillis());
    Progress progress = new Progress();
    AccountTokens used = Objects.requireNonNull(tokens.get());
    Request request;
    try {
      request = request(message, used.getRequestMetadata(url.uri()), progress);
    } catch (IOException | RuntimeException e) { // what the SDK throws at a reply without sense
      return AccessTokens.failed(e);
    }
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      return AccessTokens.failed(null);
    }
    Call call = http.newCall(request);
    call.timeout().timeout(left, TimeUnit.NANOSECONDS);
    try (Response response = call.execute()) {
      return answered(response, response.peekBody(MAX_REPLY).string(), used);
    } catch (IOException e) {
      return progress.isUnsent(e)
          ? new Outcome.Retryable("connection-failed")
          : new Outcome.Unknown("no-answer");
    }
  }

  private Request request(
      byte[] message, Map<String, List<String>> authorization, Progress progress) {
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("X-GOOG-API-FORMAT-VERSION", "2") // errors with their codes
            .post(new OneShotBody(message, JSON_TYPE))
            .tag(Progress.class, progress);
    authorization.forEach((name, values) -> values.forEach(v -> request.addHeader(name, v)));
    return request.build();
  }

  private Outcome answered(Response response, String body, AccountTokens used) {
    if (response.isSuccessful()) {
      return accepted(body);
    }
    if (response.code() == 401) {
      forget(used);
    }
    return Codes.outcome(new Refusal(response.code(), body, response.header("Retry-After")), clock);
  }

  private static Outcome accepted(String body) {
    try {
      JsonNode name = JSON.readTree(body).path("name");
      return name.isTextual()
          ? new Outcome.Accepted(name.textValue())
          : new Outcome.Unknown("malformed-reply");
    } catch (IOException e) {
      return new Outcome.Unknown("malformed-reply");
    }
  }

  /**
   * A refused access token would be sent until it expires, so that even a probe could not succeed.
   * The next send fetches another; this one has its outcome and waits for none.
   */
  private void forget(AccountTokens refused) {
    AccessToken token = refused.getAccessToken();
    if (token != null && AccessTokens.isOld(token, clock.instant())) {
      tokens.compareAndSet(refused, new AccountTokens(account));
    }
  }
}
