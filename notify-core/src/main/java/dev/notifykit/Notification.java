package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.Message;
import dev.notifykit.policy.Fallback;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What happened to whom: a template key or ready content, recipients and values. Immutable; {@code
 * toString} shows neither recipients nor values.
 */
public final class Notification {
  /** Most recipients of one notification. */
  public static final int MAX_RECIPIENTS = 10_000;

  /** Most bytes of attachments of one notification. */
  public static final int MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024;

  private final @Nullable String template;
  private final @Nullable String eventId;
  private final @Nullable String tenant;
  private final List<String> recipientIds;
  private final List<Recipient> recipients;
  private final Map<String, Object> data;
  private final Set<Channel> channels;
  private final List<Fallback> fallbacks;
  private final Map<Channel, Message> contents;
  private final List<Attachment> attachments;
  private final @Nullable Instant sendAt;
  private final @Nullable Duration timeToLive;
  private final @Nullable String category;
  private final @Nullable String topic;
  private final @Nullable Priority priority;

  Notification(NotificationBuilder<?> b) {
    this.template = b.template;
    this.eventId = b.eventId;
    this.tenant = b.tenant;
    this.recipientIds = List.copyOf(b.recipientIds);
    this.recipients = List.copyOf(b.recipients);
    this.data = b.data == null ? Map.of() : b.data.build();
    this.channels =
        b.channels.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(b.channels));
    this.fallbacks = List.copyOf(b.fallbacks);
    this.contents =
        b.contents.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(b.contents));
    this.attachments = List.copyOf(b.attachments);
    this.sendAt = b.sendAt;
    this.timeToLive = b.timeToLive;
    this.category = b.category;
    this.topic = b.topic;
    this.priority = b.priority;
    check();
  }

  private void check() {
    int count = recipientIds.size() + recipients.size();
    if (count == 0) {
      throw new InvalidNotificationException("to", "names no recipient");
    }
    if (count > MAX_RECIPIENTS) {
      throw new InvalidNotificationException(
          "to", "names " + count + " recipients; the limit is " + MAX_RECIPIENTS);
    }
    if (template == null && contents.isEmpty()) {
      throw new InvalidNotificationException("template", "is missing, and there is no content");
    }
    checkAttachments();
    TemplateData.checkSize(data);
  }

  private void checkAttachments() {
    Message mail = contents.get(Channel.EMAIL);
    if (!attachments.isEmpty() && (template == null || mail != null)) {
      throw new InvalidNotificationException(
          "attachment", "has no mail of a template to go with; give it to the EmailMessage");
    }
    long attached = 0;
    for (Attachment attachment : mail instanceof EmailMessage m ? m.attachments() : attachments) {
      attached += attachment.size();
    }
    if (attached > MAX_ATTACHMENT_BYTES) {
      throw new InvalidNotificationException(
          "attachment", "bytes are " + attached + "; the limit is " + MAX_ATTACHMENT_BYTES);
    }
  }

  /**
   * Starts a notification whose content comes from a template.
   *
   * @param template the template's key, such as {@code order-shipped}
   */
  public static Builder builder(String template) {
    return new Builder(Checks.name("template", template));
  }

  /** Starts a notification whose content is given with {@link Builder#content}. */
  public static Builder builder() {
    return new Builder(null);
  }

  /** Returns the template's key, unless all content is given. */
  public Optional<String> template() {
    return Optional.ofNullable(template);
  }

  /** Returns the idempotency key, if the caller gave one. */
  public Optional<String> eventId() {
    return Optional.ofNullable(eventId);
  }

  /** Returns the tenant, if the caller named one. */
  public Optional<String> tenant() {
    return Optional.ofNullable(tenant);
  }

  /** Returns the recipients to be looked up. */
  public List<String> recipientIds() {
    return recipientIds;
  }

  /** Returns the recipients given whole. */
  public List<Recipient> recipients() {
    return recipients;
  }

  /** Returns the template's values: an immutable tree of strings, numbers, booleans. */
  public Map<String, Object> data() {
    return data;
  }

  /** Returns the channels it is restricted to; empty for all the template has. */
  public Set<Channel> channels() {
    return channels;
  }

  /** Returns which channels stand in for others; empty for the category's. */
  public List<Fallback> fallbacks() {
    return fallbacks;
  }

  /** Returns the ready content by channel. */
  public Map<Channel, Message> contents() {
    return contents;
  }

  /** Returns the files for the mail the template makes. */
  public List<Attachment> attachments() {
    return attachments;
  }

  /** Returns when to send, unless at once. */
  public Optional<Instant> sendAt() {
    return Optional.ofNullable(sendAt);
  }

  /** Returns how long it is of use, unless the category says. */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(timeToLive);
  }

  /** Returns the category's name, unless the template says. */
  public Optional<String> category() {
    return Optional.ofNullable(category);
  }

  /** Returns the topic. */
  public Optional<String> topic() {
    return Optional.ofNullable(topic);
  }

  /** Returns the priority, unless the category says. */
  public Optional<Priority> priority() {
    return Optional.ofNullable(priority);
  }

  @Override
  public String toString() {
    return "Notification["
        + (template == null ? "inline" : template)
        + " to "
        + (recipientIds.size() + recipients.size())
        + "]";
  }

  /** Builds a {@link Notification}. Not thread-safe. */
  public static final class Builder extends NotificationBuilder<Builder> {
    private Builder(@Nullable String template) {
      super(template);
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
