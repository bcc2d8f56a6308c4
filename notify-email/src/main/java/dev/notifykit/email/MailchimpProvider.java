package dev.notifykit.email;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.notifykit.ConfigurationException;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.tracking.Origin;
import java.time.Instant;
import java.util.Base64;
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
public final class MailchimpProvider extends ApiProvider {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TAG = 50;

  private final @Nullable String subaccount;

  private MailchimpProvider(Builder b) {
    super(b, "api/1.0/messages/send");
    this.subaccount = b.subaccount;
  }

  /** Starts a provider. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  void check(CheckedMail mail) throws UnsendableException {
    for (String tag : mail.message().tags()) {
      if (tag.length() > MAX_TAG || tag.startsWith("_")) {
        throw UnsendableException.rejected("invalid_tags");
      }
    }
  }

  @Override
  Outcome deliver(CheckedMail mail, long deadline) throws JsonProcessingException {
    return post(JSON.writeValueAsBytes(request(mail)), null);
  }

  @Override
  Outcome classify(ApiReply reply, Instant now) {
    return MailchimpClassifier.classify(reply, now);
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

  /** Builds a {@link MailchimpProvider}. Not thread-safe. */
  public static final class Builder extends ApiProvider.Builder<Builder> {
    private @Nullable String subaccount;

    private Builder() {
      super("mailchimp", "https://mandrillapp.com", 64);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Sets the subaccount to send for; default none. */
    public Builder subaccount(@Nullable String value) {
      this.subaccount = value;
      return this;
    }

    /**
     * Returns the provider. It connects when the first mail is sent.
     *
     * @throws ConfigurationException if an option is missing or malformed
     */
    public MailchimpProvider build() {
      check();
      return new MailchimpProvider(this);
    }
  }
}
