package dev.notifykit.policy;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.SuppressionReason;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's policies together, and the decisions that are taken twice: when a notification is
 * admitted and again just before it is sent. Immutable.
 *
 * @param categories the known categories by name; empty if any name will do
 * @param limits the rate limits
 * @param quietHours the client's quiet hours, or null for none
 * @param quietChannels the channels that quiet hours hold back
 * @param defaultZone the zone of recipients who have none
 */
public record DeliveryPolicy(
    Map<String, Category> categories,
    List<RateLimit> limits,
    @Nullable QuietHours quietHours,
    Set<Channel> quietChannels,
    ZoneId defaultZone) {

  /**
   * Returns a category by name.
   *
   * @param name the name
   * @throws InvalidNotificationException if categories are configured and this is none of them: a
   *     misspelt category would slip past opt-outs
   */
  public Category category(String name) {
    return category(name, null);
  }

  /**
   * Returns a category by name, as {@link #category(String)} does.
   *
   * @param name the name
   * @param template the key of the template that gives it, which a refusal then names; or null
   */
  public Category category(String name, @Nullable String template) {
    Category known = categories.get(name);
    if (known != null) {
      return known;
    }
    if (name.equals(Category.DEFAULT.name())) {
      return Category.DEFAULT;
    }
    if (!categories.isEmpty()) {
      throw new InvalidNotificationException(
          "category",
          (template == null ? "" : "of the template '" + template + "' ")
              + "is none of the configured ones: "
              + categories.keySet());
    }
    return Category.of(name);
  }

  /** Returns a category by name, with every default for one that is not configured any more. */
  public Category categoryOrDefaults(String name) {
    Category known = categories.get(name);
    if (known != null) {
      return known;
    }
    return name.equals(Category.DEFAULT.name()) ? Category.DEFAULT : Category.of(name);
  }

  /**
   * Returns why a delivery must not be sent, or empty.
   *
   * @param preferences the recipient's preferences
   * @param targetSuppressed whether its address must not be used
   * @param channel the channel
   * @param category the category
   * @param topic the topic, or null
   */
  public Optional<SuppressionReason> suppression(
      PreferenceSet preferences,
      boolean targetSuppressed,
      Channel channel,
      Category category,
      @Nullable String topic) {
    return targetSuppressed && !preferences.erased()
        ? Optional.of(SuppressionReason.INVALID_TARGET)
        : preferences.suppression(channel, category, topic);
  }

  /**
   * Returns until when a delivery has to wait for the recipient's quiet hours to end, or empty.
   *
   * @param preferences the recipient's preferences, whose own quiet hours count first
   * @param channel the channel
   * @param category the category
   * @param zone the recipient's zone, or null
   * @param at when it would be sent
   */
  public Optional<Instant> quietUntil(
      PreferenceSet preferences,
      Channel channel,
      Category category,
      @Nullable ZoneId zone,
      Instant at) {
    QuietHours hours = preferences.quietHours() != null ? preferences.quietHours() : quietHours;
    if (hours == null || category.isMandatory() || !quietChannels.contains(channel)) {
      return Optional.empty();
    }
    return hours.endAfter(at, zone == null ? defaultZone : zone);
  }
}
