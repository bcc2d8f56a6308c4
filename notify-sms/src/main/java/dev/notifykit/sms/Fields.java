package dev.notifykit.sms;

import dev.notifykit.Target;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What both services' webhooks have in common. */
final class Fields {
  private Fields() {}

  /** Returns a field's first value, empty if there is none. */
  static String first(Map<String, List<String>> fields, String name) {
    return fields.getOrDefault(name, List.of("")).get(0);
  }

  /** Returns a code as a number, -1 if it is none. */
  static int number(String code) {
    return code.matches("[0-9]{1,9}") ? Integer.parseInt(code) : -1;
  }

  /** Returns what follows for the number from the code of a message that did not arrive. */
  static Optional<WebhookEvent> consequence(
      CodeClass meaning, Origin origin, Target to, String code) {
    if (to.isMissing()) {
      return Optional.empty();
    }
    return switch (meaning) {
      case INVALID_TARGET -> Optional.of(new WebhookEvent.TargetInvalid(origin, to, code));
      case OPTED_OUT ->
          Optional.of(
              new WebhookEvent.OptedOut(origin, to, WebhookEvent.Scope.CHANNEL, "code " + code));
      default -> Optional.empty();
    };
  }
}
