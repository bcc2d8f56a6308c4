package dev.notifykit.tracking;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request of a provider, a reader or another application, whatever HTTP server received it.
 * Immutable; {@code toString} shows nothing of its content.
 */
public final class WebhookRequest {
  /** Largest body read, in bytes: 4 MiB. Refuse larger ones before reading them. */
  public static final int MAX_BODY = 4 * 1024 * 1024;

  private static final int MAX_FIELDS = 1_000;

  private final String method;
  private final String url;
  private final Map<String, String> headers;
  private final byte[] body;
  private final @Nullable String remote;

  private WebhookRequest(Builder b) {
    this.method = b.method;
    this.url = b.url;
    this.headers = new TreeMap<>(b.headers);
    this.body = b.body;
    this.remote = b.remote;
  }

  /**
   * Starts a request.
   *
   * @param method the HTTP method
   * @param url the public address that the provider was told, with the query of this request. Take
   *     scheme, host and path from the configuration, never from {@code Host} or forwarded headers:
   *     who can set those could choose what a signature covers.
   */
  public static Builder builder(String method, String url) {
    return new Builder(method, url);
  }

  /** Returns the HTTP method, in capitals. */
  public String method() {
    return method;
  }

  /** Returns the public address with the query. */
  public String url() {
    return url;
  }

  /**
   * Returns a header's first value.
   *
   * @param name in any case
   */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the number of bytes of the body. */
  public int bodySize() {
    return body.length;
  }

  /** Returns a copy of the body, exactly as it was received. */
  public byte[] body() {
    return body.clone();
  }

  /** Returns the body as UTF-8. */
  public String bodyText() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Returns the address the request came from, if it was given. */
  public Optional<String> remote() {
    return Optional.ofNullable(remote);
  }

  /**
   * Returns the fields of the query, in their order.
   *
   * @throws IllegalArgumentException if they are badly encoded or too many
   */
  public Map<String, List<String>> query() {
    int question = url.indexOf('?');
    return fields(question < 0 ? "" : url.substring(question + 1));
  }

  /**
   * Returns the fields of a form in the body, in their order.
   *
   * @throws IllegalArgumentException if they are badly encoded or too many
   */
  public Map<String, List<String>> form() {
    return fields(bodyText());
  }

  /** Not by splitting it: a body of short fields only would become millions of strings first. */
  private static Map<String, List<String>> fields(String encoded) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    int count = 0;
    int end;
    for (int at = 0; at < encoded.length(); at = end + 1) {
      int next = encoded.indexOf('&', at);
      end = next < 0 ? encoded.length() : next;
      if (end == at) {
        continue;
      }
      if (++count > MAX_FIELDS) {
        throw new IllegalArgumentException("more than " + MAX_FIELDS + " fields");
      }
      String pair = encoded.substring(at, end);
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      fields.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
    }
    return fields;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "WebhookRequest[" + method + ", " + body.length + " bytes]";
  }

  /** Builds a {@link WebhookRequest}. Not thread-safe. */
  public static final class Builder {
    private final String method;
    private final String url;
    private final Map<String, String> headers = new TreeMap<>();
    private byte[] body = {};
    private @Nullable String remote;

    private Builder(String method, String url) {
      this.method = Checks.name("method", method).toUpperCase(Locale.ROOT);
      this.url = Checks.text("url", url, 8192);
    }

    /** Adds a header; of one that is given twice the first counts. */
    public Builder header(String name, String value) {
      headers.putIfAbsent(
          Checks.notNull("header.name", name).toLowerCase(Locale.ROOT),
          Checks.notNull("header", value));
      return this;
    }

    /** Sets the body as it was received, before anything decoded it; copied. Default empty. */
    public Builder body(byte[] value) {
      body = Checks.notNull("body", value).clone();
      return this;
    }

    /**
     * Reads the body up to a limit and one byte more, so that a larger one is seen to be too large
     * without being read. Neither closes nor drains the stream.
     *
     * @param stream the body as it is received, before anything decodes it
     * @param limit the most bytes that are of use, such as {@link Endpoint#maxBody}; 0 or more
     * @throws IOException if the stream cannot be read
     */
    public Builder body(InputStream stream, int limit) throws IOException {
      if (limit < 0 || limit == Integer.MAX_VALUE) {
        throw new InvalidNotificationException("limit", "is " + limit);
      }
      body = Checks.notNull("body", stream).readNBytes(limit + 1);
      return this;
    }

    /** Sets the address the request came from; default unknown. */
    public Builder remote(@Nullable String value) {
      remote = value;
      return this;
    }

    /** Returns the request. */
    public WebhookRequest build() {
      return new WebhookRequest(this);
    }
  }
}
