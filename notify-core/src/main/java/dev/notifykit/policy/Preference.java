package dev.notifykit.policy;

import dev.notifykit.Channel;
import org.jspecify.annotations.Nullable;

/**
 * One choice of a recipient. A null part means "any": all three null is the global mute, a topic
 * alone mutes that topic.
 *
 * @param channel the channel, or null for all
 * @param category the category's name, or null for all
 * @param topic the topic, or null; set only when channel and category are null
 * @param optedIn whether this is an opt-in
 */
public record Preference(
    @Nullable Channel channel, @Nullable String category, @Nullable String topic, boolean optedIn) {

  /** Returns the same choice the other way round. */
  public Preference withOptedIn(boolean value) {
    return new Preference(channel, category, topic, value);
  }

  boolean isAbout(
      @Nullable Channel otherChannel, @Nullable String otherCategory, @Nullable String otherTopic) {
    return channel == otherChannel
        && java.util.Objects.equals(category, otherCategory)
        && java.util.Objects.equals(topic, otherTopic);
  }
}
