package dev.notifykit.sms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.ConfigurationException;
import dev.notifykit.provider.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Sends text messages through Vonage's SMS API (formerly Nexmo). Thread-safe; owns its connections
 * and threads.
 *
 * <pre>{@code
 * VonageProvider.builder().apiKey(key).apiSecret(secret).from("Shop").build()
 * }</pre>
 *
 * <p>A long text comes back as several parts with a status each. The message is accepted if every
 * part is; if only some are, its outcome is unknown, for a repeat would send those again. Vonage
 * has no idempotency key; the delivery's id goes along as {@code client-ref} and comes back in
 * receipts.
 *
 * @see <a href="https://developer.vonage.com/en/api/sms">SMS API</a>
 */
public final class VonageProvider extends SmsProvider {
  private static final int MAX_TEXT = 3_200;
  private static final Duration MIN_TTL = Duration.ofSeconds(20);
  private static final Duration MAX_TTL = Duration.ofDays(7);

  private final HttpUrl url;
  private final String apiKey;
  private final String apiSecret;

  private VonageProvider(Builder b, String apiKey, String apiSecret) {
    super(b);
    this.url = baseUrl.newBuilder().addPathSegments("sms/json").build();
    this.apiKey = apiKey;
    this.apiSecret = apiSecret;
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
  boolean allows(Sender.Kind kind) {
    return kind != Sender.Kind.SERVICE;
  }

  @Override
  Outcome post(OutgoingSms sms) {
    if (!sms.message().mediaUrls().isEmpty()) {
      return new Outcome.Rejected("media_not_supported");
    }
    Duration validity = sms.validity(Instant.now());
    if (validity != null && validity.toSeconds() < 1) {
      return new Outcome.Rejected("expired");
    }
    HttpReply reply = wire.post(url, Wire.encode(form(sms, validity)), null);
    if (!reply.isSuccess()) {
      return HttpStatuses.classify(reply.status())
          .outcome(HttpStatuses.code(reply.status()), reply.retryAfter());
    }
    return outcome(Json.parse(reply.body()).path("messages"));
  }

  private Map<String, String> form(OutgoingSms sms, @Nullable Duration validity) {
    boolean gsm = SmsSegments.of(sms.text()).encoding() == SmsSegments.Encoding.GSM_7;
    Map<String, String> form = new LinkedHashMap<>();
    form.put("api_key", apiKey);
    form.put("api_secret", apiSecret);
    form.put("from", digits(sms.sender().value()));
    form.put("to", digits(sms.number()));
    form.put("text", sms.text());
    form.put("type", gsm ? "text" : "unicode");
    form.put("status-report-req", "1");
    form.put("client-ref", sms.request().deliveryId().toString());
    if (validity != null) {
      form.put("ttl", Long.toString(clamp(validity).toMillis()));
    }
    if (statusCallback != null) {
      form.put("callback", statusCallback.toString());
    }
    return form;
  }

  private static Duration clamp(Duration validity) {
    if (validity.compareTo(MIN_TTL) < 0) {
      return MIN_TTL;
    }
    return validity.compareTo(MAX_TTL) > 0 ? MAX_TTL : validity;
  }

  /** Vonage writes international numbers without the plus. */
  private static String digits(String numberOrName) {
    return numberOrName.startsWith("+") ? numberOrName.substring(1) : numberOrName;
  }

  private static Outcome outcome(JsonNode parts) {
    List<Integer> refused = new ArrayList<>();
    for (JsonNode part : parts) {
      int status = part.path("status").asInt(-1);
      if (status != 0) {
        refused.add(status);
      }
    }
    if (parts.isEmpty()) {
      return new Outcome.Unknown("unreadable_reply");
    }
    return refused.isEmpty()
        ? new Outcome.Accepted(parts.path(0).path("message-id").asText(null))
        : refusal(refused, parts.size());
  }

  private static Outcome refusal(List<Integer> refused, int parts) {
    int first = refused.get(0);
    if (refused.size() < parts) {
      return new Outcome.Unknown("partly_refused_" + first);
    }
    for (int status : refused) {
      if (VonageCodes.status(status) == CodeClass.UNKNOWN) {
        return new Outcome.Unknown(Integer.toString(status));
      }
    }
    return VonageCodes.status(first).outcome(Integer.toString(first), null);
  }

  /** Builds a {@link VonageProvider}. Not thread-safe. */
  public static final class Builder extends SmsProvider.Builder<Builder> {
    private @Nullable String apiKey;
    private @Nullable String apiSecret;

    private Builder() {
      super("vonage", "https://rest.nexmo.com");
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    String senderForms() {
      return Sender.FORMS;
    }

    @Override
    boolean allows(Sender.Kind kind) {
      return kind != Sender.Kind.SERVICE;
    }

    /** Sets the account's API key. Required. */
    public Builder apiKey(String value) {
      apiKey = value;
      return this;
    }

    /** Sets the account's API secret. Required. */
    public Builder apiSecret(String value) {
      apiSecret = value;
      return this;
    }

    /**
     * Returns the provider.
     *
     * @throws ConfigurationException if the credentials or the sender are missing or malformed
     */
    public VonageProvider build() {
      String key = secret("apiKey", apiKey);
      String secret = secret("apiSecret", apiSecret);
      requireSender("from");
      return new VonageProvider(this, key, secret);
    }
  }
}
