package dev.notifykit.message;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A mail: a subject and an HTML part, a text part or both. Immutable. */
public final class EmailMessage implements Message {
  /**
   * Longest address of one-click unsubscribe, in characters: it cannot be folded, and a line of a
   * header has at most 998 (RFC 5322, section 2.1.1).
   */
  public static final int MAX_UNSUBSCRIBE_URL = 898;

  private final String subject;
  private final @Nullable String html;
  private final @Nullable String text;
  private final @Nullable String from;
  private final @Nullable String replyTo;
  private final Map<String, String> headers;
  private final List<Attachment> attachments;
  private final @Nullable String unsubscribeUrl;
  private final @Nullable String unsubscribeMailto;
  private final List<String> tags;

  private EmailMessage(Builder b) {
    this.subject = Checks.notNull("subject", b.subject);
    this.html = b.html;
    this.text = b.text;
    this.from = b.from;
    this.replyTo = b.replyTo;
    this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(b.headers));
    this.attachments = List.copyOf(b.attachments);
    this.unsubscribeUrl = b.unsubscribeUrl;
    this.unsubscribeMailto = b.unsubscribeMailto;
    this.tags = List.copyOf(b.tags);
    if (html == null && text == null) {
      throw new InvalidNotificationException("email", "has neither an HTML nor a text part");
    }
  }

  /** Starts a message. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from this message. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.subject = subject;
    b.html = html;
    b.text = text;
    b.from = from;
    b.replyTo = replyTo;
    b.headers.putAll(headers);
    b.attachments.addAll(attachments);
    b.unsubscribeUrl = unsubscribeUrl;
    b.unsubscribeMailto = unsubscribeMailto;
    b.tags.addAll(tags);
    return b;
  }

  @Override
  public Channel channel() {
    return Channel.EMAIL;
  }

  /** Returns the subject. */
  public String subject() {
    return subject;
  }

  /** Returns the HTML part. */
  public Optional<String> html() {
    return Optional.ofNullable(html);
  }

  /** Returns the plain text part. */
  public Optional<String> text() {
    return Optional.ofNullable(text);
  }

  /** Returns the sender, in place of the provider's own. */
  public Optional<String> from() {
    return Optional.ofNullable(from);
  }

  /** Returns the address replies go to. */
  public Optional<String> replyTo() {
    return Optional.ofNullable(replyTo);
  }

  /** Returns the custom headers, in the order they were added. */
  public Map<String, String> headers() {
    return headers;
  }

  /** Returns the files and inline images. */
  public List<Attachment> attachments() {
    return attachments;
  }

  /** Returns the https address of one-click unsubscribe (RFC 8058). */
  public Optional<String> unsubscribeUrl() {
    return Optional.ofNullable(unsubscribeUrl);
  }

  /** Returns the address that unsubscribes by mail. */
  public Optional<String> unsubscribeMailto() {
    return Optional.ofNullable(unsubscribeMailto);
  }

  /** Returns the labels for the provider's statistics. */
  public List<String> tags() {
    return tags;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof EmailMessage m
        && subject.equals(m.subject)
        && Objects.equals(html, m.html)
        && Objects.equals(text, m.text)
        && Objects.equals(from, m.from)
        && Objects.equals(replyTo, m.replyTo)
        && headers.equals(m.headers)
        && attachments.equals(m.attachments)
        && Objects.equals(unsubscribeUrl, m.unsubscribeUrl)
        && Objects.equals(unsubscribeMailto, m.unsubscribeMailto)
        && tags.equals(m.tags);
  }

  @Override
  public int hashCode() {
    return Objects.hash(subject, html, text);
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "EmailMessage[]";
  }

  /** Builds an {@link EmailMessage}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String subject;
    private @Nullable String html;
    private @Nullable String text;
    private @Nullable String from;
    private @Nullable String replyTo;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final List<Attachment> attachments = new ArrayList<>();
    private @Nullable String unsubscribeUrl;
    private @Nullable String unsubscribeMailto;
    private final List<String> tags = new ArrayList<>();

    private Builder() {}

    /** Sets the subject. Required. */
    public Builder subject(String value) {
      this.subject = value;
      return this;
    }

    /** Sets the HTML part; default none. */
    public Builder html(@Nullable String value) {
      this.html = value;
      return this;
    }

    /** Sets the plain text part; default none. */
    public Builder text(@Nullable String value) {
      this.text = value;
      return this;
    }

    /** Sets the sender, in place of the provider's own; default none. */
    public Builder from(@Nullable String value) {
      this.from = value;
      return this;
    }

    /** Sets the address replies go to; default none. */
    public Builder replyTo(@Nullable String value) {
      this.replyTo = value;
      return this;
    }

    /** Adds to the custom headers. */
    public Builder header(String name, String value) {
      headers.put(Checks.name("header.name", name), Checks.notNull("header", value));
      return this;
    }

    /** Adds to the files and inline images. */
    public Builder attachment(Attachment value) {
      attachments.add(Checks.notNull("attachment", value));
      return this;
    }

    /**
     * Sets the https address of one-click unsubscribe (RFC 8058), in ASCII, of at most {@link
     * #MAX_UNSUBSCRIBE_URL} characters; default none. A mail with any other is not sent.
     */
    public Builder unsubscribeUrl(@Nullable String value) {
      this.unsubscribeUrl = value;
      return this;
    }

    /** Sets the address that unsubscribes by mail; default none. */
    public Builder unsubscribeMailto(@Nullable String value) {
      this.unsubscribeMailto = value;
      return this;
    }

    /** Adds to the labels for the provider's statistics. */
    public Builder tag(String value) {
      tags.add(Checks.notNull("tag", value));
      return this;
    }

    /**
     * Returns the message.
     *
     * @throws dev.notifykit.InvalidNotificationException if a required part is missing or malformed
     */
    public EmailMessage build() {
      return new EmailMessage(this);
    }
  }
}
