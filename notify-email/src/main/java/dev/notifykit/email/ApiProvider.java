package dev.notifykit.email;

import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** A provider that posts JSON to a service, one attempt a request. */
abstract sealed class ApiProvider extends EmailProvider
    permits MailchimpProvider, SendGridProvider {
  final String apiKey;
  private final ApiClient api;

  /**
   * Creates a provider.
   *
   * @param path of the service's endpoint
   */
  ApiProvider(Builder<?> b, String path) {
    super(b, b.maxInFlight);
    this.apiKey = b.key();
    this.api = new ApiClient(b.endpoint(path), b.connectTimeout, b.timeout(), b.maxInFlight);
  }

  /**
   * Posts a request and judges the reply.
   *
   * @param authorization the header's value, or null for none
   */
  final Outcome post(byte[] json, @Nullable String authorization) {
    try {
      return classify(api.post(json, authorization), clock.instant());
    } catch (ApiClient.Broken e) {
      return e.outcome();
    }
  }

  /**
   * Decides what a reply means.
   *
   * @param now to reckon waits from
   */
  abstract Outcome classify(ApiReply reply, Instant now);

  @Override
  final void disconnect(boolean drained) {
    api.close();
  }

  /** The options they share. */
  abstract static sealed class Builder<B extends Builder<B>> extends EmailProvider.Builder<B>
      permits MailchimpProvider.Builder, SendGridProvider.Builder {
    private @Nullable String apiKey;
    private String apiBaseUrl;
    private int maxInFlight;

    Builder(String name, String apiBaseUrl, int maxInFlight) {
      super(name, Duration.ofSeconds(30));
      this.apiBaseUrl = apiBaseUrl;
      this.maxInFlight = maxInFlight;
    }

    /**
     * Sets the API key. Required. SendGrid's needs the Mail Send permission; Mailchimp's is one of
     * Transactional, not of Mailchimp itself.
     */
    public B apiKey(String value) {
      this.apiKey = value;
      return self();
    }

    /**
     * Sets the service's address, https, or http on this machine: of another region, such as {@code
     * https://api.eu.sendgrid.com}, or of a test server. Default the service's own.
     */
    public B apiBaseUrl(String value) {
      this.apiBaseUrl = Options.required("apiBaseUrl", value);
      return self();
    }

    /**
     * Sets the most mails in flight, 1 to 10,000; default 64, of SendGrid 100. It is SendGrid's
     * largest batch, too: raise it to 1000 where one notification goes to many with the same
     * content.
     */
    public B maxInFlight(int value) {
      this.maxInFlight = value;
      return self();
    }

    @Override
    final void check() {
      super.check();
      Options.range("maxInFlight", maxInFlight, 1, 10_000);
      key();
      endpoint("");
    }

    private String key() {
      return Options.secret("apiKey", apiKey);
    }

    private HttpUrl endpoint(String path) {
      return ApiClient.endpoint(apiBaseUrl, path);
    }
  }
}
