package dev.notifykit.fcm;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Carries the SDK's requests for access tokens over OkHttp: one attempt each, with timeouts. */
final class OkHttpTransport extends HttpTransport {
  /**
   * Below INFO this logger of the SDK writes keys and access tokens. Held here because loggers are
   * collected, and with them their level, when nobody else does.
   */
  @SuppressWarnings("unused")
  private static final Logger WIRE = quiet(Logger.getLogger(HttpTransport.class.getName()));

  private static final long MAX_REPLY = 256 * 1024;

  private final OkHttpClient http;

  OkHttpTransport(OkHttpClient http) {
    this.http = http;
  }

  private static Logger quiet(Logger logger) {
    if (logger.getLevel() == null) {
      logger.setLevel(Level.INFO);
    }
    return logger;
  }

  @Override
  public boolean supportsMethod(String method) {
    return "POST".equals(method) || "GET".equals(method);
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new Outgoing(method, HttpUrl.get(url));
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
      Call call = http.newCall(request.method(method, body()).build());
      try (Response response = call.execute()) {
        return new Incoming(response, response.peekBody(MAX_REPLY).bytes());
      }
    }

    private @Nullable RequestBody body() throws IOException {
      var content = getStreamingContent(); // its type is deprecated without a successor here
      if (content == null) {
        return null;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      content.writeTo(bytes);
      String type = getContentType();
      return new OneShotBody(bytes.toByteArray(), type == null ? null : MediaType.parse(type));
    }
  }

  /** A reply that was read, as far as it may be long. */
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
