package dev.notifykit;

import org.jspecify.annotations.Nullable;

/** Skeleton; the engine is being written. */
public final class NotificationClient {
  private NotificationClient() {}

  /** The fluent form of a notification. */
  public static final class Draft extends NotificationBuilder<Draft> {
    Draft(@Nullable String template) {
      super(template);
    }

    @Override
    Draft self() {
      return this;
    }
  }
}
