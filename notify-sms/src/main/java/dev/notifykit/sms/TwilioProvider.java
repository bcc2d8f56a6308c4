package dev.notifykit.sms;

import com.fasterxml.jackson.databind.JsonNode;
import com.twilio.exception.TwilioException;
import com.twilio.http.TwilioRestClient;
import com.twilio.rest.api.v2010.account.Message;
import com.twilio.rest.api.v2010.account.MessageCreator;
import com.twilio.type.PhoneNumber;
import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import dev.notifykit.tracking.Origin;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Sends text messages, with media too, through Twilio's Programmable Messaging. Thread-safe; owns
 * its connections and threads.
 *
 * <pre>{@code
 * TwilioProvider.builder().accountSid(sid).authToken(token).from("+15005550006").build()
 * }</pre>
 *
 * <p>The SDK's client is this instance's own: nothing global is set, so that several accounts can
 * be used side by side. Twilio has no idempotency key; the delivery's id goes into the status
 * callback, which settles an unknown outcome.
 *
 * @see <a href="https://www.twilio.com/docs/messaging/api/message-resource">Message resource</a>
 */
public final class TwilioProvider extends SmsProvider {
  private static final int MAX_TEXT = 1_600;
  private static final Duration MAX_VALIDITY = Duration.ofHours(10);

  final TwilioRestClient client;

  private TwilioProvider(Builder b) {
    super(b);
    this.client =
        new TwilioRestClient.Builder(b.username(), b.password())
            .accountSid(b.accountSid)
            .region(b.region)
            .edge(b.edge)
            .httpClient(new TwilioWire(wire, b.overridesBaseUrl ? baseUrl : null))
            .build();
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  int maxLength() {
    return MAX_TEXT;
  }

  @Override
  Outcome post(OutgoingSms sms) {
    Duration validity = sms.validity(Instant.now());
    if (validity != null && validity.toSeconds() < 1) {
      return new Outcome.Rejected("expired");
    }
    try {
      return outcome(creator(sms, validity).create(client));
    } catch (TwilioWire.Refused e) {
      return TwilioCodes.outcome(e.reply(), code(e.reply()));
    } catch (TwilioException e) {
      // Only a success goes back to the SDK, so Twilio took the message; its answer cannot be read.
      return new Outcome.Unknown("unreadable_reply");
    }
  }

  private MessageCreator creator(OutgoingSms sms, @Nullable Duration validity) {
    PhoneNumber to = new PhoneNumber(sms.number());
    String from = sms.sender().value();
    MessageCreator creator =
        sms.sender().kind() == Sender.Kind.SERVICE
            ? Message.creator(to, from, sms.text())
            : Message.creator(to, new PhoneNumber(from), sms.text());
    if (validity != null) {
      creator.setValidityPeriod((int) Math.min(validity.toSeconds(), MAX_VALIDITY.toSeconds()));
    }
    if (!sms.message().mediaUrls().isEmpty()) {
      creator.setMediaUrl(sms.message().mediaUrls().stream().map(URI::create).toList());
    }
    URI callback = callback(sms);
    return callback == null ? creator : creator.setStatusCallback(callback);
  }

  private @Nullable URI callback(OutgoingSms sms) {
    if (statusCallback == null) {
      return null;
    }
    HttpUrl.Builder url =
        statusCallback
            .newBuilder()
            .setQueryParameter(Origin.DELIVERY_ID, sms.request().deliveryId().toString());
    if (!sms.request().tenant().isEmpty()) {
      url.setQueryParameter(Origin.TENANT, sms.request().tenant());
    }
    return uri(url.build());
  }

  private static Outcome outcome(Message message) {
    Integer code = message.getErrorCode();
    if (code != null && message.getStatus() == Message.Status.FAILED) {
      return TwilioCodes.classify(code).outcome(code.toString(), null);
    }
    return message.getSid() == null
        ? new Outcome.Unknown("unreadable_reply")
        : new Outcome.Accepted(message.getSid());
  }

  private static @Nullable Integer code(HttpReply reply) {
    JsonNode code = Json.parse(reply.body()).path("code");
    return code.isIntegralNumber() ? code.intValue() : null;
  }

  /** Builds a {@link TwilioProvider}. Not thread-safe. */
  public static final class Builder extends SmsProvider.Builder<Builder> {
    private static final Pattern ACCOUNT = Pattern.compile("AC[0-9a-fA-F]{32}");
    private static final Pattern PLACE = Pattern.compile("[a-z0-9-]{1,40}");

    private @Nullable String accountSid;
    private @Nullable String authToken;
    private @Nullable String apiKeySid;
    private @Nullable String apiKeySecret;
    private @Nullable String region;
    private @Nullable String edge;
    private boolean overridesBaseUrl;

    private Builder() {
      super("twilio", "https://api.twilio.com");
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    String senderForms() {
      return Sender.FORMS + ", or the SID of a messaging service";
    }

    @Override
    boolean allows(Sender.Kind kind) {
      return true;
    }

    /** Sets the account: {@code AC} and 32 hexadecimal digits. Required. */
    public Builder accountSid(String value) {
      accountSid = value;
      return this;
    }

    /** Sets the account's auth token. Required unless there is an API key. */
    public Builder authToken(String value) {
      authToken = value;
      return this;
    }

    /**
     * Sets an API key, in place of the auth token.
     *
     * @param sid the key's SID, {@code SK...}
     * @param secret the key's secret
     */
    public Builder apiKey(String sid, String secret) {
      apiKeySid = required("apiKey's SID", sid);
      apiKeySecret = secret;
      return this;
    }

    /**
     * Sets a messaging service as the sender, which chooses among its numbers.
     *
     * @param sid {@code MG} and 32 hexadecimal digits
     * @throws ConfigurationException if it is malformed
     */
    public Builder messagingService(String sid) {
      Sender sender = Sender.parse(required("messagingService", sid));
      if (sender == null || sender.kind() != Sender.Kind.SERVICE) {
        throw new ConfigurationException(
            "messagingService '" + sid + "' is not MG and 32 hexadecimal digits");
      }
      return from(sid);
    }

    /**
     * Sets the region that data is processed in, such as {@code ie1}; default Twilio's, {@code
     * us1}.
     *
     * @throws ConfigurationException if it is no such name
     */
    public Builder region(String value) {
      region = place("region", value);
      return this;
    }

    /**
     * Sets the edge that connections enter at, such as {@code dublin}; default Twilio's.
     *
     * @throws ConfigurationException if it is no such name
     */
    public Builder edge(String value) {
      edge = place("edge", value);
      return this;
    }

    @Override
    public Builder baseUrl(String value) {
      overridesBaseUrl = true;
      return super.baseUrl(value);
    }

    private static String place(String option, String value) {
      if (!PLACE.matcher(required(option, value)).matches()) {
        throw new ConfigurationException(option + " '" + value + "' is no name such as ie1");
      }
      return value;
    }

    private String username() {
      return apiKeySid == null ? required("accountSid", accountSid) : apiKeySid;
    }

    private String password() {
      return apiKeySid == null
          ? secret("authToken", authToken)
          : secret("apiKey's secret", apiKeySecret);
    }

    /**
     * Returns the provider.
     *
     * @throws ConfigurationException if the account, the credentials or the sender are missing or
     *     malformed
     */
    public TwilioProvider build() {
      if (!ACCOUNT.matcher(required("accountSid", accountSid)).matches()) {
        throw new ConfigurationException("accountSid is not AC and 32 hexadecimal digits");
      }
      if (apiKeySid != null && authToken != null) {
        throw new ConfigurationException("authToken and apiKey are both set; leave one out");
      }
      password();
      requireSender("from or messagingService");
      return new TwilioProvider(this);
    }
  }
}
