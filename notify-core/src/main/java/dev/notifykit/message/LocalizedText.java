package dev.notifykit.message;

import dev.notifykit.internal.Checks;
import java.util.List;

/**
 * A text that the app on the device looks up in its own resources, in the device's language. Where
 * a plain text is given too, a device that finds the key shows the looked-up one.
 *
 * @param key the name in the app's string resources
 * @param arguments what fills the resource's placeholders, in order; default none
 */
public record LocalizedText(String key, List<String> arguments) {
  /** Checks and copies. */
  public LocalizedText {
    Checks.name("localization.key", key);
    arguments = arguments == null ? List.of() : List.copyOf(arguments);
  }

  /**
   * Returns a text by its key.
   *
   * @param key the name in the app's string resources
   * @param arguments what fills the resource's placeholders, in order
   */
  public static LocalizedText of(String key, String... arguments) {
    return new LocalizedText(key, List.of(arguments));
  }

  /** Returns the key only: arguments are content. */
  @Override
  public String toString() {
    return "LocalizedText[" + key + "]";
  }
}
