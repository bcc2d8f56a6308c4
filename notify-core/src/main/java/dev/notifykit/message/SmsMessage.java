package dev.notifykit.message;

import dev.notifykit.Channel;
import dev.notifykit.internal.Checks;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text message. Immutable. */
public final class SmsMessage implements Message {
  private final String text;
  private final @Nullable String sender;

  private SmsMessage(Builder b) {
    this.text = Checks.notNull("text", b.text);
    this.sender = b.sender;
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

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof SmsMessage m && text.equals(m.text) && Objects.equals(sender, m.sender);
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
     * Returns the message.
     *
     * @throws dev.notifykit.InvalidNotificationException if a required part is missing or malformed
     */
    public SmsMessage build() {
      return new SmsMessage(this);
    }
  }
}
