package dev.notifykit.benchmarks;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpContent;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.firebase.internal.ApacheHttp2Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The transport that firebase-admin uses by default, sending to another server: the SDK has FCM's
 * address built in.
 */
final class RedirectedTransport extends HttpTransport {
  private static final String FCM = "https://fcm.googleapis.com";

  private final HttpTransport own = new ApacheHttp2Transport();
  private final String server;

  RedirectedTransport(String server) {
    this.server = server;
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) throws IOException {
    HttpRequest request =
        own.createRequestFactory()
            .buildRequest(method, new GenericUrl(url.replace(FCM, server)), null)
            .setThrowExceptionOnExecuteError(false);
    return new LowLevelHttpRequest() {
      @Override
      public void addHeader(String name, String value) {
        if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("User-Agent")) {
          request.getHeaders().set(name, java.util.List.of(value));
        }
      }

      @Override
      public LowLevelHttpResponse execute() throws IOException {
        request.setContent(new Body(this));
        return new Reply(request.execute());
      }
    };
  }

  private record Body(LowLevelHttpRequest from) implements HttpContent {
    @Override
    public long getLength() {
      return from.getContentLength();
    }

    @Override
    public String getType() {
      return from.getContentType();
    }

    @Override
    public boolean retrySupported() {
      return false;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      from.getStreamingContent().writeTo(out);
    }
  }

  private static final class Reply extends LowLevelHttpResponse {
    private final HttpResponse reply;

    Reply(HttpResponse reply) {
      this.reply = reply;
    }

    @Override
    public InputStream getContent() throws IOException {
      return reply.getContent();
    }

    @Override
    public @Nullable String getContentEncoding() {
      return null;
    }

    @Override
    public long getContentLength() {
      return -1;
    }

    @Override
    public String getContentType() {
      return reply.getContentType();
    }

    @Override
    public String getStatusLine() {
      return "HTTP/1.1 " + reply.getStatusCode();
    }

    @Override
    public int getStatusCode() {
      return reply.getStatusCode();
    }

    @Override
    public String getReasonPhrase() {
      return reply.getStatusMessage();
    }

    @Override
    public int getHeaderCount() {
      return 0;
    }

    @Override
    public String getHeaderName(int index) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public String getHeaderValue(int index) {
      throw new IndexOutOfBoundsException(index);
    }
  }
}
