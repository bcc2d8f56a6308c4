package dev.notifykit.tracking;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where an event comes from and which delivery it is about.
 *
 * @param eventId identifies the event, so that a repeated report counts once
 * @param provider the name of the {@link dev.notifykit.provider.Provider} that sent the message
 * @param messageId the provider's id of the message, or null if the delivery's id says enough
 * @param deliveryId the delivery, where the provider carried its id along; null if it did not
 * @param tenant the tenant, where it is known; null if it is not
 * @param at when it happened, as the provider says
 */
public record Origin(
    String eventId,
    String provider,
    @Nullable String messageId,
    @Nullable UUID deliveryId,
    @Nullable String tenant,
    Instant at) {
  /**
   * The name that providers carry the delivery's id along under: as a custom argument, a metadata
   * field or a parameter of the status callback.
   */
  public static final String DELIVERY_ID = "delivery_id";

  /** The name that providers carry the tenant along under, unless it is the default one. */
  public static final String TENANT = "tenant";

  /** Reads a delivery's id that came back from a provider; null if there is none or it is none. */
  public static @Nullable UUID deliveryId(@Nullable String text) {
    if (text == null || text.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
