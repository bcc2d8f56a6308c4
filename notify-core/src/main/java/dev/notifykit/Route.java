package dev.notifykit;

import java.util.Locale;

/**
 * A durable queue of its own with its own workers, in-flight limit and breakers, so that a slow or
 * failing provider on one route delays no other.
 */
public enum Route {
  /** Pushes to Apple devices. */
  APNS,
  /** Pushes to Android devices and browsers. */
  FCM,
  /** Text messages. */
  SMS,
  /** Mail. */
  EMAIL,
  /** Inbox entries. */
  INBOX;

  private final String key = name().toLowerCase(Locale.ROOT);

  /** Returns the lower-case name used in stores, metrics and logs: {@code apns}, {@code email}. */
  public String key() {
    return key;
  }

  /** Returns the channel whose deliveries take this route. */
  public Channel channel() {
    return switch (this) {
      case APNS, FCM -> Channel.PUSH;
      case SMS -> Channel.SMS;
      case EMAIL -> Channel.EMAIL;
      case INBOX -> Channel.INBOX;
    };
  }

  /**
   * Returns the route with this key.
   *
   * @param key as {@link #key()} returns it
   * @throws InvalidNotificationException if no route has that key
   */
  public static Route ofKey(String key) {
    for (Route route : values()) {
      if (route.key.equals(key)) {
        return route;
      }
    }
    throw new InvalidNotificationException("route", "is none of apns, fcm, sms, email, inbox");
  }
}
