package dev.notifykit.sms;

import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.RetryAfter;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
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
 * HTTP with exactly one attempt a call: no retry on another connection, no redirect, no second try
 * on 408, 421 or a 503 that says to come back at once. A second try of a message already taken is a
 * second message on somebody's phone.
 */
final class Wire implements AutoCloseable {
  private static final Duration MOST_FOR_CONNECTING = Duration.ofSeconds(10);
  private static final long MAX_REPLY = 256 * 1024;

  private final OkHttpClient http;

  Wire(Duration timeout, int maxInFlight) {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(maxInFlight);
    dispatcher.setMaxRequestsPerHost(maxInFlight);
    Duration connect = timeout.compareTo(MOST_FOR_CONNECTING) < 0 ? timeout : MOST_FOR_CONNECTING;
    this.http =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectionPool(new ConnectionPool(maxInFlight, 1, TimeUnit.MINUTES))
            .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .callTimeout(timeout)
            .connectTimeout(connect)
            .readTimeout(timeout)
            .writeTimeout(timeout)
            .eventListenerFactory(call -> call.request().tag(Progress.class))
            .build();
  }

  /**
   * Posts a form.
   *
   * @throws WireException if no answer came in time, or a success that was not whole
   */
  HttpReply post(HttpUrl url, String form, @Nullable String authorization) {
    Progress progress = new Progress();
    Request.Builder request =
        new Request.Builder()
            .url(url)
            .header("Accept", "application/json")
            .header("User-Agent", "notifykit")
            .tag(Progress.class, progress)
            .post(new FormOnce(form));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try (Response response = http.newCall(request.build()).execute()) {
      return new HttpReply(
          response.code(),
          RetryAfter.parse(response.header("Retry-After"), Instant.now()),
          body(response));
    } catch (IOException e) {
      throw new WireException(e, progress.written);
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

  /** Writes a form as it is posted. */
  static String encode(Map<String, String> form) {
    StringJoiner encoded = new StringJoiner("&");
    form.forEach((name, value) -> encoded.add(encode(name) + "=" + encode(value)));
    return encoded.toString();
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Ends every exchange and connection. */
  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  /**
   * Reads an address to send to: https, or plain http on this machine, as in tests. A refusal does
   * not show it, for a login may be part of it.
   */
  static HttpUrl baseUrl(String option, String value) {
    HttpUrl url = HttpUrl.parse(SmsProvider.Builder.required(option, value));
    if (url == null) {
      throw new ConfigurationException(option + " is no http(s) address");
    }
    if (!url.isHttps() && !List.of("localhost", "127.0.0.1", "::1").contains(url.host())) {
      throw new ConfigurationException(option + " is not https; plain http is for localhost only");
    }
    return url;
  }

  /** Whether the request has begun to leave. Written and read by the calling thread only. */
  private static final class Progress extends EventListener {
    private boolean written;

    @Override
    public void requestHeadersStart(Call call) {
      written = true;
    }
  }

  /** A form that OkHttp may write once: it then never repeats the request, whatever the answer. */
  private static final class FormOnce extends RequestBody {
    private static final MediaType FORM = MediaType.get("application/x-www-form-urlencoded");

    private final byte[] form;

    FormOnce(String form) {
      this.form = form.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public MediaType contentType() {
      return FORM;
    }

    @Override
    public long contentLength() {
      return form.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(form);
    }
  }
}
