package dev.notifykit.message;

import dev.notifykit.internal.Checks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only FCM knows about a push. Immutable; every part is optional. The common parts are in
 * PushMessage. A topic or a condition is a target: see Device.topic.
 *
 * @param kind whether FCM shows it or the app gets it; default a notification when there is a
 *     title, a body or a picture, data otherwise
 * @param android what only Android knows
 * @param webpush what only browsers know
 * @param apnsHeaders the APNs headers for Apple devices that are registered with FCM
 * @param apnsPayload the APNs payload, with {@code aps}, for Apple devices that are registered with
 *     FCM
 * @param apnsImage the https address of a picture for Apple devices that are registered with FCM,
 *     in place of the common one
 * @param apnsAnalyticsLabel the label for Google's statistics of Apple devices, in place of the
 *     common one
 * @param liveActivityToken the token of the Live Activity on an Apple device registered with FCM
 *     that the APNs payload starts, updates or ends
 * @param dryRun whether FCM only checks the message and sends nothing
 * @see <a href="https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages">Google's
 *     reference</a>
 */
public record FcmOptions(
    @Nullable Kind kind,
    @Nullable AndroidOptions android,
    @Nullable WebpushOptions webpush,
    Map<String, String> apnsHeaders,
    Map<String, Object> apnsPayload,
    @Nullable String apnsImage,
    @Nullable String apnsAnalyticsLabel,
    @Nullable String liveActivityToken,
    boolean dryRun) {

  /** Who handles an arriving push. */
  public enum Kind {
    /** The system shows it while the app is in the background. */
    NOTIFICATION,
    /** The app gets it as data, always; title and body are among the data. */
    DATA
  }

  /** Checks and copies. */
  public FcmOptions {
    apnsHeaders = JsonValues.strings("apnsHeaders", apnsHeaders);
    apnsPayload = JsonValues.copy("apnsPayload", apnsPayload);
    if (liveActivityToken != null) {
      Checks.name("liveActivityToken", liveActivityToken);
    }
  }

  /** Starts options that change nothing. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder b = new Builder();
    b.kind = kind;
    b.android = android;
    b.webpush = webpush;
    b.apnsHeaders.putAll(apnsHeaders);
    b.apnsPayload.putAll(apnsPayload);
    b.apnsImage = apnsImage;
    b.apnsAnalyticsLabel = apnsAnalyticsLabel;
    b.liveActivityToken = liveActivityToken;
    b.dryRun = dryRun;
    return b;
  }

  /** Returns the type only: content does not belong in logs. */
  @Override
  public String toString() {
    return "FcmOptions[]";
  }

  /** Builds {@link FcmOptions}. Not thread-safe. */
  public static final class Builder {
    private @Nullable Kind kind;
    private @Nullable AndroidOptions android;
    private @Nullable WebpushOptions webpush;
    private final Map<String, String> apnsHeaders = new LinkedHashMap<>();
    private final Map<String, Object> apnsPayload = new LinkedHashMap<>();
    private @Nullable String apnsImage;
    private @Nullable String apnsAnalyticsLabel;
    private @Nullable String liveActivityToken;
    private boolean dryRun;

    private Builder() {}

    /**
     * Sets whether FCM shows it or the app gets it; default a notification when there is a title, a
     * body or a picture, data otherwise.
     */
    public Builder kind(@Nullable Kind value) {
      this.kind = value;
      return this;
    }

    /** Sets what only Android knows. */
    public Builder android(@Nullable AndroidOptions value) {
      this.android = value;
      return this;
    }

    /** Sets what only browsers know. */
    public Builder webpush(@Nullable WebpushOptions value) {
      this.webpush = value;
      return this;
    }

    /** Adds to the APNs headers for Apple devices that are registered with FCM. */
    public Builder apnsHeaders(String name, String value) {
      apnsHeaders.put(name, value);
      return this;
    }

    /**
     * Adds to the APNs payload, with {@code aps}, for Apple devices that are registered with FCM.
     */
    public Builder apnsPayload(String name, Object value) {
      apnsPayload.put(name, value);
      return this;
    }

    /**
     * Sets the https address of a picture for Apple devices that are registered with FCM, in place
     * of the common one.
     */
    public Builder apnsImage(@Nullable String value) {
      this.apnsImage = value;
      return this;
    }

    /** Sets the label for Google's statistics of Apple devices, in place of the common one. */
    public Builder apnsAnalyticsLabel(@Nullable String value) {
      this.apnsAnalyticsLabel = value;
      return this;
    }

    /**
     * Sets the token of the Live Activity on an Apple device registered with FCM that the APNs
     * payload starts, updates or ends.
     */
    public Builder liveActivityToken(@Nullable String value) {
      this.liveActivityToken = value;
      return this;
    }

    /** Sets whether FCM only checks the message and sends nothing. */
    public Builder dryRun(boolean value) {
      this.dryRun = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws dev.notifykit.InvalidNotificationException if an option is malformed or contradicts
     *     another
     */
    public FcmOptions build() {
      return new FcmOptions(
          kind,
          android,
          webpush,
          apnsHeaders,
          apnsPayload,
          apnsImage,
          apnsAnalyticsLabel,
          liveActivityToken,
          dryRun);
    }
  }
}
