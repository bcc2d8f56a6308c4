package dev.notifykit.email;

import com.fasterxml.jackson.databind.JsonNode;
import dev.notifykit.ConfigurationException;
import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import dev.notifykit.internal.Hmac;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import dev.notifykit.tracking.WebhookEvent.Scope;
import dev.notifykit.tracking.WebhookHandler;
import dev.notifykit.tracking.WebhookRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the webhook of Mailchimp Transactional (formerly Mandrill). Thread-safe.
 *
 * <p>The signature covers the address exactly as it was entered at Mailchimp, so that {@link
 * WebhookRequest#url} must be that to the last slash. Mailchimp asks for the address with HEAD
 * before it has a key; that is answered, and reports nothing.
 *
 * @see <a
 *     href="https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/">Webhooks</a>
 */
public final class MailchimpWebhooks extends WebhookHandler {
  private final String webhookKey;
  private final String provider;
  private final InstantSource clock;

  private MailchimpWebhooks(Builder b, String webhookKey) {
    super(200, "POST", "HEAD");
    this.webhookKey = webhookKey;
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
    if (request.method().equals("HEAD")) {
      return true;
    }
    StringBuilder signed = new StringBuilder(request.url());
    new TreeMap<>(request.form())
        .forEach((name, values) -> values.forEach(v -> signed.append(name).append(v)));
    byte[] expected = Hmac.of("HmacSHA1", webhookKey, signed.toString());
    return Hmac.areEqual(
        Base64.getEncoder().encodeToString(expected),
        request.header("X-Mandrill-Signature").orElse(""));
  }

  // ---- events

  @Override
  protected List<WebhookEvent> read(WebhookRequest request) {
    List<WebhookEvent> events = new ArrayList<>();
    if (request.method().equals("POST")) {
      String json = request.form().getOrDefault("mandrill_events", List.of("[]")).get(0);
      WebhookJson.events(json).forEach(e -> read(e, events));
    }
    return events;
  }

  private void read(JsonNode event, List<WebhookEvent> events) {
    JsonNode message = event.path("msg");
    String kind = WebhookJson.text(event, "event");
    Origin origin = origin(event, message, kind);
    Target target = Target.email(WebhookJson.text(message, "email"));
    switch (kind) {
      case "send", "deferral" -> events.add(report(origin, DeliveryState.ACCEPTED, null));
      case "delivered" -> events.add(report(origin, DeliveryState.DELIVERED, null));
      case "hard_bounce" -> {
        events.add(report(origin, DeliveryState.UNDELIVERED, code(message)));
        events.add(new WebhookEvent.TargetInvalid(origin, target, code(message)));
      }
      case "soft_bounce", "reject" ->
          events.add(report(origin, DeliveryState.UNDELIVERED, code(message, kind)));
      case "spam" -> events.add(new WebhookEvent.Complained(origin, target));
      case "unsub" ->
          events.add(new WebhookEvent.OptedOut(origin, target, Scope.CHANNEL, "unsubscribe"));
      case "open" -> events.add(new WebhookEvent.Opened(origin));
      case "click" -> events.add(new WebhookEvent.Clicked(origin, event.path("url").asText(null)));
      default -> {} // such as changes of Mailchimp's own deny-list, or an event newer than this
    }
  }

  private static String code(JsonNode message) {
    return code(message, "hard_bounce");
  }

  /** Such as {@code bad_mailbox}. The diagnosis beside it can show the address and is left out. */
  private static String code(JsonNode message, String otherwise) {
    String description = WebhookJson.text(message, "bounce_description");
    return description.matches("[a-z_]{1,40}") ? description : otherwise;
  }

  private static WebhookEvent report(Origin origin, DeliveryState state, @Nullable String code) {
    return new WebhookEvent.DeliveryReport(origin, state, code);
  }

  private Origin origin(JsonNode event, JsonNode message, String kind) {
    String id = WebhookJson.text(event, "_id");
    String time = WebhookJson.text(event, "ts");
    JsonNode metadata = message.path("metadata");
    return new Origin(
        // One message can be opened and clicked more than once; Mailchimp numbers messages only.
        "mandrill:" + id + ":" + kind + ":" + time,
        provider,
        id.isEmpty() ? null : id,
        Origin.deliveryId(WebhookJson.text(metadata, Origin.DELIVERY_ID)),
        metadata.path(Origin.TENANT).asText(null),
        WebhookJson.time(event.path("ts"), clock));
  }

  /** Builds {@link MailchimpWebhooks}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String webhookKey;
    private String provider = "mailchimp";
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Sets the webhook's key as Mailchimp shows it, which is not the API key. Required. */
    public Builder webhookKey(String value) {
      webhookKey = value;
      return this;
    }

    /** Sets the name of the provider that sends; default {@code mailchimp}. */
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
     * @throws ConfigurationException if the key is missing
     */
    public MailchimpWebhooks build() {
      if (webhookKey == null || webhookKey.isBlank()) {
        throw new ConfigurationException("webhookKey is missing");
      }
      return new MailchimpWebhooks(this, webhookKey);
    }
  }
}
