package dev.notifykit.policy;

import dev.notifykit.InvalidNotificationException;
import java.util.regex.Pattern;

/** Which event ids are well formed; the others are refused. */
public enum EventIdPolicy {
  /** Any id of up to 200 characters without control characters. The default. */
  ANY {
    @Override
    public void check(String eventId) {}
  },
  /** {@code service#unique}: a service name, a hash sign, and what is unique within it. */
  SERVICE_SCOPED {
    @Override
    public void check(String eventId) {
      if (!SERVICE_SCOPED_FORM.matcher(eventId).matches()) {
        throw new InvalidNotificationException(
            "eventId",
            "is not of the form service#unique, with service in a-z, 0-9, '.', '_', '-'");
      }
    }
  };

  private static final Pattern SERVICE_SCOPED_FORM =
      Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}#[\\x21-\\x7e]{1,128}");

  /**
   * Accepts or refuses an id.
   *
   * @param eventId an id of at most 200 characters
   * @throws InvalidNotificationException if it is malformed
   */
  public abstract void check(String eventId);
}
