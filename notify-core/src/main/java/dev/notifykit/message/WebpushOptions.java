package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only browsers know about a push through FCM. Immutable; every part is optional.
 *
 * @param headers the headers of the web push protocol, such as {@code Urgency}; TTL and Topic are
 *     set from the message unless given here
 * @param data the data in place of the common ones
 * @param title the title, in place of the common one
 * @param body the text, in place of the common one
 * @param image the https address of a picture, in place of the common one
 * @param link the https address that a click opens, in place of the common one
 * @param icon the address of an icon
 * @param badgeIcon the address of a small monochrome icon
 * @param direction the direction of the text; default the browser's
 * @param language the BCP 47 tag of the text's language
 * @param tag the tag that lets a later notification replace this one; default the collapse key or
 *     the delivery's id
 * @param renotify whether replacing makes a sound again
 * @param requireInteraction whether it stays until the user acts
 * @param silent whether it makes no sound and no vibration
 * @param timestamp when what it tells happened
 * @param vibrate the vibration pattern, on and off in turn
 * @param custom the further members of the notification
 * @see <a href="https://developer.mozilla.org/docs/Web/API/Notification">the browser's
 *     reference</a>
 */
public record WebpushOptions(
    Map<String, String> headers,
    Map<String, String> data,
    @Nullable String title,
    @Nullable String body,
    @Nullable String image,
    @Nullable String link,
    @Nullable String icon,
    @Nullable String badgeIcon,
    @Nullable Direction direction,
    @Nullable String language,
    @Nullable String tag,
    boolean renotify,
    boolean requireInteraction,
    boolean silent,
    @Nullable Instant timestamp,
    List<Duration> vibrate,
    Map<String, Object> custom) {

  /** The direction of a text. */
  public enum Direction {
    /** The browser decides. */
    AUTO,
    /** Left to right. */
    LEFT_TO_RIGHT,
    /** Right to left. */
    RIGHT_TO_LEFT
  }

  /** Checks and copies. */
  public WebpushOptions {
    headers = JsonValues.strings("headers", headers);
    data = JsonValues.strings("data", data);
    vibrate = vibrate == null ? List.of() : List.copyOf(vibrate);
    custom = JsonValues.copy("custom", custom);
    if (link != null && !link.startsWith("https://")) {
      throw new InvalidNotificationException("webpush.link", "is no https address");
    }
  }

  /** Starts options that change nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.headers.putAll(headers);
    b.data.putAll(data);
    b.title = title;
    b.body = body;
    b.image = image;
    b.link = link;
    b.icon = icon;
    b.badgeIcon = badgeIcon;
    b.direction = direction;
    b.language = language;
    b.tag = tag;
    b.renotify = renotify;
    b.requireInteraction = requireInteraction;
    b.silent = silent;
    b.timestamp = timestamp;
    b.vibrate.addAll(vibrate);
    b.custom.putAll(custom);
    return b;
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "WebpushOptions[]";
  }

  /** Builds {@link WebpushOptions}. Not thread-safe. */
  public static final class Builder {
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Map<String, String> data = new LinkedHashMap<>();
    private @Nullable String title;
    private @Nullable String body;
    private @Nullable String image;
    private @Nullable String link;
    private @Nullable String icon;
    private @Nullable String badgeIcon;
    private @Nullable Direction direction;
    private @Nullable String language;
    private @Nullable String tag;
    private boolean renotify;
    private boolean requireInteraction;
    private boolean silent;
    private @Nullable Instant timestamp;
    private final List<Duration> vibrate = new ArrayList<>();
    private final Map<String, Object> custom = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds to the headers of the web push protocol, such as {@code Urgency}; TTL and Topic are set
     * from the message unless given here.
     */
    public Builder headers(String name, String value) {
      headers.put(name, value);
      return this;
    }

    /** Adds to the data in place of the common ones. */
    public Builder data(String name, String value) {
      data.put(name, value);
      return this;
    }

    /** Sets the title, in place of the common one. */
    public Builder title(@Nullable String value) {
      this.title = value;
      return this;
    }

    /** Sets the text, in place of the common one. */
    public Builder body(@Nullable String value) {
      this.body = value;
      return this;
    }

    /** Sets the https address of a picture, in place of the common one. */
    public Builder image(@Nullable String value) {
      this.image = value;
      return this;
    }

    /** Sets the https address that a click opens, in place of the common one. */
    public Builder link(@Nullable String value) {
      this.link = value;
      return this;
    }

    /** Sets the address of an icon. */
    public Builder icon(@Nullable String value) {
      this.icon = value;
      return this;
    }

    /** Sets the address of a small monochrome icon. */
    public Builder badgeIcon(@Nullable String value) {
      this.badgeIcon = value;
      return this;
    }

    /** Sets the direction of the text; default the browser's. */
    public Builder direction(@Nullable Direction value) {
      this.direction = value;
      return this;
    }

    /** Sets the BCP 47 tag of the text's language. */
    public Builder language(@Nullable String value) {
      this.language = value;
      return this;
    }

    /**
     * Sets the tag that lets a later notification replace this one; default the collapse key or the
     * delivery's id.
     */
    public Builder tag(@Nullable String value) {
      this.tag = value;
      return this;
    }

    /** Sets whether replacing makes a sound again. */
    public Builder renotify(boolean value) {
      this.renotify = value;
      return this;
    }

    /** Sets whether it stays until the user acts. */
    public Builder requireInteraction(boolean value) {
      this.requireInteraction = value;
      return this;
    }

    /** Sets whether it makes no sound and no vibration. */
    public Builder silent(boolean value) {
      this.silent = value;
      return this;
    }

    /** Sets when what it tells happened. */
    public Builder timestamp(@Nullable Instant value) {
      this.timestamp = value;
      return this;
    }

    /** Adds to the vibration pattern, on and off in turn. */
    public Builder vibrate(Duration value) {
      vibrate.add(value);
      return this;
    }

    /** Adds to the further members of the notification. */
    public Builder custom(String name, Object value) {
      custom.put(name, value);
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws dev.notifykit.InvalidNotificationException if an option is malformed or contradicts
     *     another
     */
    public WebpushOptions build() {
      return new WebpushOptions(
          headers,
          data,
          title,
          body,
          image,
          link,
          icon,
          badgeIcon,
          direction,
          language,
          tag,
          renotify,
          requireInteraction,
          silent,
          timestamp,
          vibrate,
          custom);
    }
  }
}
