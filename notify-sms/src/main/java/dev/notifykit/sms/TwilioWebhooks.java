package dev.notifykit.sms;

import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.internal.Fingerprint;
import dev.notifykit.internal.Hmac;
import dev.notifykit.internal.Options;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads Twilio's status callbacks and incoming messages. Thread-safe.
 *
 * <p>Mount it at the address that is the provider's {@code statusCallback}, and at the address for
 * incoming messages of its numbers or messaging service. The answers {@code STOP}, {@code STOPALL},
 * {@code UNSUBSCRIBE}, {@code CANCEL}, {@code END}, {@code QUIT}, {@code REVOKE} and {@code OPTOUT}
 * opt a number out; {@code START}, {@code YES} and {@code UNSTOP} in again.
 *
 * @see <a href="https://www.twilio.com/docs/usage/webhooks/webhooks-security">Webhook security</a>
 */
public final class TwilioWebhooks extends WebhookHandler {
  private final String authToken;
  private final String provider;
  private final @Nullable String tenant;
  private final InstantSource clock;

  private TwilioWebhooks(Builder b, String authToken) {
    super(204, "POST");
    this.authToken = authToken;
    this.provider = b.provider;
    this.tenant = b.tenant;
    this.clock = b.clock;
  }

  /** Starts a handler. */
  public static Builder builder() {
    return new Builder();
  }

  // ---- signature

  @Override
  protected boolean isGenuine(WebhookRequest request) {
    String signature = request.header("X-Twilio-Signature").orElse("");
    String signed = isForm(request) ? fields(request.form()) : "";
    if (signed.isEmpty() && !bodyMatches(request)) {
      return false;
    }
    // Not short-cut: both comparisons are made whatever the first one says.
    boolean genuine = false;
    for (String url : withAndWithoutPort(request.url())) {
      byte[] expected = Hmac.of("HmacSHA1", authToken, url + signed);
      genuine |= Hmac.areEqual(Base64.getEncoder().encodeToString(expected), signature);
    }
    return genuine;
  }

  private static boolean isForm(WebhookRequest request) {
    return request
        .header("Content-Type")
        .orElse("application/x-www-form-urlencoded")
        .startsWith("application/x-www-form-urlencoded");
  }

  /** A body that is no form is covered by its hash, which is a parameter of the signed address. */
  private static boolean bodyMatches(WebhookRequest request) {
    List<String> hash = request.query().getOrDefault("bodySHA256", List.of());
    if (hash.isEmpty()) {
      return request.bodySize() == 0;
    }
    String actual = HexFormat.of().formatHex(Fingerprint.sha256().digest(request.body()));
    return Hmac.areEqual(actual, hash.get(0));
  }

  /** Names and values without anything between, in the order of the names. */
  private static String fields(Map<String, List<String>> form) {
    StringBuilder fields = new StringBuilder();
    new TreeMap<>(form)
        .forEach(
            (name, values) -> new TreeSet<>(values).forEach(v -> fields.append(name).append(v)));
    return fields.toString();
  }

  /** Twilio signs with the default port in some products and without it in others. */
  private static List<String> withAndWithoutPort(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no address", e);
    }
    String authority = uri.getRawAuthority();
    if (authority == null) {
      return List.of(url);
    }
    String other =
        uri.getPort() == -1
            ? authority + ("https".equals(uri.getScheme()) ? ":443" : ":80")
            : authority.substring(0, authority.lastIndexOf(':'));
    int at = url.indexOf(authority);
    return List.of(url, url.substring(0, at) + other + url.substring(at + authority.length()));
  }

  // ---- events

  @Override
  protected List<WebhookEvent> read(WebhookRequest request) {
    if (!isForm(request)) {
      return List.of();
    }
    Map<String, List<String>> form = request.form();
    String sid = Fields.first(form, "MessageSid");
    if (sid.isEmpty()) {
      return List.of();
    }
    String status = Fields.first(form, "MessageStatus");
    return status.isEmpty() ? answer(sid, form) : report(sid, status, form, request.query());
  }

  private List<WebhookEvent> answer(String sid, Map<String, List<String>> form) {
    Target from = Target.phone(Fields.first(form, "From"));
    if (from.isMissing()) {
      return List.of();
    }
    Origin origin = new Origin("twilio:" + sid, provider, null, null, tenant, clock.instant());
    // With Advanced Opt-Out on, Twilio knows the words of other languages too.
    Optional<SmsKeyword> keyword =
        SmsKeyword.of(Fields.first(form, "OptOutType"))
            .or(() -> SmsKeyword.of(Fields.first(form, "Body")));
    return keyword.map(k -> k.event(origin, from)).stream().toList();
  }

  private List<WebhookEvent> report(
      String sid, String status, Map<String, List<String>> form, Map<String, List<String>> query) {
    DeliveryState state = state(status);
    if (state == null) {
      return List.of();
    }
    String named = Fields.first(query, Origin.TENANT);
    Origin origin =
        new Origin(
            "twilio:" + sid + ":" + status,
            provider,
            sid,
            Origin.deliveryId(Fields.first(query, Origin.DELIVERY_ID)),
            named.isEmpty() ? tenant : named,
            clock.instant());
    String code = Fields.first(form, "ErrorCode");
    List<WebhookEvent> events = new ArrayList<>();
    events.add(new WebhookEvent.DeliveryReport(origin, state, code.isEmpty() ? null : code));
    Target to = Target.phone(Fields.first(form, "To"));
    if (state == DeliveryState.UNDELIVERED) {
      Fields.consequence(TwilioCodes.classify(Fields.number(code)), origin, to, code)
          .ifPresent(events::add);
    }
    if (status.equals("read")) {
      events.add(new WebhookEvent.Opened(origin));
    }
    return events;
  }

  private static @Nullable DeliveryState state(String status) {
    return switch (status) {
      case "accepted", "scheduled", "queued", "sending", "sent" -> DeliveryState.ACCEPTED;
      case "delivered", "read" -> DeliveryState.DELIVERED;
      case "undelivered", "failed", "canceled" -> DeliveryState.UNDELIVERED;
      default -> null;
    };
  }

  /** Builds {@link TwilioWebhooks}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String authToken;
    private String provider = "twilio";
    private @Nullable String tenant;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the account's auth token, which Twilio signs with even where sends use an API key. */
    public Builder authToken(String value) {
      authToken = value;
      return this;
    }

    /** Sets the name of the provider that sends; default {@code twilio}. */
    public Builder provider(String value) {
      provider = SmsProvider.Builder.required("provider", value);
      return this;
    }

    /**
     * Sets the tenant whose numbers these are; default the default tenant.
     *
     * @throws ConfigurationException if no tenant can have this name
     */
    public Builder tenant(@Nullable String value) {
      tenant = value == null || value.isEmpty() ? null : Options.name("tenant", value);
      return this;
    }

    /** Sets the clock that events are dated by, for tests; default the system's. */
    public Builder clock(InstantSource value) {
      clock = SmsProvider.Builder.required("clock", value);
      return this;
    }

    /**
     * Returns the handler.
     *
     * @throws ConfigurationException if the auth token is missing or malformed
     */
    public TwilioWebhooks build() {
      return new TwilioWebhooks(this, SmsProvider.Builder.secret("authToken", authToken));
    }
  }
}
