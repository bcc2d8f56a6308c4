package dev.notifykit.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.tracking.Origin;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Sends mail through Mailchimp Transactional (formerly Mandrill), its <a
 * href="https://mailchimp.com/developer/transactional/api/messages/send-new-message/">messages/send</a>.
 *
 * <p>One request per mail, so that each recipient's status is judged for itself and none sees
 * another. The delivery's id goes along as the metadata {@code delivery_id}, which Mailchimp
 * repeats in its webhooks; tags go as tags, at most 50 characters each and none starting with an
 * underscore. To try things out without sending, use a test key of Mailchimp's.
 *
 * <p><b>Outcomes.</b> Status sent, queued or scheduled is {@link Outcome.Accepted}; invalid and a
 * known hard bounce {@link Outcome.InvalidTarget}; a known soft bounce {@link Outcome.Retryable};
 * spam and unsub {@link Outcome.OptedOut}; custom and rule {@link Outcome.Rejected}; invalid-sender
 * and unsigned, a wrong key, subaccount or an unpaid bill {@link Outcome.Misconfigured}; 429 and
 * test-mode-limit {@link Outcome.Throttled}; other errors and a reply that does not come {@link
 * Outcome.Unknown}; no connection {@link Outcome.Retryable}.
 *
 * <p>Thread-safe; exactly one HTTP request per mail. Owns its threads and connections until {@link
 * #close}.
 */
public final class MailchimpProvider implements Provider {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TAG = 50;

  private final String name;
  private final String apiKey;
  private final @Nullable String subaccount;
  private final Mailbox from;
  private final ApiClient api;
  private final InFlight inFlight;
  private final Duration timeout;
  private final InstantSource clock;

  private MailchimpProvider(Builder b, String apiKey, Mailbox from, HttpUrl endpoint) {
    this.name = b.name;
    this.apiKey = apiKey;
    this.subaccount = b.subaccount;
    this.from = from;
    this.timeout = b.timeout;
    this.clock = b.clock;
    this.api = new ApiClient(endpoint, b.connectTimeout, b.timeout, b.maxInFlight);
    this.inFlight = new InFlight("notify-" + b.name, b.maxInFlight);
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Channel channel() {
    return Channel.EMAIL;
  }

  @Override
  public int maxInFlight() {
    return inFlight.max();
  }

  @Override
  public Duration timeout() {
    return timeout.plusSeconds(2);
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    try {
      CheckedMail mail = CheckedMail.of(request, from);
      checkTags(mail.message());
      return inFlight.run(() -> post(mail));
    } catch (UnsendableException e) {
      return CompletableFuture.completedStage(e.outcome());
    }
  }

  private static void checkTags(EmailMessage message) throws UnsendableException {
    for (String tag : message.tags()) {
      if (tag.length() > MAX_TAG || tag.startsWith("_")) {
        throw UnsendableException.rejected("invalid_tags");
      }
    }
  }

  private Outcome post(CheckedMail mail) throws JsonProcessingException {
    try {
      ApiReply reply = api.post(JSON.writeValueAsBytes(request(mail)), null);
      return MailchimpClassifier.classify(reply, clock.instant());
    } catch (ApiClient.Broken e) {
      return e.outcome();
    }
  }

  private ObjectNode request(CheckedMail mail) {
    ObjectNode request = JSON.createObjectNode().put("key", apiKey).put("async", false);
    ObjectNode message = request.putObject("message");
    EmailMessage content = mail.message();
    message.put("subject", content.subject());
    content.html().ifPresent(html -> message.put("html", html));
    content.text().ifPresent(text -> message.put("text", text));
    message.put("from_email", mail.from().address());
    putIfPresent(message, "from_name", mail.from().name());
    ObjectNode to = message.putArray("to").addObject().put("type", "to");
    to.put("email", mail.to().address());
    putIfPresent(to, "name", mail.to().name());
    message.put("preserve_recipients", false);
    ObjectNode metadata = message.putObject("metadata");
    metadata.put(Origin.DELIVERY_ID, mail.deliveryId().toString());
    if (!mail.tenant().isEmpty()) {
      metadata.put(Origin.TENANT, mail.tenant());
    }
    putIfPresent(message, "subaccount", subaccount);
    ArrayNode tags = message.putArray("tags");
    content.tags().forEach(tags::add);
    putHeaders(message, mail);
    putAttachments(message, content);
    return request;
  }

  private static void putHeaders(ObjectNode message, CheckedMail mail) {
    ObjectNode headers = message.putObject("headers");
    mail.headers().forEach(headers::put);
    Mailbox replyTo = mail.replyTo();
    if (replyTo != null) {
      headers.put("Reply-To", replyTo.toInternetAddress().toString());
    }
  }

  /** An inline image is named by its content id there. */
  private static void putAttachments(ObjectNode message, EmailMessage content) {
    ArrayNode files = message.putArray("attachments");
    ArrayNode images = message.putArray("images");
    for (Attachment a : content.attachments()) {
      String contentId = a.contentId().orElse(null);
      (contentId == null ? files : images)
          .addObject()
          .put("type", a.contentType())
          .put("name", contentId == null ? a.fileName() : contentId)
          .put("content", Base64.getEncoder().encodeToString(a.content()));
    }
  }

  private static void putIfPresent(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  /**
   * Refuses further mails, waits for those in flight for as long as {@link Builder#timeout} allows
   * them, and ends the connections. Idempotent.
   */
  @Override
  public void close() {
    inFlight.drain(timeout);
    api.close();
  }

  /** Shows the name; no key. */
  @Override
  public String toString() {
    return "MailchimpProvider[" + name + "]";
  }

  /** Builds a {@link MailchimpProvider}. Not thread-safe. */
  public static final class Builder {
    private String name = "mailchimp";
    private @Nullable String apiKey;
    private @Nullable String subaccount;
    private @Nullable String from;
    private String apiBaseUrl = "https://mandrillapp.com";
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(30);
    private int maxInFlight = 64;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the name, unique among a client's providers; default {@code mailchimp}. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** Sets the API key of Mailchimp Transactional, not of Mailchimp itself. Required. */
    public Builder apiKey(String value) {
      this.apiKey = value;
      return this;
    }

    /** Sets the subaccount to send for; default none. */
    public Builder subaccount(@Nullable String value) {
      this.subaccount = value;
      return this;
    }

    /**
     * Sets the sender, {@code shop@example.com} or {@code Shop <shop@example.com>}, which a message
     * may replace. Required. Mailchimp must have verified its domain.
     */
    public Builder from(String value) {
      this.from = value;
      return this;
    }

    /** Sets the service's address, for a test server; default {@code https://mandrillapp.com}. */
    public Builder apiBaseUrl(String value) {
      this.apiBaseUrl = value;
      return this;
    }

    /** Sets how long connecting may take; default 10 seconds. */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = value;
      return this;
    }

    /** Sets how long one request may take in all; default 30 seconds. */
    public Builder timeout(Duration value) {
      this.timeout = value;
      return this;
    }

    /** Sets the most mails in flight, 1 to 10,000; default 64. */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /** Sets the clock that waits are reckoned from; default the system's. */
    public Builder clock(InstantSource value) {
      this.clock = value;
      return this;
    }

    /**
     * Returns the provider. It connects when the first mail is sent.
     *
     * @throws ConfigurationException if an option is missing or malformed
     */
    public MailchimpProvider build() {
      Options.name("name", name);
      Options.duration("connectTimeout", connectTimeout);
      Options.duration("timeout", timeout);
      Options.range("maxInFlight", maxInFlight, 1, 10_000);
      String key = Options.secret("apiKey", apiKey);
      Mailbox sender = Options.mailbox("from", from);
      HttpUrl endpoint = ApiClient.endpoint(apiBaseUrl, "api/1.0/messages/send");
      return new MailchimpProvider(this, key, sender, endpoint);
    }
  }
}
