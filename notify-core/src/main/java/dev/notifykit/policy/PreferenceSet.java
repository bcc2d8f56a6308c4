package dev.notifykit.policy;

import dev.notifykit.Channel;
import dev.notifykit.SuppressionReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything a recipient chose, and {@link #suppression}, the one place that says what follows from
 * it. Immutable.
 *
 * @param choices the choices, at most one about the same channel, category and topic
 * @param quietHours the recipient's own quiet hours, or null for the client's
 * @param erased whether the recipient was erased and not saved again
 */
public record PreferenceSet(
    List<Preference> choices, @Nullable QuietHours quietHours, boolean erased) {
  /** The preferences of someone who chose nothing. */
  public static final PreferenceSet NONE = new PreferenceSet(List.of(), null, false);

  /** Copies the choices. */
  public PreferenceSet {
    choices = List.copyOf(choices);
  }

  /** Returns this set with one choice added or replaced. */
  public PreferenceSet with(Preference choice) {
    List<Preference> next = new ArrayList<>(choices);
    next.removeIf(c -> c.isAbout(choice.channel(), choice.category(), choice.topic()));
    next.add(choice);
    return new PreferenceSet(next, quietHours, erased);
  }

  /** Returns this set with other quiet hours, or with the client's if null. */
  public PreferenceSet withQuietHours(@Nullable QuietHours value) {
    return new PreferenceSet(choices, value, erased);
  }

  /**
   * Returns why a delivery must not be sent, or empty if it may be. The narrowest choice wins: one
   * about channel and category before one about the channel, before one about the category. A
   * channel that is on says nothing about a category.
   *
   * @param channel the delivery's channel
   * @param category the notification's category
   * @param topic the notification's topic, or null
   */
  public Optional<SuppressionReason> suppression(
      Channel channel, Category category, @Nullable String topic) {
    if (erased) {
      return Optional.of(SuppressionReason.ERASED);
    }
    if (category.isMandatory()) {
      return Optional.empty();
    }
    if (choices.isEmpty()) {
      return withoutChoice(category);
    }
    if (isOut(null, null, null) || (topic != null && isOut(null, null, topic))) {
      return Optional.of(SuppressionReason.OPTED_OUT);
    }
    Boolean narrow = choice(channel, category.name(), null);
    if (narrow != null) {
      return narrow ? Optional.empty() : Optional.of(SuppressionReason.CATEGORY_OFF);
    }
    if (isOut(channel, null, null)) {
      return Optional.of(SuppressionReason.CHANNEL_OFF);
    }
    Boolean wide = choice(null, category.name(), null);
    if (wide != null) {
      return wide ? Optional.empty() : Optional.of(SuppressionReason.CATEGORY_OFF);
    }
    return withoutChoice(category);
  }

  private static Optional<SuppressionReason> withoutChoice(Category category) {
    return category.consent() == Category.Consent.OPT_IN
        ? Optional.of(SuppressionReason.CATEGORY_OFF)
        : Optional.empty();
  }

  private boolean isOut(@Nullable Channel channel, @Nullable String cat, @Nullable String topic) {
    Boolean choice = choice(channel, cat, topic);
    return choice != null && !choice;
  }

  private @Nullable Boolean choice(
      @Nullable Channel channel, @Nullable String category, @Nullable String topic) {
    for (int i = 0; i < choices.size(); i++) {
      Preference choice = choices.get(i);
      if (choice.isAbout(channel, category, topic)) {
        return choice.optedIn();
      }
    }
    return null;
  }
}
