package dev.notifykit.email;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.email.SendGridMail.SharedContent;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Sends mail through Twilio SendGrid's <a
 * href="https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send">v3 Mail Send</a>.
 *
 * <p>Mails given together ({@link #sendAll}) that agree in sender, content, attachments and tags go
 * in one request, each recipient in a personalization of his own who sees no other, up to 1000. A
 * request that SendGrid refuses as a whole (400) for one of them is sent again mail by mail, so
 * that the refusal meets only whom it means; nothing of it had been taken.
 *
 * <p>The delivery's id goes along as the custom argument {@code delivery_id}, which SendGrid
 * repeats in its event webhook; tags go as categories, at most 10 of 255 characters.
 *
 * <p><b>Outcomes.</b> 202 is {@link Outcome.Accepted}: queued, and what comes of it, bounces and
 * unsubscribes among it, SendGrid tells by webhook. 400, 406, 413, 415 {@link Outcome.Rejected};
 * 401, 403 and a wrong URL {@link Outcome.Misconfigured}; 429 {@link Outcome.Throttled} until
 * {@code X-RateLimit-Reset}; 5xx and a reply that does not come {@link Outcome.Unknown}; no
 * connection {@link Outcome.Retryable}.
 *
 * <p>Thread-safe; exactly one HTTP request per call. Owns its threads and connections until {@link
 * #close}.
 */
public final class SendGridProvider implements Provider {
  private final String name;
  private final Mailbox from;
  private final boolean sandbox;
  private final String authorization;
  private final ApiClient api;
  private final InFlight inFlight;
  private final Duration timeout;
  private final InstantSource clock;

  private SendGridProvider(Builder b, String apiKey, Mailbox from, HttpUrl endpoint) {
    this.name = b.name;
    this.from = from;
    this.sandbox = b.sandbox;
    this.authorization = "Bearer " + apiKey;
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

  /**
   * {@inheritDoc}
   *
   * <p>Twice {@link Builder#timeout} and a little, because a refused batch is sent again.
   */
  @Override
  public Duration timeout() {
    return timeout.multipliedBy(2).plusSeconds(2);
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    return sendAll(List.of(request)).get(0);
  }

  @Override
  public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
    List<CompletionStage<Outcome>> outcomes =
        new ArrayList<>(
            Collections.nCopies(requests.size(), CompletableFuture.completedStage(null)));
    Map<SharedContent, Batch> batches = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      try {
        CheckedMail mail = CheckedMail.of(requests.get(i), from);
        SendGridMail.check(mail);
        Batch batch = batches.computeIfAbsent(SharedContent.of(mail), c -> new Batch());
        batch.add(i, mail);
        if (batch.isFull()) {
          send(batches.remove(SharedContent.of(mail)), outcomes);
        }
      } catch (UnsendableException e) {
        outcomes.set(i, CompletableFuture.completedStage(e.outcome()));
      }
    }
    batches.values().forEach(batch -> send(batch, outcomes));
    return outcomes;
  }

  private void send(@Nullable Batch batch, List<CompletionStage<Outcome>> to) {
    if (batch == null) {
      return;
    }
    List<CompletionStage<Outcome>> sent =
        inFlight.runAll(batch.mails.size(), () -> post(batch.mails));
    for (int i = 0; i < sent.size(); i++) {
      to.set(batch.positions.get(i), sent.get(i));
    }
  }

  private List<Outcome> post(List<CheckedMail> mails) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Outcome outcome = postOnce(mails);
    if (!(outcome instanceof Outcome.Rejected) || mails.size() == 1) {
      return Collections.nCopies(mails.size(), outcome);
    }
    List<Outcome> each = new ArrayList<>(mails.size());
    for (CheckedMail mail : mails) {
      each.add(
          System.nanoTime() - deadline < 0
              ? postOnce(List.of(mail))
              : new Outcome.Retryable("batch_refused"));
    }
    return each;
  }

  private Outcome postOnce(List<CheckedMail> mails) {
    try {
      ApiReply reply = api.post(SendGridMail.write(mails, sandbox), authorization);
      return SendGridClassifier.classify(reply, sandbox, clock.instant());
    } catch (ApiClient.Broken e) {
      return e.outcome();
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
    return "SendGridProvider[" + name + "]";
  }

  /** Mails for one request, and where their outcomes belong. */
  private static final class Batch {
    private final List<Integer> positions = new ArrayList<>();
    private final List<CheckedMail> mails = new ArrayList<>();

    void add(int position, CheckedMail mail) {
      positions.add(position);
      mails.add(mail);
    }

    boolean isFull() {
      return mails.size() == SendGridMail.MAX_PERSONALIZATIONS;
    }
  }

  /** Builds a {@link SendGridProvider}. Not thread-safe. */
  public static final class Builder {
    private String name = "sendgrid";
    private @Nullable String apiKey;
    private @Nullable String from;
    private boolean sandbox;
    private String apiBaseUrl = "https://api.sendgrid.com";
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration timeout = Duration.ofSeconds(30);
    private int maxInFlight = 100;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the name, unique among a client's providers; default {@code sendgrid}. */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /** Sets the API key, which needs the Mail Send permission. Required. */
    public Builder apiKey(String value) {
      this.apiKey = value;
      return this;
    }

    /**
     * Sets the sender, {@code shop@example.com} or {@code Shop <shop@example.com>}, which a message
     * may replace. Required. SendGrid must know it as a verified sender or domain.
     */
    public Builder from(String value) {
      this.from = value;
      return this;
    }

    /** Has mails checked and answered for, but not sent; default they are sent. */
    public Builder sandbox() {
      this.sandbox = true;
      return this;
    }

    /**
     * Sets the service's address, for the EU region ({@code https://api.eu.sendgrid.com}) or a test
     * server; default {@code https://api.sendgrid.com}.
     */
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

    /**
     * Sets the most mails in flight, 1 to 10,000, and so the largest batch; default 100. Raise it
     * to 1000 where one notification goes to many with the same content.
     */
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
    public SendGridProvider build() {
      Options.name("name", name);
      Options.duration("connectTimeout", connectTimeout);
      Options.duration("timeout", timeout);
      Options.range("maxInFlight", maxInFlight, 1, 10_000);
      String key = Options.secret("apiKey", apiKey);
      Mailbox sender = Options.mailbox("from", from);
      HttpUrl endpoint = ApiClient.endpoint(apiBaseUrl, "v3/mail/send");
      return new SendGridProvider(this, key, sender, endpoint);
    }
  }
}
