package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Recipient;
import dev.notifykit.Target;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import java.util.List;
import java.util.Optional;

/**
 * Refuses devices whose token no provider could send to, so that the caller learns of it who has
 * just got the token. Thread-safe.
 */
public final class DeviceTokens {
  private final List<Provider> providers;

  /**
   * Creates the check.
   *
   * @param providers asked for the targets on their routes that they serve
   */
  public DeviceTokens(List<Provider> providers) {
    this.providers = List.copyOf(providers);
  }

  /**
   * Checks the devices of a recipient that are sent to, which are those that are not disabled.
   *
   * @throws InvalidNotificationException if every provider that serves one of them refuses it
   */
  public void check(Recipient recipient) {
    recipient.targets(Channel.PUSH).forEach(this::check);
  }

  /**
   * Checks a device.
   *
   * @throws InvalidNotificationException if every provider that serves it refuses it
   */
  public void check(Target device) {
    Outcome.InvalidTarget refusal = null;
    for (Provider provider : providers) {
      if (provider.routes().contains(device.route()) && provider.serves(device)) {
        Optional<Outcome.InvalidTarget> refused = provider.check(device);
        if (refused.isEmpty()) {
          return;
        }
        refusal = refused.get();
      }
    }
    if (refusal != null) {
      throw refused(device, refusal);
    }
  }

  private static InvalidNotificationException refused(
      Target device, Outcome.InvalidTarget refusal) {
    return new InvalidNotificationException(
        "device.token",
        "of device "
            + device.key()
            + " has "
            + device.address().length()
            + " characters and would be refused: "
            + refusal.code());
  }
}
