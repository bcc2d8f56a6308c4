package dev.notifykit.store.codec;

import dev.notifykit.Target;
import dev.notifykit.store.FallbackLink;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The part of a delivery that says whom to greet and where to send.
 *
 * @param recipientName how to greet them, or null
 * @param target where it goes
 * @param locale the language, or null
 * @param zone the zone, or null
 * @param fallback how the delivery is tied to others, or null
 * @param erased whether the recipient was erased and this is what remains
 */
public record StoredAddress(
    @Nullable String recipientName,
    Target target,
    @Nullable Locale locale,
    @Nullable ZoneId zone,
    @Nullable FallbackLink fallback,
    boolean erased) {
  /** Returns nothing of the address. */
  @Override
  public String toString() {
    return "StoredAddress[" + target + "]";
  }
}
