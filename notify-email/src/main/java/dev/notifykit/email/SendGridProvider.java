package dev.notifykit.email;

import dev.notifykit.ConfigurationException;
import dev.notifykit.email.SendGridMail.SharedContent;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
public final class SendGridProvider extends ApiProvider {
  private final boolean sandbox;
  private final String authorization;

  private SendGridProvider(Builder b) {
    super(b, "v3/mail/send");
    this.sandbox = b.sandbox;
    this.authorization = "Bearer " + apiKey;
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Twice {@link Builder#timeout} and a little, because a refused batch is sent again.
   */
  @Override
  public Duration timeout() {
    return super.timeout().multipliedBy(2);
  }

  @Override
  public List<CompletionStage<Outcome>> sendAll(List<SendRequest> requests) {
    List<CompletionStage<Outcome>> outcomes =
        new ArrayList<>(
            Collections.nCopies(requests.size(), CompletableFuture.completedStage(null)));
    Map<SharedContent, Batch> batches = new LinkedHashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      try {
        CheckedMail mail = checked(requests.get(i));
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
    long deadline = deadline();
    List<CompletionStage<Outcome>> sent =
        threads.runAll(batch.mails.size(), () -> post(batch.mails, deadline));
    for (int i = 0; i < sent.size(); i++) {
      to.set(batch.positions.get(i), sent.get(i));
    }
  }

  private List<Outcome> post(List<CheckedMail> mails, long deadline) {
    Outcome outcome = post(mails);
    if (!(outcome instanceof Outcome.Rejected) || mails.size() == 1) {
      return Collections.nCopies(mails.size(), outcome);
    }
    List<Outcome> each = new ArrayList<>(mails.size());
    for (CheckedMail mail : mails) {
      if (!isOfTheAccount(outcome)) {
        outcome =
            System.nanoTime() - deadline < 0
                ? post(List.of(mail))
                : new Outcome.Retryable("batch_refused");
      }
      each.add(outcome);
    }
    return each;
  }

  private static boolean isOfTheAccount(Outcome outcome) {
    return outcome instanceof Outcome.Throttled || outcome instanceof Outcome.Misconfigured;
  }

  private Outcome post(List<CheckedMail> mails) {
    return post(SendGridMail.write(mails, sandbox), authorization);
  }

  @Override
  void check(CheckedMail mail) throws UnsendableException {
    SendGridMail.check(mail);
  }

  @Override
  Outcome deliver(CheckedMail mail, long deadline) {
    return post(List.of(mail));
  }

  @Override
  Outcome classify(ApiReply reply, Instant now) {
    return SendGridClassifier.classify(reply, sandbox, now);
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
  public static final class Builder extends ApiProvider.Builder<Builder> {
    private boolean sandbox;

    private Builder() {
      super("sendgrid", "https://api.sendgrid.com", 100);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Has mails checked and answered for, but not sent; default they are sent. */
    public Builder sandbox() {
      this.sandbox = true;
      return this;
    }

    /**
     * Returns the provider. It connects when the first mail is sent.
     *
     * @throws ConfigurationException if an option is missing or malformed
     */
    public SendGridProvider build() {
      check();
      return new SendGridProvider(this);
    }
  }
}
