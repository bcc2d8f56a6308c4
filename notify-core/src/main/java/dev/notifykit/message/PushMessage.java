package dev.notifykit.message;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A push notification, the same for every push service; what only one service knows goes into its
 * own options. Immutable.
 */
public final class PushMessage implements Message {
  private final @Nullable String title;
  private final @Nullable String subtitle;
  private final @Nullable String body;
  private final @Nullable Integer badge;
  private final @Nullable String sound;
  private final @Nullable String image;
  private final @Nullable String link;
  private final @Nullable String category;
  private final @Nullable String collapseKey;
  private final @Nullable String analyticsLabel;
  private final @Nullable LocalizedText titleKey;
  private final @Nullable LocalizedText subtitleKey;
  private final @Nullable LocalizedText bodyKey;
  private final @Nullable Duration timeToLive;
  private final @Nullable ApnsOptions apns;
  private final @Nullable FcmOptions fcm;
  private final List<PushAction> actions;
  private final Overflow overflow;
  private final Map<String, String> data;

  private PushMessage(Builder b) {
    this.title = b.title;
    this.subtitle = b.subtitle;
    this.body = b.body;
    this.badge = b.badge;
    this.sound = b.sound;
    this.image = b.image;
    this.link = b.link;
    this.category = b.category;
    this.collapseKey = b.collapseKey;
    this.analyticsLabel = b.analyticsLabel;
    this.titleKey = b.titleKey;
    this.subtitleKey = b.subtitleKey;
    this.bodyKey = b.bodyKey;
    this.timeToLive = b.timeToLive;
    this.apns = b.apns;
    this.fcm = b.fcm;
    this.actions = List.copyOf(b.actions);
    this.overflow = Checks.notNull("overflow", b.overflow);
    this.data = Collections.unmodifiableMap(new LinkedHashMap<>(b.data));
    if (timeToLive != null && timeToLive.isNegative()) {
      throw new InvalidNotificationException("timeToLive", "is negative");
    }
  }

  /** Starts a message. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from this message. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.title = title;
    b.subtitle = subtitle;
    b.body = body;
    b.badge = badge;
    b.sound = sound;
    b.image = image;
    b.link = link;
    b.category = category;
    b.collapseKey = collapseKey;
    b.analyticsLabel = analyticsLabel;
    b.titleKey = titleKey;
    b.subtitleKey = subtitleKey;
    b.bodyKey = bodyKey;
    b.timeToLive = timeToLive;
    b.apns = apns;
    b.fcm = fcm;
    b.actions.addAll(actions);
    b.overflow = overflow;
    b.data.putAll(data);
    return b;
  }

  @Override
  public Channel channel() {
    return Channel.PUSH;
  }

  /** Returns the title. */
  public Optional<String> title() {
    return Optional.ofNullable(title);
  }

  /** Returns the line below the title (Apple only). */
  public Optional<String> subtitle() {
    return Optional.ofNullable(subtitle);
  }

  /** Returns the text. */
  public Optional<String> body() {
    return Optional.ofNullable(body);
  }

  /** Returns the number on the app's icon. */
  public Optional<Integer> badge() {
    return Optional.ofNullable(badge);
  }

  /** Returns the sound to play, {@code default} for the system's. */
  public Optional<String> sound() {
    return Optional.ofNullable(sound);
  }

  /** Returns the https address of a picture. */
  public Optional<String> image() {
    return Optional.ofNullable(image);
  }

  /** Returns the deep link or click action. */
  public Optional<String> link() {
    return Optional.ofNullable(link);
  }

  /** Returns the action category (Apple) or click action (Android). */
  public Optional<String> category() {
    return Optional.ofNullable(category);
  }

  /** Returns the key that lets a later push replace this one. */
  public Optional<String> collapseKey() {
    return Optional.ofNullable(collapseKey);
  }

  /** Returns the label for the push service's statistics. */
  public Optional<String> analyticsLabel() {
    return Optional.ofNullable(analyticsLabel);
  }

  /** Returns the title to look up on the device. */
  public Optional<LocalizedText> titleKey() {
    return Optional.ofNullable(titleKey);
  }

  /** Returns the line below the title to look up on the device (Apple only). */
  public Optional<LocalizedText> subtitleKey() {
    return Optional.ofNullable(subtitleKey);
  }

  /** Returns the text to look up on the device. */
  public Optional<LocalizedText> bodyKey() {
    return Optional.ofNullable(bodyKey);
  }

  /**
   * Returns how long the push service keeps it for a device that is not reachable, zero for now or
   * never; the notification's own expiry ends it earlier.
   */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(timeToLive);
  }

  /** Returns what only APNs knows. */
  public Optional<ApnsOptions> apns() {
    return Optional.ofNullable(apns);
  }

  /** Returns what only FCM knows. */
  public Optional<FcmOptions> fcm() {
    return Optional.ofNullable(fcm);
  }

  /** Returns the buttons, in order. */
  public List<PushAction> actions() {
    return actions;
  }

  /** Returns what happens when the payload is larger than the push service takes. */
  public Overflow overflow() {
    return overflow;
  }

  /** Returns the values the app gets with it, in the order they were added. */
  public Map<String, String> data() {
    return data;
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof PushMessage m
        && Objects.equals(title, m.title)
        && Objects.equals(subtitle, m.subtitle)
        && Objects.equals(body, m.body)
        && Objects.equals(badge, m.badge)
        && Objects.equals(sound, m.sound)
        && Objects.equals(image, m.image)
        && Objects.equals(link, m.link)
        && Objects.equals(category, m.category)
        && Objects.equals(collapseKey, m.collapseKey)
        && Objects.equals(analyticsLabel, m.analyticsLabel)
        && Objects.equals(titleKey, m.titleKey)
        && Objects.equals(subtitleKey, m.subtitleKey)
        && Objects.equals(bodyKey, m.bodyKey)
        && Objects.equals(timeToLive, m.timeToLive)
        && Objects.equals(apns, m.apns)
        && Objects.equals(fcm, m.fcm)
        && actions.equals(m.actions)
        && overflow == m.overflow
        && data.equals(m.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(title, subtitle, body);
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "PushMessage[]";
  }

  /** Builds an {@link PushMessage}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String title;
    private @Nullable String subtitle;
    private @Nullable String body;
    private @Nullable Integer badge;
    private @Nullable String sound;
    private @Nullable String image;
    private @Nullable String link;
    private @Nullable String category;
    private @Nullable String collapseKey;
    private @Nullable String analyticsLabel;
    private @Nullable LocalizedText titleKey;
    private @Nullable LocalizedText subtitleKey;
    private @Nullable LocalizedText bodyKey;
    private @Nullable Duration timeToLive;
    private @Nullable ApnsOptions apns;
    private @Nullable FcmOptions fcm;
    private final List<PushAction> actions = new ArrayList<>();
    private Overflow overflow = Overflow.REFUSE;
    private final Map<String, String> data = new LinkedHashMap<>();

    private Builder() {}

    /** Sets the title; default none. */
    public Builder title(@Nullable String value) {
      this.title = value;
      return this;
    }

    /** Sets the line below the title (Apple only); default none. */
    public Builder subtitle(@Nullable String value) {
      this.subtitle = value;
      return this;
    }

    /** Sets the text; default none. */
    public Builder body(@Nullable String value) {
      this.body = value;
      return this;
    }

    /** Sets the number on the app's icon; default none. */
    public Builder badge(@Nullable Integer value) {
      this.badge = value;
      return this;
    }

    /** Sets the sound to play, {@code default} for the system's; default none. */
    public Builder sound(@Nullable String value) {
      this.sound = value;
      return this;
    }

    /** Sets the https address of a picture; default none. */
    public Builder image(@Nullable String value) {
      this.image = value;
      return this;
    }

    /** Sets the deep link or click action; default none. */
    public Builder link(@Nullable String value) {
      this.link = value;
      return this;
    }

    /** Sets the action category (Apple) or click action (Android); default none. */
    public Builder category(@Nullable String value) {
      this.category = value;
      return this;
    }

    /** Sets the key that lets a later push replace this one; default none. */
    public Builder collapseKey(@Nullable String value) {
      this.collapseKey = value;
      return this;
    }

    /** Sets the label for the push service's statistics; default none. */
    public Builder analyticsLabel(@Nullable String value) {
      this.analyticsLabel = value;
      return this;
    }

    /** Sets the title to look up on the device; default none. */
    public Builder titleKey(@Nullable LocalizedText value) {
      this.titleKey = value;
      return this;
    }

    /** Sets the line below the title to look up on the device (Apple only); default none. */
    public Builder subtitleKey(@Nullable LocalizedText value) {
      this.subtitleKey = value;
      return this;
    }

    /** Sets the text to look up on the device; default none. */
    public Builder bodyKey(@Nullable LocalizedText value) {
      this.bodyKey = value;
      return this;
    }

    /**
     * Sets how long the push service keeps it for a device that is not reachable, zero for now or
     * never; the notification's own expiry ends it earlier. Default the provider's.
     */
    public Builder timeToLive(@Nullable Duration value) {
      this.timeToLive = value;
      return this;
    }

    /** Sets what only APNs knows; default none. */
    public Builder apns(@Nullable ApnsOptions value) {
      this.apns = value;
      return this;
    }

    /** Sets what only FCM knows; default none. */
    public Builder fcm(@Nullable FcmOptions value) {
      this.fcm = value;
      return this;
    }

    /** Adds a button. */
    public Builder action(PushAction value) {
      actions.add(Checks.notNull("action", value));
      return this;
    }

    /**
     * Sets what happens when the payload is larger than the push service takes; default {@link
     * Overflow#REFUSE}.
     */
    public Builder overflow(Overflow value) {
      this.overflow = value;
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
    public PushMessage build() {
      return new PushMessage(this);
    }
  }
}
