package dev.notifykit.sms;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads Vonage's delivery receipts and inbound messages. Thread-safe.
 *
 * <p>Both ways that Vonage signs are understood: the {@code sig} parameter of the SMS API, whose
 * algorithm is chosen in Vonage's console, and the bearer token (JWT, HS256) with a hash of the
 * body. Signing of webhooks must be switched on there; what is not signed is refused.
 *
 * @see <a href="https://developer.vonage.com/en/getting-started/concepts/signing-messages">Signing
 *     messages</a>
 */
public final class VonageWebhooks extends WebhookHandler {
  /** How the {@code sig} parameter is made, as set in Vonage's console. */
  public enum Algorithm {
    /** MD5 over the parameters and the secret: Vonage's default, and the weakest. */
    MD5_HASH("MD5"),
    /** HMAC with MD5. */
    MD5_HMAC("HmacMD5"),
    /** HMAC with SHA-1. */
    SHA1_HMAC("HmacSHA1"),
    /** HMAC with SHA-256; the default here. */
    SHA256_HMAC("HmacSHA256"),
    /** HMAC with SHA-512. */
    SHA512_HMAC("HmacSHA512");

    private final String javaName;

    Algorithm(String javaName) {
      this.javaName = javaName;
    }

    private byte[] sign(String secret, String text) {
      if (this != MD5_HASH) {
        return Hmac.of(javaName, secret, text);
      }
      try {
        return MessageDigest.getInstance(javaName)
            .digest((text + secret).getBytes(StandardCharsets.UTF_8));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this Java runtime lacks MD5", e);
      }
    }
  }

  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final String secret;
  private final Algorithm algorithm;
  private final String provider;
  private final @Nullable String tenant;
  private final InstantSource clock;

  private VonageWebhooks(Builder b, String secret) {
    super(200, "GET", "POST");
    this.secret = secret;
    this.algorithm = b.algorithm;
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
    String bearer = request.header("Authorization").orElse("");
    return bearer.startsWith("Bearer ")
        ? isGenuineToken(bearer.substring(7).strip(), request)
        : isGenuineSignature(parameters(request));
  }

  private boolean isGenuineSignature(Map<String, String> parameters) {
    StringBuilder signed = new StringBuilder();
    new TreeMap<>(parameters)
        .forEach(
            (name, value) -> {
              if (!name.equals("sig")) {
                signed.append('&').append(name).append('=').append(plain(value));
              }
            });
    String expected = HexFormat.of().formatHex(algorithm.sign(secret, signed.toString()));
    String given = parameters.getOrDefault("sig", "").toLowerCase(Locale.ROOT);
    return Hmac.areEqual(expected, given) && isRecent(parameters.getOrDefault("timestamp", ""));
  }

  /** What separates parameters must not come from a value, or two sets could sign alike. */
  private static String plain(String value) {
    return value.replace('&', '_').replace('=', '_');
  }

  private boolean isGenuineToken(String token, WebhookRequest request) {
    int dot = token.lastIndexOf('.');
    if (dot < 0) {
      return false;
    }
    byte[] expected = Hmac.of("HmacSHA256", secret, token.substring(0, dot));
    String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(expected);
    if (!Hmac.areEqual(signature, token.substring(dot + 1))) {
      return false;
    }
    String[] parts = token.split("\\.", -1);
    return parts.length == 3
        && decoded(parts[0]).path("alg").asText("").equals("HS256")
        && isRecent(decoded(parts[1]).path("iat").asText(""))
        && bodyMatches(decoded(parts[1]).path("payload_hash").asText(""), request);
  }

  private static JsonNode decoded(String part) {
    return Json.parse(new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8));
  }

  /** The token covers a body by its hash; a query it does not cover is not read at all. */
  private static boolean bodyMatches(String hash, WebhookRequest request) {
    String actual = HexFormat.of().formatHex(Fingerprint.sha256().digest(request.body()));
    return request.bodySize() > 0 && Hmac.areEqual(actual, hash.toLowerCase(Locale.ROOT));
  }

  private boolean isRecent(String epochSeconds) {
    if (!epochSeconds.matches("[0-9]{1,11}")) {
      return false;
    }
    Instant then = Instant.ofEpochSecond(Long.parseLong(epochSeconds));
    return Duration.between(then, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
  }

  // ---- events

  /**
   * Returns the parameters: of a form, of a flat JSON object, or of the query where there is no
   * body.
   */
  private static Map<String, String> parameters(WebhookRequest request) {
    Map<String, String> parameters = new TreeMap<>();
    if (request.header("Content-Type").orElse("").startsWith("application/json")) {
      Json.parse(request.bodyText())
          .properties()
          .forEach(f -> parameters.put(f.getKey(), f.getValue().asText("")));
    } else {
      (request.bodySize() > 0 ? request.form() : request.query())
          .forEach((name, values) -> parameters.put(name, values.get(0)));
    }
    return parameters;
  }

  @Override
  protected List<WebhookEvent> read(WebhookRequest request) {
    Map<String, String> p = parameters(request);
    String id = p.getOrDefault("messageId", "");
    if (id.isEmpty()) {
      return List.of();
    }
    return p.containsKey("status") ? report(id, p) : answer(id, p);
  }

  private List<WebhookEvent> answer(String id, Map<String, String> p) {
    Target from = phone(p);
    Origin origin = new Origin("vonage:" + id, provider, null, null, tenant, clock.instant());
    return from.isMissing()
        ? List.of()
        : SmsKeyword.of(p.getOrDefault("text", "")).map(k -> k.event(origin, from)).stream()
            .toList();
  }

  private List<WebhookEvent> report(String id, Map<String, String> p) {
    String status = p.getOrDefault("status", "");
    DeliveryState state = state(status);
    if (state == null) {
      return List.of();
    }
    UUID delivery = Origin.deliveryId(p.get("client-ref"));
    // Each part of a long message has an id of its own; the delivery knows that of the first.
    Origin origin =
        new Origin(
            "vonage:" + id + ":" + status,
            provider,
            delivery == null ? id : null,
            delivery,
            tenant,
            clock.instant());
    String code = p.getOrDefault("err-code", "");
    List<WebhookEvent> events = new ArrayList<>();
    events.add(new WebhookEvent.DeliveryReport(origin, state, code.isEmpty() ? null : code));
    if (state == DeliveryState.UNDELIVERED) {
      // Vonage brings no tenant along: whose delivery it was is found by its message.
      Origin found = new Origin(origin.eventId(), provider, id, delivery, tenant, origin.at());
      Fields.consequence(VonageCodes.receipt(Fields.number(code)), found, phone(p), code)
          .ifPresent(events::add);
    }
    return events;
  }

  /** In receipts as in answers, {@code msisdn} is the recipient's number, without the plus. */
  private static Target phone(Map<String, String> p) {
    String digits = p.getOrDefault("msisdn", "");
    return Target.phone(digits.matches("[0-9]{5,15}") ? "+" + digits : "");
  }

  private static @Nullable DeliveryState state(String status) {
    return switch (status) {
      case "accepted", "buffered" -> DeliveryState.ACCEPTED;
      case "delivered" -> DeliveryState.DELIVERED;
      case "expired", "failed", "rejected", "deleted" -> DeliveryState.UNDELIVERED;
      default -> null;
    };
  }

  /** Builds {@link VonageWebhooks}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String signatureSecret;
    private Algorithm algorithm = Algorithm.SHA256_HMAC;
    private String provider = "vonage";
    private @Nullable String tenant;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the account's signature secret, which is not its API secret. Required. */
    public Builder signatureSecret(String value) {
      signatureSecret = value;
      return this;
    }

    /** Sets how the {@code sig} parameter is made; default {@link Algorithm#SHA256_HMAC}. */
    public Builder algorithm(Algorithm value) {
      algorithm = SmsProvider.Builder.required("algorithm", value);
      return this;
    }

    /** Sets the name of the provider that sends; default {@code vonage}. */
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

    /** Sets the clock that signatures' ages are measured by, for tests; default the system's. */
    public Builder clock(InstantSource value) {
      clock = SmsProvider.Builder.required("clock", value);
      return this;
    }

    /**
     * Returns the handler.
     *
     * @throws ConfigurationException if the signature secret is missing or malformed
     */
    public VonageWebhooks build() {
      return new VonageWebhooks(
          this, SmsProvider.Builder.secret("signatureSecret", signatureSecret));
    }
  }
}
