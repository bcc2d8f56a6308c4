package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only Android knows about a push through FCM. Immutable; every part is optional.
 *
 * @param urgency whether a sleeping device is woken; default by the notification's priority
 * @param restrictedPackageName the only package that may get it
 * @param directBootOk whether the app gets it before the first unlock
 * @param bandwidthConstrainedOk whether it may come over a network of little bandwidth, such as a
 *     satellite's
 * @param restrictedSatelliteOk whether it may come over a satellite that only some apps may use
 * @param data the data in place of the common ones
 * @param analyticsLabel the label for Google's statistics, in place of the common one
 * @param title the title, in place of the common one
 * @param body the text, in place of the common one
 * @param image the https address of a picture, in place of the common one
 * @param sound the sound to play, in place of the common one
 * @param channelId the notification channel
 * @param icon the drawable shown as icon
 * @param color the icon's colour as {@code #rrggbb}
 * @param tag the tag that lets a later notification replace this one; default the collapse key or
 *     the delivery's id
 * @param clickAction the activity's intent filter started on a tap, in place of the common category
 * @param ticker what accessibility services read out
 * @param sticky whether it stays after a tap
 * @param eventTime when what it tells happened
 * @param localOnly whether it stays on this device and is not bridged to a watch
 * @param importance how strongly the notification is shown; default the channel's
 * @param visibility what a locked screen shows; default the app's
 * @param proxy whether Google Play services may show it in the app's place; default theirs
 * @param defaultSound whether the system's sound is played
 * @param defaultVibrateTimings whether the system's vibration is used
 * @param vibrateTimings the vibration pattern, off and on in turn
 * @param defaultLightSettings whether the system's light is used
 * @param light the blinking light
 * @param notificationCount the number of items it stands for, in place of the common badge
 * @see <a
 *     href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages#androidconfig">Google's
 *     reference</a>
 */
public record AndroidOptions(
    @Nullable Urgency urgency,
    @Nullable String restrictedPackageName,
    boolean directBootOk,
    boolean bandwidthConstrainedOk,
    boolean restrictedSatelliteOk,
    Map<String, String> data,
    @Nullable String analyticsLabel,
    @Nullable String title,
    @Nullable String body,
    @Nullable String image,
    @Nullable String sound,
    @Nullable String channelId,
    @Nullable String icon,
    @Nullable String color,
    @Nullable String tag,
    @Nullable String clickAction,
    @Nullable String ticker,
    boolean sticky,
    @Nullable Instant eventTime,
    boolean localOnly,
    @Nullable Importance importance,
    @Nullable Visibility visibility,
    @Nullable Proxy proxy,
    boolean defaultSound,
    boolean defaultVibrateTimings,
    List<Duration> vibrateTimings,
    boolean defaultLightSettings,
    @Nullable Light light,
    @Nullable Integer notificationCount) {

  /** Whether a sleeping device is woken. */
  public enum Urgency {
    /** It is delivered when the device wakes. */
    NORMAL,
    /** The device is woken. */
    HIGH
  }

  /** How strongly a notification is shown. */
  public enum Importance {
    /** Perhaps not at all. */
    MIN,
    /** Quieter than usual. */
    LOW,
    /** As usual. */
    DEFAULT,
    /** Stronger than usual. */
    HIGH,
    /** As strong as possible. */
    MAX
  }

  /** What a locked screen shows of a notification. */
  public enum Visibility {
    /** That there is one. */
    PRIVATE,
    /** All of it. */
    PUBLIC,
    /** Nothing. */
    SECRET
  }

  /** Whether Google Play services may show a notification in the app's place. */
  public enum Proxy {
    /** They may. */
    ALLOW,
    /** They may not. */
    DENY,
    /** They may if its priority was lowered from high to normal. */
    IF_PRIORITY_LOWERED
  }

  /**
   * A blinking light.
   *
   * @param color as {@code #rrggbb} or {@code #rrggbbaa}
   * @param on how long it is on
   * @param off how long it is off
   */
  public record Light(String color, Duration on, Duration off) {
    /** Checks the parts. */
    public Light {
      checkColor("light.color", color, "#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?");
      Checks.notNull("light.on", on);
      Checks.notNull("light.off", off);
    }
  }

  /** Checks and copies. */
  public AndroidOptions {
    data = JsonValues.strings("data", data);
    vibrateTimings = vibrateTimings == null ? List.of() : List.copyOf(vibrateTimings);
    if (color != null) {
      checkColor("color", color, "#[0-9a-fA-F]{6}");
    }
    if (notificationCount != null && notificationCount < 0) {
      throw new InvalidNotificationException("notificationCount", "is negative");
    }
  }

  /** Starts options that change nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.urgency = urgency;
    b.restrictedPackageName = restrictedPackageName;
    b.directBootOk = directBootOk;
    b.bandwidthConstrainedOk = bandwidthConstrainedOk;
    b.restrictedSatelliteOk = restrictedSatelliteOk;
    b.data.putAll(data);
    b.analyticsLabel = analyticsLabel;
    b.title = title;
    b.body = body;
    b.image = image;
    b.sound = sound;
    b.channelId = channelId;
    b.icon = icon;
    b.color = color;
    b.tag = tag;
    b.clickAction = clickAction;
    b.ticker = ticker;
    b.sticky = sticky;
    b.eventTime = eventTime;
    b.localOnly = localOnly;
    b.importance = importance;
    b.visibility = visibility;
    b.proxy = proxy;
    b.defaultSound = defaultSound;
    b.defaultVibrateTimings = defaultVibrateTimings;
    b.vibrateTimings.addAll(vibrateTimings);
    b.defaultLightSettings = defaultLightSettings;
    b.light = light;
    b.notificationCount = notificationCount;
    return b;
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "AndroidOptions[]";
  }

  private static void checkColor(String field, String color, String pattern) {
    if (!Checks.notNull(field, color).matches(pattern)) {
      throw new InvalidNotificationException(field, "is not of the form #rrggbb");
    }
  }

  /** Builds {@link AndroidOptions}. Not thread-safe. */
  public static final class Builder {
    private @Nullable Urgency urgency;
    private @Nullable String restrictedPackageName;
    private boolean directBootOk;
    private boolean bandwidthConstrainedOk;
    private boolean restrictedSatelliteOk;
    private final Map<String, String> data = new LinkedHashMap<>();
    private @Nullable String analyticsLabel;
    private @Nullable String title;
    private @Nullable String body;
    private @Nullable String image;
    private @Nullable String sound;
    private @Nullable String channelId;
    private @Nullable String icon;
    private @Nullable String color;
    private @Nullable String tag;
    private @Nullable String clickAction;
    private @Nullable String ticker;
    private boolean sticky;
    private @Nullable Instant eventTime;
    private boolean localOnly;
    private @Nullable Importance importance;
    private @Nullable Visibility visibility;
    private @Nullable Proxy proxy;
    private boolean defaultSound;
    private boolean defaultVibrateTimings;
    private final List<Duration> vibrateTimings = new ArrayList<>();
    private boolean defaultLightSettings;
    private @Nullable Light light;
    private @Nullable Integer notificationCount;

    private Builder() {}

    /** Sets whether a sleeping device is woken; default by the notification's priority. */
    public Builder urgency(@Nullable Urgency value) {
      this.urgency = value;
      return this;
    }

    /** Sets the only package that may get it. */
    public Builder restrictedPackageName(@Nullable String value) {
      this.restrictedPackageName = value;
      return this;
    }

    /** Sets whether the app gets it before the first unlock. */
    public Builder directBootOk(boolean value) {
      this.directBootOk = value;
      return this;
    }

    /** Sets whether it may come over a network of little bandwidth; default false. */
    public Builder bandwidthConstrainedOk(boolean value) {
      this.bandwidthConstrainedOk = value;
      return this;
    }

    /** Sets whether it may come over a satellite that only some apps may use; default false. */
    public Builder restrictedSatelliteOk(boolean value) {
      this.restrictedSatelliteOk = value;
      return this;
    }

    /** Adds to the data in place of the common ones. */
    public Builder data(String name, String value) {
      data.put(name, value);
      return this;
    }

    /** Sets the label for Google's statistics, in place of the common one. */
    public Builder analyticsLabel(@Nullable String value) {
      this.analyticsLabel = value;
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

    /** Sets the sound to play, in place of the common one. */
    public Builder sound(@Nullable String value) {
      this.sound = value;
      return this;
    }

    /** Sets the notification channel. */
    public Builder channelId(@Nullable String value) {
      this.channelId = value;
      return this;
    }

    /** Sets the drawable shown as icon. */
    public Builder icon(@Nullable String value) {
      this.icon = value;
      return this;
    }

    /** Sets the icon's colour as {@code #rrggbb}. */
    public Builder color(@Nullable String value) {
      this.color = value;
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

    /** Sets the activity's intent filter started on a tap, in place of the common category. */
    public Builder clickAction(@Nullable String value) {
      this.clickAction = value;
      return this;
    }

    /** Sets what accessibility services read out. */
    public Builder ticker(@Nullable String value) {
      this.ticker = value;
      return this;
    }

    /** Sets whether it stays after a tap. */
    public Builder sticky(boolean value) {
      this.sticky = value;
      return this;
    }

    /** Sets when what it tells happened. */
    public Builder eventTime(@Nullable Instant value) {
      this.eventTime = value;
      return this;
    }

    /** Sets whether it stays on this device and is not bridged to a watch. */
    public Builder localOnly(boolean value) {
      this.localOnly = value;
      return this;
    }

    /** Sets how strongly the notification is shown; default the channel's. */
    public Builder importance(@Nullable Importance value) {
      this.importance = value;
      return this;
    }

    /** Sets what a locked screen shows; default the app's. */
    public Builder visibility(@Nullable Visibility value) {
      this.visibility = value;
      return this;
    }

    /** Sets whether Google Play services may show it in the app's place; default theirs. */
    public Builder proxy(@Nullable Proxy value) {
      this.proxy = value;
      return this;
    }

    /** Sets whether the system's sound is played. */
    public Builder defaultSound(boolean value) {
      this.defaultSound = value;
      return this;
    }

    /** Sets whether the system's vibration is used. */
    public Builder defaultVibrateTimings(boolean value) {
      this.defaultVibrateTimings = value;
      return this;
    }

    /** Adds to the vibration pattern, off and on in turn. */
    public Builder vibrateTimings(Duration value) {
      vibrateTimings.add(value);
      return this;
    }

    /** Sets whether the system's light is used. */
    public Builder defaultLightSettings(boolean value) {
      this.defaultLightSettings = value;
      return this;
    }

    /** Sets the blinking light. */
    public Builder light(@Nullable Light value) {
      this.light = value;
      return this;
    }

    /** Sets the number of items it stands for, in place of the common badge. */
    public Builder notificationCount(@Nullable Integer value) {
      this.notificationCount = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws dev.notifykit.InvalidNotificationException if an option is malformed or contradicts
     *     another
     */
    public AndroidOptions build() {
      return new AndroidOptions(
          urgency,
          restrictedPackageName,
          directBootOk,
          bandwidthConstrainedOk,
          restrictedSatelliteOk,
          data,
          analyticsLabel,
          title,
          body,
          image,
          sound,
          channelId,
          icon,
          color,
          tag,
          clickAction,
          ticker,
          sticky,
          eventTime,
          localOnly,
          importance,
          visibility,
          proxy,
          defaultSound,
          defaultVibrateTimings,
          vibrateTimings,
          defaultLightSettings,
          light,
          notificationCount);
    }
  }
}
