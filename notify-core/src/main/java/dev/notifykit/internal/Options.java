package dev.notifykit.internal;

import dev.notifykit.ConfigurationException;
import dev.notifykit.InvalidNotificationException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link Checks} for what configures a client: the same is refused, but as a mistake in the setup,
 * not in a notification.
 */
public final class Options {
  private Options() {}

  /** Returns {@code value}, refusing null. */
  public static <T> T notNull(String option, @Nullable T value) {
    return configured(() -> Checks.notNull(option, value));
  }

  /** Returns {@code value}, refusing what {@link Checks#name} refuses. */
  public static String name(String option, @Nullable String value) {
    return configured(() -> Checks.name(option, value));
  }

  /** Returns {@code value}, refusing null, zero and negative durations. */
  public static Duration positive(String option, @Nullable Duration value) {
    return configured(() -> Checks.positive(option, value));
  }

  private static <T> T configured(Supplier<T> check) {
    try {
      return check.get();
    } catch (InvalidNotificationException e) {
      throw new ConfigurationException(String.valueOf(e.getMessage()));
    }
  }
}
