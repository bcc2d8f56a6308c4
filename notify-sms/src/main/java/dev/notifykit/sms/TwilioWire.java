package dev.notifykit.sms;

import com.twilio.http.HttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import okhttp3.HttpUrl;
import org.apache.hc.core5.http.Header;
import org.jspecify.annotations.Nullable;

/**
 * Twilio's SDK over our HTTP. The SDK's own client repeats a POST on 429 and 5xx, two to six times
 * in all; each repeat of a message already taken is another message.
 */
final class TwilioWire extends HttpClient {
  // Not null: with debug logging on, the SDK reads them.
  private static final Header[] NO_HEADERS = {};

  private final Wire wire;
  private final @Nullable HttpUrl baseUrl;

  TwilioWire(Wire wire, @Nullable HttpUrl baseUrl) {
    this.wire = wire;
    this.baseUrl = baseUrl;
  }

  @Override
  public Response reliableRequest(Request request) {
    return makeRequest(request);
  }

  @Override
  public Response reliableRequest(
      Request request, int[] retryCodes, int retries, long delayMillis) {
    return makeRequest(request);
  }

  @Override
  public Response makeRequest(Request request) {
    HttpReply reply = wire.post(url(request), request.encodeFormBody(), request.getAuthString());
    if (!reply.isSuccess()) {
      throw new Refused(reply);
    }
    return new Response(reply.body(), reply.status(), NO_HEADERS);
  }

  /**
   * Returns where a request goes: what the SDK made of region and edge, or the server set instead.
   */
  HttpUrl url(Request request) {
    HttpUrl url = HttpUrl.get(request.constructURL().toString());
    return baseUrl == null
        ? url
        : baseUrl
            .newBuilder()
            .addEncodedPathSegments(url.encodedPath().substring(1))
            .encodedQuery(url.encodedQuery())
            .build();
  }

  /** Thrown through the SDK, whose own exception would drop the Retry-After. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient HttpReply reply;

    Refused(HttpReply reply) {
      super("refused with status " + reply.status());
      this.reply = reply;
    }

    HttpReply reply() {
      return reply;
    }
  }
}
