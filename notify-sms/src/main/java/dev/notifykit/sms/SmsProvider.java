package dev.notifykit.sms;

import dev.notifykit.Channel;
import dev.notifykit.ConfigurationException;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.provider.SendThreads;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * What the providers of text messages share: number, sender and text are checked before anything
 * goes out, and each send makes exactly one attempt on the wire. Thread-safe.
 *
 * <p>Refused without being sent:
 *
 * <ul>
 *   <li>as {@link Outcome.InvalidTarget}: {@code invalid_number};
 *   <li>as {@link Outcome.Rejected}: {@code country_not_allowed}, {@code premium_rate} (see {@link
 *       PhoneNumbers}), {@code invalid_sender}, {@code sender_name_not_allowed} (a name as the
 *       sender to a country that carries numbers only), {@code too_many_segments}, {@code
 *       text_too_long}, {@code expired}.
 * </ul>
 *
 * <p>A connection that cannot be made is {@link Outcome.Retryable}; one that breaks, or a timeout,
 * once the request has begun to leave is {@link Outcome.Unknown}.
 */
public abstract sealed class SmsProvider implements Provider
    permits TwilioProvider, VonageProvider {
  private final String name;
  private final Duration timeout;
  private final int maxInFlight;
  private final PhoneNumbers numbers;
  private final @Nullable Sender from;
  private final Map<String, Sender> fromByCountry;
  private final SendThreads threads;
  final Wire wire;
  final HttpUrl baseUrl;
  final @Nullable HttpUrl statusCallback;

  SmsProvider(Builder<?> b) {
    this.name = b.name;
    this.timeout = b.timeout;
    this.maxInFlight = b.maxInFlight;
    this.numbers = b.numbers;
    this.from = b.from;
    this.fromByCountry = Map.copyOf(b.fromByCountry);
    this.baseUrl = b.baseUrl;
    this.statusCallback = b.statusCallback;
    this.wire = new Wire(timeout, maxInFlight);
    this.threads = SendThreads.of("notify-" + name, maxInFlight);
  }

  /** Sends one checked message, blocking until the answer or the timeout. */
  abstract Outcome post(OutgoingSms sms);

  /** Returns the most characters the service takes. */
  abstract int maxLength();

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Channel channel() {
    return Channel.SMS;
  }

  @Override
  public final int maxInFlight() {
    return maxInFlight;
  }

  @Override
  public final Duration timeout() {
    return timeout;
  }

  /** Says with both numbers why a text is too long; looks at neither number nor sender. */
  @Override
  public final Optional<Outcome.Rejected> check(Target target, Message message) {
    if (!(message instanceof SmsMessage sms)) {
      return Optional.of(new Outcome.Rejected("not_an_sms"));
    }
    String text = SmsText.prepare(sms, maxLength()).orElse(null);
    if (text == null) {
      String whole = sms.isTransliterated() ? SmsText.transliterate(sms.text()) : sms.text();
      int limit = sms.maxSegments().orElse(SmsSegments.MAX);
      return refusal("too_many_segments", SmsSegments.of(whole).count(), limit);
    }
    return text.length() > maxLength()
        ? refusal("text_too_long", text.length(), maxLength())
        : Optional.empty();
  }

  private static Optional<Outcome.Rejected> refusal(String code, int measured, int limit) {
    return Optional.of(new Outcome.Rejected(code + ": " + measured + " > " + limit));
  }

  @Override
  public final CompletionStage<Outcome> send(SendRequest request) {
    if (!(request.message() instanceof SmsMessage message)) {
      return refused("not_an_sms");
    }
    PhoneNumbers.Checked number = numbers.check(request.target().address());
    if (number.refusal() == PhoneNumbers.Refusal.INVALID_NUMBER) {
      return CompletableFuture.completedFuture(new Outcome.InvalidTarget(number.refusal().code()));
    }
    if (number.number() == null || number.country() == null) {
      return refused(number.refusal() == null ? "invalid_number" : number.refusal().code());
    }
    return send(request, message, number.number(), number.country());
  }

  private CompletionStage<Outcome> send(
      SendRequest request, SmsMessage message, String number, String country) {
    Sender sender = sender(message, country);
    if (sender == null) {
      return refused("invalid_sender");
    }
    if (!sender.mayWriteTo(country)) {
      return refused("sender_name_not_allowed");
    }
    String text = SmsText.prepare(message, maxLength()).orElse(null);
    if (text == null) {
      return refused("too_many_segments");
    }
    if (text.length() > maxLength()) {
      return refused("text_too_long");
    }
    OutgoingSms sms = new OutgoingSms(request, message, number, sender, text);
    return threads.run(() -> attempt(sms));
  }

  private Outcome attempt(OutgoingSms sms) {
    try {
      return post(sms);
    } catch (WireException e) {
      return e.outcome();
    }
  }

  private @Nullable Sender sender(SmsMessage message, String country) {
    Sender own = message.sender().map(Sender::parse).orElse(null);
    if (message.sender().isPresent()) {
      return own != null && allows(own.kind()) ? own : null;
    }
    Sender local = fromByCountry.get(country);
    return local != null ? local : from;
  }

  /** Returns whether the service knows senders of this kind. */
  boolean allows(Sender.Kind kind) {
    return true;
  }

  static CompletionStage<Outcome> refused(String code) {
    return CompletableFuture.completedFuture(new Outcome.Rejected(code));
  }

  @Override
  public final void close() {
    wire.close();
    threads.close();
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + name + "]";
  }

  /**
   * Options that the providers of text messages share. Not thread-safe.
   *
   * @param <B> the builder's own type
   */
  public abstract static sealed class Builder<B extends Builder<B>>
      permits TwilioProvider.Builder, VonageProvider.Builder {
    private String name;
    private Duration timeout = Duration.ofSeconds(15);
    private int maxInFlight = 64;
    private PhoneNumbers numbers = PhoneNumbers.ANY;
    private @Nullable Sender from;
    private final Map<String, Sender> fromByCountry = new HashMap<>();
    private HttpUrl baseUrl;
    private @Nullable HttpUrl statusCallback;

    Builder(String name, String baseUrl) {
      this.name = name;
      this.baseUrl = Wire.baseUrl("baseUrl", baseUrl);
    }

    abstract B self();

    abstract String senderForms();

    abstract boolean allows(Sender.Kind kind);

    /** Sets the provider's name; default {@code twilio} or {@code vonage}. */
    public B name(String value) {
      name = required("name", value);
      return self();
    }

    /**
     * Sets the sender: a number in E.164 form, a short code, or a name of at most 11 characters.
     *
     * @throws ConfigurationException if it has none of these forms
     */
    public B from(String value) {
      from = sender("from", value);
      return self();
    }

    /**
     * Sets the sender of messages to one country, in place of the general one.
     *
     * @param country an ISO 3166 code of two letters
     * @param value as in {@link #from(String)}
     * @throws ConfigurationException if either is malformed
     */
    public B from(String country, String value) {
      fromByCountry.put(Regions.country("from", country), sender("from", value));
      return self();
    }

    /** Sets which numbers may be sent to; default {@link PhoneNumbers#ANY}. */
    public B numbers(PhoneNumbers value) {
      numbers = required("numbers", value);
      return self();
    }

    /**
     * Sets where the service reports what became of a message; default where its console says. For
     * Twilio the delivery's id is added to the query, so that a report that comes early finds its
     * delivery; Vonage repeats it as {@code client-ref} wherever it reports to.
     *
     * @param value the public address that the webhooks are mounted at: https, or http on this
     *     machine
     * @throws ConfigurationException if it is neither
     */
    public B statusCallback(String value) {
      statusCallback = Wire.baseUrl("statusCallback", value);
      return self();
    }

    /**
     * Sets how long a send may take before its outcome counts as unknown; default 15 seconds.
     *
     * @throws ConfigurationException if it is not 1 ms to 5 minutes
     */
    public B timeout(Duration value) {
      timeout = required("timeout", value);
      if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new ConfigurationException("timeout " + value + " is not 1 ms to 5 minutes");
      }
      return self();
    }

    /**
     * Sets the most sends in flight at once; default 64.
     *
     * @throws ConfigurationException if it is not 1 to 10,000
     */
    public B maxInFlight(int value) {
      if (value < 1 || value > 10_000) {
        throw new ConfigurationException("maxInFlight " + value + " is not 1 to 10000");
      }
      maxInFlight = value;
      return self();
    }

    /**
     * Sets another address of the service, such as a proxy's or a test server's.
     *
     * @param value https, or http on this machine
     * @throws ConfigurationException if it is neither
     */
    public B baseUrl(String value) {
      baseUrl = Wire.baseUrl("baseUrl", value);
      return self();
    }

    private Sender sender(String option, String value) {
      Sender sender = Sender.parse(required(option, value));
      if (sender == null || !allows(sender.kind())) {
        throw new ConfigurationException(option + " '" + value + "' is not " + senderForms());
      }
      return sender;
    }

    void requireSender(String option) {
      if (from == null) {
        throw new ConfigurationException(option + " is missing: set " + senderForms());
      }
    }

    static <T> T required(String option, @Nullable T value) {
      if (value == null || (value instanceof String s && s.isBlank())) {
        throw new ConfigurationException(option + " is missing");
      }
      return value;
    }

    /** Like {@link #required}, and never shows the value. */
    static String secret(String option, @Nullable String value) {
      String secret = required(option, value);
      if (secret.chars().anyMatch(c -> c <= ' ' || c > '~')) {
        throw new ConfigurationException(
            option + " has blanks or characters other than ASCII; was a line break copied along?");
      }
      return secret;
    }
  }

  /** Reads an absolute address that OkHttp found well-formed. */
  static URI uri(HttpUrl url) {
    try {
      return new URI(url.toString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("no URI where an address was accepted", e);
    }
  }
}
