package dev.notifykit.message;

import dev.notifykit.Channel;
import dev.notifykit.internal.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An entry for the in-app inbox. Immutable. */
public final class InboxMessage implements Message {
  private final String title;
  private final @Nullable String body;
  private final @Nullable String link;
  private final Map<String, String> data;

  private InboxMessage(Builder b) {
    this.title = Checks.notNull("title", b.title);
    this.body = b.body;
    this.link = b.link;
    this.data = Collections.unmodifiableMap(new LinkedHashMap<>(b.data));
  }

  /** Starts a message. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from this message. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.title = title;
    b.body = body;
    b.link = link;
    b.data.putAll(data);
    return b;
  }

  @Override
  public Channel channel() {
    return Channel.INBOX;
  }

  /** Returns the title. */
  public String title() {
    return title;
  }

  /** Returns the body. */
  public Optional<String> body() {
    return Optional.ofNullable(body);
  }

  /** Returns what opens on a tap. */
  public Optional<String> link() {
    return Optional.ofNullable(link);
  }

  /** Returns the values the app gets with it, in the order they were added. */
  public Map<String, String> data() {
    return data;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof InboxMessage m
        && title.equals(m.title)
        && Objects.equals(body, m.body)
        && Objects.equals(link, m.link)
        && data.equals(m.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(title, body, link);
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "InboxMessage[]";
  }

  /** Builds an {@link InboxMessage}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String title;
    private @Nullable String body;
    private @Nullable String link;
    private final Map<String, String> data = new LinkedHashMap<>();

    private Builder() {}

    /** Sets the title. Required. */
    public Builder title(String value) {
      this.title = value;
      return this;
    }

    /** Sets the body; default none. */
    public Builder body(@Nullable String value) {
      this.body = value;
      return this;
    }

    /** Sets what opens on a tap; default none. */
    public Builder link(@Nullable String value) {
      this.link = value;
      return this;
    }

    /** Adds to the values the app gets with it. */
    public Builder data(String name, String value) {
      data.put(Checks.name("data.name", name), Checks.notNull("data", value));
      return this;
    }

    /**
     * Returns the message.
     *
     * @throws dev.notifykit.InvalidNotificationException if a required part is missing or malformed
     */
    public InboxMessage build() {
      return new InboxMessage(this);
    }
  }
}
