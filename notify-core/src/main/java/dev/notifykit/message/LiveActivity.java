package dev.notifykit.message;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.internal.Checks;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts, updates or ends a Live Activity on the lock screen of an iPhone. The device's token is
 * the push-to-start token for a start and the activity's own token otherwise.
 *
 * <p>A start alerts the user: the message needs a title or a body ({@code alert}).
 *
 * @param event what happens to the activity
 * @param contentState the dynamic state, as the app's {@code ContentState} decodes it; if it is
 *     empty, an end leaves it out and the last one stays
 * @param attributesType the name of the app's attributes type; for a start only, and required there
 * @param attributes the static attributes; for a start only
 * @param input where the started activity gets its updates from; for a start only. Null for what
 *     the system chooses: the only choice before iOS 18, which starts no activity otherwise
 * @param timestamp when the state was true: the device ignores an older one; default the time of
 *     the send, so set it where the order of updates matters
 * @param staleAt from when the device shows the state as outdated, or null
 * @param dismissAt when an ended activity leaves the lock screen, or null for the system's choice
 * @see <a
 *     href="https://developer.apple.com/documentation/activitykit/starting-and-updating-live-activities-with-activitykit-push-notifications">Apple's
 *     description</a>
 */
public record LiveActivity(
    Event event,
    Map<String, Object> contentState,
    @Nullable String attributesType,
    Map<String, Object> attributes,
    @Nullable Input input,
    @Nullable Instant timestamp,
    @Nullable Instant staleAt,
    @Nullable Instant dismissAt) {

  /** What happens to a Live Activity. */
  public enum Event {
    /** It appears. */
    START,
    /** Its state changes. */
    UPDATE,
    /** It is over. */
    END
  }

  /**
   * Where a started activity gets its updates from, from iOS 18 on.
   *
   * @param channel the id of a broadcast channel ({@code input-push-channel}); null for a token of
   *     the activity's own, which the app is then given ({@code input-push-token})
   */
  public record Input(@Nullable String channel) {
    /** Checks the id. */
    public Input {
      if (channel != null) {
        Checks.name("liveActivity.input.channel", channel);
      }
    }
  }

  /** Checks and copies. */
  public LiveActivity {
    Checks.notNull("liveActivity.event", event);
    contentState = JsonValues.copy("liveActivity.contentState", contentState);
    attributes = JsonValues.copy("liveActivity.attributes", attributes);
    if ((event == Event.START) != (attributesType != null)) {
      throw new InvalidNotificationException(
          "liveActivity.attributesType", "is needed for a start and only there");
    }
    if (event != Event.START && !attributes.isEmpty()) {
      throw new InvalidNotificationException("liveActivity.attributes", "are for a start only");
    }
    if (event != Event.START && input != null) {
      throw new InvalidNotificationException("liveActivity.input", "is for a start only");
    }
  }

  /**
   * Starts an activity.
   *
   * @param attributesType the name of the app's attributes type
   * @param attributes the static attributes
   * @param contentState the first state
   */
  public static LiveActivity start(
      String attributesType, Map<String, Object> attributes, Map<String, Object> contentState) {
    return new LiveActivity(
        Event.START,
        contentState,
        Checks.name("liveActivity.attributesType", attributesType),
        attributes,
        null,
        null,
        null,
        null);
  }

  /** Changes an activity's state. */
  public static LiveActivity update(Map<String, Object> contentState) {
    return new LiveActivity(Event.UPDATE, contentState, null, Map.of(), null, null, null, null);
  }

  /** Ends an activity with its last state. */
  public static LiveActivity end(Map<String, Object> contentState) {
    return new LiveActivity(Event.END, contentState, null, Map.of(), null, null, null, null);
  }

  /** Ends an activity, whose last state stays. */
  public static LiveActivity end() {
    return end(Map.of());
  }

  /**
   * Returns a copy of a start that has the app given a token for the activity's updates ({@code
   * input-push-token}), from iOS 18 on.
   */
  public LiveActivity withInputPushToken() {
    return withInput(new Input(null));
  }

  /**
   * Returns a copy of a start whose activity gets its updates from a broadcast channel ({@code
   * input-push-channel}), from iOS 18 on.
   *
   * @param channelId the channel's id, as APNs gave it in {@code apns-channel-id}
   */
  public LiveActivity withInputPushChannel(String channelId) {
    return withInput(new Input(Checks.name("liveActivity.input.channel", channelId)));
  }

  private LiveActivity withInput(Input value) {
    return new LiveActivity(
        event, contentState, attributesType, attributes, value, timestamp, staleAt, dismissAt);
  }

  /** Returns a copy whose state was true at this time. */
  public LiveActivity withTimestamp(@Nullable Instant value) {
    return new LiveActivity(
        event, contentState, attributesType, attributes, input, value, staleAt, dismissAt);
  }

  /** Returns a copy that is outdated from this time on. */
  public LiveActivity withStaleAt(@Nullable Instant value) {
    return new LiveActivity(
        event, contentState, attributesType, attributes, input, timestamp, value, dismissAt);
  }

  /** Returns a copy that leaves the lock screen at this time once it has ended. */
  public LiveActivity withDismissAt(@Nullable Instant value) {
    return new LiveActivity(
        event, contentState, attributesType, attributes, input, timestamp, staleAt, value);
  }

  /** Returns the event only: state is content. */
  @Override
  public String toString() {
    return "LiveActivity[" + event + "]";
  }
}
