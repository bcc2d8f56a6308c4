package dev.notifykit.email;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookEvent.Scope;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads SendGrid's signed event webhook. Thread-safe.
 *
 * <p>Switch "Signed Event Webhook" on at SendGrid and give its verification key here. SendGrid
 * repeats a request until it is answered with a 2xx, for a day.
 *
 * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event">Event
 *     webhook</a>
 */
public final class SendGridWebhooks extends WebhookHandler {
  private final PublicKey key;
  private final String provider;
  private final InstantSource clock;

  private SendGridWebhooks(Builder b, PublicKey key) {
    super(200, "POST");
    this.key = key;
    this.provider = b.provider;
    this.clock = b.clock;
  }

  /** Starts a handler. */
  public static Builder builder() {
    return new Builder();
  }

  // ---- signature

  @Override
  protected boolean isGenuine(WebhookRequest request) {
    String signature = request.header("X-Twilio-Email-Event-Webhook-Signature").orElse("");
    String timestamp = request.header("X-Twilio-Email-Event-Webhook-Timestamp").orElse("");
    byte[] der = Base64.getDecoder().decode(signature);
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(key);
      verifier.update(timestamp.getBytes(StandardCharsets.UTF_8));
      verifier.update(request.body());
      return verifier.verify(der);
    } catch (SignatureException e) {
      return false; // no signature of this key's kind at all
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime lacks SHA256withECDSA", e);
    }
  }

  // ---- events

  @Override
  protected List<WebhookEvent> read(WebhookRequest request) {
    List<WebhookEvent> events = new ArrayList<>();
    WebhookJson.events(request.bodyText()).forEach(e -> read(e, events));
    return events;
  }

  private void read(JsonNode event, List<WebhookEvent> events) {
    Origin origin = origin(event);
    Target target = Target.email(WebhookJson.text(event, "email"));
    switch (WebhookJson.text(event, "event")) {
      case "processed", "deferred" -> events.add(report(origin, DeliveryState.ACCEPTED, null));
      case "delivered" -> events.add(report(origin, DeliveryState.DELIVERED, null));
      case "bounce" -> bounced(event, origin, target, events);
      case "dropped" -> dropped(event, origin, target, events);
      case "spamreport" -> events.add(new WebhookEvent.Complained(origin, target));
      case "unsubscribe" ->
          events.add(new WebhookEvent.OptedOut(origin, target, Scope.CHANNEL, "unsubscribe"));
      case "group_unsubscribe" ->
          events.add(new WebhookEvent.OptedOut(origin, target, Scope.CATEGORY, "unsubscribe"));
      case "open" -> events.add(new WebhookEvent.Opened(origin));
      case "click" -> events.add(new WebhookEvent.Clicked(origin, event.path("url").asText(null)));
      default -> {} // such as account events, or one that is newer than this code
    }
  }

  /**
   * A {@code blocked} mail was refused for its content or by a full mailbox, one of another type
   * for whatever reason; the address is fine.
   */
  private static void bounced(
      JsonNode event, Origin origin, Target target, List<WebhookEvent> events) {
    // The status is the enhanced one of RFC 3463, and can be missing.
    String status = WebhookJson.text(event, "status");
    String type = WebhookJson.text(event, "type");
    String code = status.isEmpty() ? "bounce" : status;
    events.add(report(origin, DeliveryState.UNDELIVERED, code));
    boolean isHard = type.equals("bounce") || type.isEmpty();
    if (isHard && !target.isMissing()) {
      events.add(new WebhookEvent.TargetInvalid(origin, target, code));
    }
  }

  /** SendGrid did not try, for what it remembers of the address. */
  private static void dropped(
      JsonNode event, Origin origin, Target target, List<WebhookEvent> events) {
    String reason = WebhookJson.text(event, "reason");
    events.add(report(origin, DeliveryState.UNDELIVERED, "dropped"));
    switch (reason) {
      case "Bounced Address", "Invalid" ->
          events.add(new WebhookEvent.TargetInvalid(origin, target, "dropped"));
      case "Unsubscribed Address", "Unsubscribed" ->
          events.add(new WebhookEvent.OptedOut(origin, target, Scope.CHANNEL, "unsubscribe"));
      case "Spam Reporting Address", "Spam Reporting" ->
          events.add(new WebhookEvent.Complained(origin, target));
      default -> {} // content or account, not the address
    }
  }

  private static WebhookEvent report(Origin origin, DeliveryState state, @Nullable String code) {
    return new WebhookEvent.DeliveryReport(origin, state, code);
  }

  private Origin origin(JsonNode event) {
    String id = WebhookJson.text(event, "sg_message_id");
    return new Origin(
        "sendgrid:" + WebhookJson.text(event, "sg_event_id"),
        provider,
        id.isEmpty() ? null : acceptedId(id),
        Origin.deliveryId(WebhookJson.text(event, Origin.DELIVERY_ID)),
        event.path(Origin.TENANT).asText(null),
        WebhookJson.time(event.path("timestamp"), clock));
  }

  /** What SendGrid gave as {@code X-Message-Id}: the part before what its servers append. */
  private static String acceptedId(String id) {
    for (String appended : new String[] {".filter", ".recv"}) {
      int at = id.indexOf(appended);
      if (at > 0) {
        return id.substring(0, at);
      }
    }
    return id;
  }

  /** Builds {@link SendGridWebhooks}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String verificationKey;
    private String provider = "sendgrid";
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the verification key as SendGrid shows it, in Base64. Required. */
    public Builder verificationKey(String value) {
      verificationKey = value;
      return this;
    }

    /** Sets the name of the provider that sends; default {@code sendgrid}. */
    public Builder provider(String value) {
      provider = Options.required("provider", value);
      return this;
    }

    /** Sets the clock that undated events are dated by, for tests; default the system's. */
    public Builder clock(InstantSource value) {
      clock = Options.required("clock", value);
      return this;
    }

    /**
     * Returns the handler.
     *
     * @throws ConfigurationException if the key is missing or no EC public key in Base64
     */
    public SendGridWebhooks build() {
      if (verificationKey == null) {
        throw new ConfigurationException("verificationKey is missing");
      }
      try {
        byte[] der = Base64.getDecoder().decode(verificationKey.strip());
        return new SendGridWebhooks(
            this, KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der)));
      } catch (IllegalArgumentException | GeneralSecurityException e) {
        throw new ConfigurationException("verificationKey is no EC public key in Base64", e);
      }
    }
  }
}
