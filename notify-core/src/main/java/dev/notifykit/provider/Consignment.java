package dev.notifykit.provider;

import dev.notifykit.Channel;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Routing} may decide by: a delivery without its content.
 *
 * @param deliveryId the delivery; the same over retries
 * @param tenant the tenant, empty for the default one
 * @param recipientId whom it is for
 * @param target the address or device
 * @param locale the language of the device, else of the recipient; null if neither is known
 * @param zone the recipient's zone, or null
 * @param category the category
 * @param priority how urgent it is
 */
public record Consignment(
    UUID deliveryId,
    String tenant,
    String recipientId,
    Target target,
    @Nullable Locale locale,
    @Nullable ZoneId zone,
    String category,
    Priority priority) {

  /**
   * Returns the recipient's country as two capital letters (ISO 3166): of a phone number its
   * calling code's, where a territory that shares a country's code counts as that country;
   * otherwise the locale's. Empty if that says none. A zone is no country: ask {@link #zone} in a
   * predicate where that is all there is.
   */
  public Optional<String> country() {
    if (target.channel() == Channel.SMS) {
      return Optional.ofNullable(CallingCodes.country(target.address()));
    }
    return locale == null || locale.getCountry().isEmpty()
        ? Optional.empty()
        : Optional.of(locale.getCountry());
  }

  /** Returns the delivery's id and nothing of the target. */
  @Override
  public String toString() {
    return "Consignment[" + deliveryId + "]";
  }
}
