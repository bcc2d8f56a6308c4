package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only APNs knows about a push. Immutable; every part is optional. The common parts are in
 * PushMessage.
 *
 * @param pushType the kind of push; default an alert when there is something to show or hear, a
 *     background push otherwise, a Live Activity when one is given
 * @param topic the topic in place of the provider's; default the app's, with the suffix that the
 *     push type asks for
 * @param urgency when the device gets it; default by the notification's priority and the push type
 * @param threadId the group under which the notification center shows it
 * @param interruptionLevel how much it may disturb; default the system's
 * @param relevanceScore its rank among the app's notifications, 0 to 1 except for Live Activities
 * @param mutableContent whether the app's service extension may change it; also set when there is
 *     an image to load
 * @param contentAvailable whether it wakes the app; always so for a background push
 * @param targetContentId the window of the app to bring forward
 * @param filterCriteria what the app's focus filter compares
 * @param launchImage the picture or storyboard shown while the app starts
 * @param criticalSound a sound that is heard although the device is muted, in place of the common
 *     one; the app needs Apple's entitlement
 * @param action the label of the button of a Safari web push
 * @param urlArguments the values for the placeholders of a Safari web push's address, in order
 * @param liveActivity the Live Activity to start, update or end
 * @param custom the values beside {@code aps} that are more than the strings of the common data
 * @see <a
 *     href="https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification">Apple's
 *     reference</a>
 */
public record ApnsOptions(
    @Nullable PushType pushType,
    @Nullable String topic,
    @Nullable Urgency urgency,
    @Nullable String threadId,
    @Nullable InterruptionLevel interruptionLevel,
    @Nullable Double relevanceScore,
    boolean mutableContent,
    boolean contentAvailable,
    @Nullable String targetContentId,
    @Nullable String filterCriteria,
    @Nullable String launchImage,
    @Nullable CriticalSound criticalSound,
    @Nullable String action,
    List<String> urlArguments,
    @Nullable LiveActivity liveActivity,
    Map<String, Object> custom) {

  /** The kinds of push that APNs tells apart ({@code apns-push-type}). */
  public enum PushType {
    /** Shows, plays or badges something. */
    ALERT,
    /** Wakes the app without a sign. */
    BACKGROUND,
    /** Announces a call (PushKit). */
    VOIP,
    /** Refreshes a watch complication (PushKit). */
    COMPLICATION,
    /** Starts, updates or ends a Live Activity. */
    LIVE_ACTIVITY,
    /** Asks the app's location push extension for the position. */
    LOCATION,
    /** Tells the app about a push-to-talk session. */
    PUSH_TO_TALK,
    /** Tells a file provider that there are changes. */
    FILE_PROVIDER
  }

  /** When the device gets a push ({@code apns-priority}). */
  public enum Urgency {
    /** At once (10). */
    IMMEDIATE,
    /** When it saves the device's power (5). */
    CONSERVE_POWER
  }

  /** How much an alert may disturb. */
  public enum InterruptionLevel {
    /** It goes to the list without light or sound. */
    PASSIVE,
    /** It lights the screen and can play a sound. */
    ACTIVE,
    /** It also breaks through a focus; the app needs the capability. */
    TIME_SENSITIVE,
    /** It also sounds on a muted device; the app needs Apple's entitlement. */
    CRITICAL
  }

  /**
   * A sound that is heard although the device is muted.
   *
   * @param name a sound file of the app, or {@code default}
   * @param volume from 0 (silent) to 1 (full)
   */
  public record CriticalSound(String name, double volume) {
    /** Checks the parts. */
    public CriticalSound {
      Checks.name("criticalSound.name", name);
      if (!(volume >= 0 && volume <= 1)) {
        throw new InvalidNotificationException("criticalSound.volume", "is not within 0 to 1");
      }
    }
  }

  /** Checks and copies. */
  public ApnsOptions {
    urlArguments = urlArguments == null ? List.of() : List.copyOf(urlArguments);
    custom = JsonValues.copy("custom", custom);
    if (custom.containsKey("aps")) {
      throw new InvalidNotificationException("custom", "names aps, which is Apple's");
    }
    if (liveActivity != null && pushType != null && pushType != PushType.LIVE_ACTIVITY) {
      throw new InvalidNotificationException("liveActivity", "contradicts the push type");
    }
    if (pushType == PushType.LIVE_ACTIVITY) {
      Checks.notNull("liveActivity", liveActivity);
    }
    if (relevanceScore != null && !isScore(relevanceScore, liveActivity)) {
      throw new InvalidNotificationException("relevanceScore", "is not within 0 to 1");
    }
  }

  /** Starts options that change nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.pushType = pushType;
    b.topic = topic;
    b.urgency = urgency;
    b.threadId = threadId;
    b.interruptionLevel = interruptionLevel;
    b.relevanceScore = relevanceScore;
    b.mutableContent = mutableContent;
    b.contentAvailable = contentAvailable;
    b.targetContentId = targetContentId;
    b.filterCriteria = filterCriteria;
    b.launchImage = launchImage;
    b.criticalSound = criticalSound;
    b.action = action;
    b.urlArguments.addAll(urlArguments);
    b.liveActivity = liveActivity;
    b.custom.putAll(custom);
    return b;
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "ApnsOptions[]";
  }

  private static boolean isScore(double score, @Nullable LiveActivity liveActivity) {
    return liveActivity == null ? score >= 0 && score <= 1 : Double.isFinite(score);
  }

  /** Builds {@link ApnsOptions}. Not thread-safe. */
  public static final class Builder {
    private @Nullable PushType pushType;
    private @Nullable String topic;
    private @Nullable Urgency urgency;
    private @Nullable String threadId;
    private @Nullable InterruptionLevel interruptionLevel;
    private @Nullable Double relevanceScore;
    private boolean mutableContent;
    private boolean contentAvailable;
    private @Nullable String targetContentId;
    private @Nullable String filterCriteria;
    private @Nullable String launchImage;
    private @Nullable CriticalSound criticalSound;
    private @Nullable String action;
    private final List<String> urlArguments = new ArrayList<>();
    private @Nullable LiveActivity liveActivity;
    private final Map<String, Object> custom = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets the kind of push; default an alert when there is something to show or hear, a background
     * push otherwise, a Live Activity when one is given.
     */
    public Builder pushType(@Nullable PushType value) {
      this.pushType = value;
      return this;
    }

    /**
     * Sets the topic in place of the provider's; default the app's, with the suffix that the push
     * type asks for.
     */
    public Builder topic(@Nullable String value) {
      this.topic = value;
      return this;
    }

    /** Sets when the device gets it; default by the notification's priority and the push type. */
    public Builder urgency(@Nullable Urgency value) {
      this.urgency = value;
      return this;
    }

    /** Sets the group under which the notification center shows it. */
    public Builder threadId(@Nullable String value) {
      this.threadId = value;
      return this;
    }

    /** Sets how much it may disturb; default the system's. */
    public Builder interruptionLevel(@Nullable InterruptionLevel value) {
      this.interruptionLevel = value;
      return this;
    }

    /** Sets its rank among the app's notifications, 0 to 1 except for Live Activities. */
    public Builder relevanceScore(@Nullable Double value) {
      this.relevanceScore = value;
      return this;
    }

    /**
     * Sets whether the app's service extension may change it; also set when there is an image to
     * load.
     */
    public Builder mutableContent(boolean value) {
      this.mutableContent = value;
      return this;
    }

    /** Sets whether it wakes the app; always so for a background push. */
    public Builder contentAvailable(boolean value) {
      this.contentAvailable = value;
      return this;
    }

    /** Sets the window of the app to bring forward. */
    public Builder targetContentId(@Nullable String value) {
      this.targetContentId = value;
      return this;
    }

    /** Sets what the app's focus filter compares. */
    public Builder filterCriteria(@Nullable String value) {
      this.filterCriteria = value;
      return this;
    }

    /** Sets the picture or storyboard shown while the app starts. */
    public Builder launchImage(@Nullable String value) {
      this.launchImage = value;
      return this;
    }

    /**
     * Sets a sound that is heard although the device is muted, in place of the common one; the app
     * needs Apple's entitlement.
     */
    public Builder criticalSound(@Nullable CriticalSound value) {
      this.criticalSound = value;
      return this;
    }

    /** Sets the label of the button of a Safari web push. */
    public Builder action(@Nullable String value) {
      this.action = value;
      return this;
    }

    /** Adds to the values for the placeholders of a Safari web push's address, in order. */
    public Builder urlArguments(String value) {
      urlArguments.add(value);
      return this;
    }

    /** Sets the Live Activity to start, update or end. */
    public Builder liveActivity(@Nullable LiveActivity value) {
      this.liveActivity = value;
      return this;
    }

    /** Adds to the values beside {@code aps} that are more than the strings of the common data. */
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
    public ApnsOptions build() {
      return new ApnsOptions(
          pushType,
          topic,
          urgency,
          threadId,
          interruptionLevel,
          relevanceScore,
          mutableContent,
          contentAvailable,
          targetContentId,
          filterCriteria,
          launchImage,
          criticalSound,
          action,
          urlArguments,
          liveActivity,
          custom);
    }
  }
}
