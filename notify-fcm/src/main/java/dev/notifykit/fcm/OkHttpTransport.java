package dev.notifykit.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Call;
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
 * Carries the SDK's requests over OkHttp: one attempt each, with timeouts, over pooled HTTP/2
 * connections. Messages go to the configured endpoint, and what is not a success is thrown as a
 * {@link Refusal}; requests for access tokens are returned as they are.
 */
final class OkHttpTransport extends HttpTransport {
  private static final String FCM = "https://fcm.googleapis.com/";

  /**
   * Below INFO this logger of the SDK writes access tokens and whole messages. Held here because
   * loggers are collected, and with them their level, when nobody else does.
   */
  @SuppressWarnings("unused")
  private static final Logger WIRE = quiet(Logger.getLogger(HttpTransport.class.getName()));

  private final OkHttpClient http;
  private final HttpUrl endpoint;
  private final boolean refusing;

  /**
   * Creates a transport.
   *
   * @param http its listener must be {@link #LISTENER}
   * @param endpoint what stands for FCM's address
   * @param refusing whether an answer other than success is thrown
   */
  OkHttpTransport(OkHttpClient http, HttpUrl endpoint, boolean refusing) {
    this.http = http;
    this.endpoint = endpoint;
    this.refusing = refusing;
  }

  private static Logger quiet(Logger logger) {
    if (logger.getLevel() == null) {
      logger.setLevel(Level.INFO);
    }
    return logger;
  }

  /** How far a call came. Confined to the thread that executes the call. */
  private static final class Progress {
    private boolean written;
  }

  /** Notes when the first byte of a request is about to be written. */
  static final EventListener LISTENER =
      new EventListener() {
        @Override
        public void requestHeadersStart(Call call) {
          Progress progress = call.request().tag(Progress.class);
          if (progress != null) {
            progress.written = true;
          }
        }
      };

  @Override
  public boolean supportsMethod(String method) {
    return "POST".equals(method) || "GET".equals(method);
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new Outgoing(method, target(url));
  }

  private HttpUrl target(String url) {
    return url.startsWith(FCM)
        ? endpoint.newBuilder().addPathSegments(url.substring(FCM.length())).build()
        : HttpUrl.get(url);
  }

  private final class Outgoing extends LowLevelHttpRequest {
    private final Request.Builder request;
    private final String method;

    Outgoing(String method, HttpUrl url) {
      this.method = method;
      this.request = new Request.Builder().url(url);
    }

    @Override
    public void addHeader(String name, String value) {
      // OkHttp unpacks gzip only where it asked for it itself.
      if (!name.equalsIgnoreCase("accept-encoding")) {
        request.addHeader(name, value);
      }
    }

    @Override
    public LowLevelHttpResponse execute() throws IOException {
      Progress progress = new Progress();
      Call call =
          http.newCall(request.method(method, body()).tag(Progress.class, progress).build());
      try (Response response = call.execute()) {
        return answer(response, response.body().bytes());
      } catch (Refusal e) {
        throw e;
      } catch (IOException e) {
        throw new Broken(!progress.written || isRefusedStream(e), e);
      }
    }

    private @Nullable RequestBody body() throws IOException {
      var content = getStreamingContent(); // its type is deprecated without a successor here
      if (content == null) {
        return null;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      content.writeTo(bytes);
      byte[] body = bytes.toByteArray();
      return new Body(
          refusing && TurkishI.isSpoken() ? TurkishI.repair(body) : body, getContentType());
    }
  }

  /** A refused stream was not looked at (RFC 9113, section 8.7). */
  private static boolean isRefusedStream(IOException e) {
    return String.valueOf(e.getMessage()).endsWith("REFUSED_STREAM");
  }

  private LowLevelHttpResponse answer(Response response, byte[] body) throws Refusal {
    if (refusing && !response.isSuccessful()) {
      String text = new String(body, StandardCharsets.UTF_8);
      throw new Refusal(response.code(), text, response.header("Retry-After"));
    }
    return new Incoming(response, body);
  }

  /** One shot, so that OkHttp never writes it a second time whatever the server answers. */
  private static final class Body extends RequestBody {
    private final byte[] content;
    private final @Nullable MediaType type;

    Body(byte[] content, @Nullable String type) {
      this.content = content;
      this.type = type == null ? null : MediaType.parse(type);
    }

    @Override
    public @Nullable MediaType contentType() {
      return type;
    }

    @Override
    public long contentLength() {
      return content.length;
    }

    @Override
    public boolean isOneShot() {
      return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(content);
    }
  }

  /** A reply that was read to its end. */
  private static final class Incoming extends LowLevelHttpResponse {
    private final Response response;
    private final byte[] body;

    Incoming(Response response, byte[] body) {
      this.response = response;
      this.body = body;
    }

    @Override
    public InputStream getContent() {
      return new ByteArrayInputStream(body);
    }

    @Override
    public @Nullable String getContentEncoding() {
      return response.header("Content-Encoding");
    }

    @Override
    public long getContentLength() {
      return body.length;
    }

    @Override
    public @Nullable String getContentType() {
      return response.header("Content-Type");
    }

    @Override
    public String getStatusLine() {
      return "HTTP " + response.code();
    }

    @Override
    public int getStatusCode() {
      return response.code();
    }

    @Override
    public String getReasonPhrase() {
      return response.message();
    }

    @Override
    public int getHeaderCount() {
      return response.headers().size();
    }

    @Override
    public String getHeaderName(int index) {
      return response.headers().name(index);
    }

    @Override
    public String getHeaderValue(int index) {
      return response.headers().value(index);
    }
  }
}
