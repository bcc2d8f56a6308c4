package dev.notifykit.email;

import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to a service, exactly once: no redirect, no second attempt after a failure or at a
 * status that OkHttp would repeat. Blocking and thread-safe.
 */
final class ApiClient implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final long MAX_REPLY = 1 << 20;

  private final OkHttpClient http;
  private final HttpUrl url;

  /**
   * Creates a client of one endpoint.
   *
   * @param url the endpoint
   * @param connectTimeout for connecting
   * @param timeout for a whole exchange
   * @param maxInFlight how many exchanges there may be at once, each of which finds its connection
   *     again
   */
  ApiClient(HttpUrl url, Duration connectTimeout, Duration timeout, int maxInFlight) {
    this.url = url;
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(connectTimeout)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .callTimeout(timeout)
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
            .connectionPool(new ConnectionPool(maxInFlight, 1, TimeUnit.MINUTES))
            .eventListenerFactory(call -> progress(call.request()))
            .build();
  }

  private static EventListener progress(Request request) {
    Progress progress = request.tag(Progress.class);
    return progress == null ? EventListener.NONE : progress;
  }

  /**
   * Returns the address of a service's endpoint.
   *
   * @param base what the builder's option says
   * @param path appended to it
   * @throws ConfigurationException unless it is https, or http on this machine
   */
  static HttpUrl endpoint(String base, String path) {
    HttpUrl parsed = HttpUrl.parse(base);
    if (parsed == null || !(parsed.isHttps() || Options.isLoopback(parsed.host()))) {
      throw new ConfigurationException(
          "apiBaseUrl must be an https URL (http on a loopback host only)");
    }
    return parsed.newBuilder().addPathSegments(path).query(null).fragment(null).build();
  }

  /**
   * Posts a body and reads the reply.
   *
   * @param authorization the header's value, or null for none
   * @throws Broken if there was no reply, or a success that was not whole
   */
  ApiReply post(byte[] json, @Nullable String authorization) throws Broken {
    Progress progress = new Progress();
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .tag(Progress.class, progress)
            .header("User-Agent", "notifykit")
            .post(new OneShot(json));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return new ApiReply(response.code(), response.headers(), body(response));
    } catch (IOException e) {
      throw new Broken(outcome(e, progress.begun));
    }
  }

  /** A refusal is one by its status alone, should its body break off or not be unpacked. */
  private static String body(Response response) throws IOException {
    try {
      return response.peekBody(MAX_REPLY).string();
    } catch (IOException e) {
      if (response.isSuccessful()) {
        throw e;
      }
      return "";
    }
  }

  static Outcome outcome(IOException failure, boolean begun) {
    // The only way a server can say after the fact that it did not look at a request (RFC 9113,
    // 8.7), also of what lies beyond the last stream of a GOAWAY.
    if (String.valueOf(failure.getMessage()).endsWith("REFUSED_STREAM")) {
      return new Outcome.Retryable("refused_stream");
    }
    boolean late = failure instanceof InterruptedIOException;
    return begun
        ? new Outcome.Unknown(late ? "timeout_after_request" : "no_reply_after_request")
        : new Outcome.Retryable(late ? "timeout_connect" : "connect");
  }

  /** Cuts what is in progress and closes the connections. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /** Tells whether a byte of the request can have left; on the calling thread. */
  private static final class Progress extends EventListener {
    private boolean begun;

    @Override
    public void requestHeadersStart(Call call) {
      begun = true;
    }
  }

  /** A body that OkHttp may not send again, which it otherwise does at 408 and 503. */
  private static final class OneShot extends RequestBody {
    private final byte[] json;

    OneShot(byte[] json) {
      this.json = json;
    }

    @Override
    public MediaType contentType() {
      return JSON;
    }

    @Override
    public long contentLength() {
      return json.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(json);
    }
  }

  /** Thrown when an exchange broke off; carries what that means. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    private Broken(Outcome outcome) {
      super(String.valueOf(outcome.code()));
      this.outcome = outcome;
    }

    Outcome outcome() {
      return outcome;
    }
  }
}
