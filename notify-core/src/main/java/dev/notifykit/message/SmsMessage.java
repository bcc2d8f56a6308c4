package dev.notifykit.message;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text message. Immutable. */
public final class SmsMessage implements Message {
  /** Most pictures and other media one message may carry. */
  public static final int MAX_MEDIA = 10;

  /** Most segments a message may ever take. */
  public static final int MAX_SEGMENTS = 255;

  /** What to do with a text that takes more segments than it may. */
  public enum Overflow {
    /** Refuse it: the delivery is dead with the code {@code too_many_segments}. The default. */
    REFUSE,
    /** Cut it and mark the cut with three dots. */
    SHORTEN
  }

  private final String text;
  private final @Nullable String sender;
  private final @Nullable Integer maxSegments;
  private final Overflow overflow;
  private final boolean transliterated;
  private final List<String> mediaUrls;

  private SmsMessage(Builder b) {
    this.text = Checks.notNull("text", b.text);
    this.sender = b.sender;
    this.maxSegments = b.maxSegments;
    this.overflow = Checks.notNull("overflow", b.overflow);
    this.transliterated = b.transliterated;
    Checks.size("mediaUrls", b.mediaUrls, MAX_MEDIA);
    this.mediaUrls = List.copyOf(b.mediaUrls);
    if (maxSegments != null && (maxSegments < 1 || maxSegments > MAX_SEGMENTS)) {
      throw new InvalidNotificationException(
          "maxSegments", "is " + maxSegments + "; it must be 1 to " + MAX_SEGMENTS);
    }
  }

  /** Starts a message. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from this message. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.text = text;
    b.sender = sender;
    b.maxSegments = maxSegments;
    b.overflow = overflow;
    b.transliterated = transliterated;
    b.mediaUrls.addAll(mediaUrls);
    return b;
  }

  /**
   * Returns a message with this text and the provider's own sender.
   *
   * @param text the text
   */
  public static SmsMessage of(String text) {
    return builder().text(text).build();
  }

  @Override
  public Channel channel() {
    return Channel.SMS;
  }

  /** Returns the text. */
  public String text() {
    return text;
  }

  /** Returns the sender number or name, in place of the provider's own. */
  public Optional<String> sender() {
    return Optional.ofNullable(sender);
  }

  /** Returns how many segments the text may take; as many as the provider allows without one. */
  public Optional<Integer> maxSegments() {
    return Optional.ofNullable(maxSegments);
  }

  /** Returns what to do with a text of more segments. */
  public Overflow overflow() {
    return overflow;
  }

  /** Returns whether typographic characters may be replaced by plain ones to save segments. */
  public boolean isTransliterated() {
    return transliterated;
  }

  /** Returns the addresses of pictures and other media (MMS). */
  public List<String> mediaUrls() {
    return mediaUrls;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof SmsMessage m
        && text.equals(m.text)
        && Objects.equals(sender, m.sender)
        && Objects.equals(maxSegments, m.maxSegments)
        && overflow == m.overflow
        && transliterated == m.transliterated
        && mediaUrls.equals(m.mediaUrls);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, sender);
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "SmsMessage[]";
  }

  /** Builds an {@link SmsMessage}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String text;
    private @Nullable String sender;
    private @Nullable Integer maxSegments;
    private Overflow overflow = Overflow.REFUSE;
    private boolean transliterated;
    private final List<String> mediaUrls = new ArrayList<>();

    private Builder() {}

    /** Sets the text. Required. */
    public Builder text(String value) {
      this.text = value;
      return this;
    }

    /** Sets the sender number or name, in place of the provider's own; default none. */
    public Builder sender(@Nullable String value) {
      this.sender = value;
      return this;
    }

    /**
     * Sets how many segments the text may take, 1 to 255; default as many as the provider allows.
     */
    public Builder maxSegments(@Nullable Integer value) {
      this.maxSegments = value;
      return this;
    }

    /** Sets what to do with a text of more segments; default {@link Overflow#REFUSE}. */
    public Builder overflow(Overflow value) {
      this.overflow = value;
      return this;
    }

    /**
     * Sets whether typographic quotes, dashes and spaces may be replaced by plain ones, so that one
     * of them does not make a text of 160 characters three segments; default false.
     */
    public Builder transliterated(boolean value) {
      this.transliterated = value;
      return this;
    }

    /**
     * Adds a picture or other medium, which makes the message an MMS.
     *
     * @param value the https address the provider fetches it from
     * @throws InvalidNotificationException if it is no https address
     */
    public Builder mediaUrl(String value) {
      mediaUrls.add(https(value));
      return this;
    }

    private static String https(String value) {
      Checks.text("mediaUrl", value, 2048);
      try {
        URI url = new URI(value);
        if ("https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null) {
          return value;
        }
      } catch (URISyntaxException e) {
        throw new InvalidNotificationException("mediaUrl", "is no address");
      }
      throw new InvalidNotificationException("mediaUrl", "is no https address");
    }

    /**
     * Returns the message.
     *
     * @throws InvalidNotificationException if a required part is missing or malformed
     */
    public SmsMessage build() {
      return new SmsMessage(this);
    }
  }
}
