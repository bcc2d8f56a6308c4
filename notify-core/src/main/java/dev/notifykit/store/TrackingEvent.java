package dev.notifykit.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something a recipient or a provider did with a delivery.
 *
 * @param id identifies the event, so that a repeated report counts once; the provider's id for it,
 *     or one derived from what it says
 * @param tenant the tenant, empty for the default one
 * @param deliveryId the delivery
 * @param kind what happened
 * @param detail the link that was clicked, or the provider's code; null if there is nothing to say
 * @param at when
 */
public record TrackingEvent(
    String id, String tenant, UUID deliveryId, Kind kind, @Nullable String detail, Instant at) {
  /** What happened. */
  public enum Kind {
    /** The message was opened. */
    OPENED,
    /** A link in it was followed. */
    CLICKED,
    /** It arrived. */
    DELIVERED,
    /** It came back. */
    BOUNCED,
    /** It was reported as spam. */
    COMPLAINED,
    /** The recipient unsubscribed through it. */
    UNSUBSCRIBED
  }

  /** Shows no detail: a link may hold what only its reader is to know. */
  @Override
  public String toString() {
    return "TrackingEvent[" + kind + " " + deliveryId + "]";
  }
}
