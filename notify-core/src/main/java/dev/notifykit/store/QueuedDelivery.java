package dev.notifykit.store;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.Target;
import java.time.ZoneId;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One target of a notification, with all that is needed to send to it. Never changes; what changes
 * (state, token, attempts, due time) is the store's.
 *
 * @param id a time-ordered id
 * @param notification the notification
 * @param recipientId whom it is for
 * @param recipientName how to greet them, or null
 * @param target where it goes; {@link Target#isMissing missing} only if it is suppressed
 * @param locale the language, or null for the template's default
 * @param zone the recipient's zone, or null for the client's default
 */
public record QueuedDelivery(
    UUID id,
    StoredNotification notification,
    String recipientId,
    @Nullable String recipientName,
    Target target,
    @Nullable Locale locale,
    @Nullable ZoneId zone) {

  /** Returns the channel. */
  public Channel channel() {
    return target.channel();
  }

  /** Returns the queue it takes. */
  public Route route() {
    return target.route();
  }
}
