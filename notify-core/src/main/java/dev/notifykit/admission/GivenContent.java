package dev.notifykit.admission;

import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Target;
import dev.notifykit.message.Message;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import java.util.List;
import java.util.Optional;

/**
 * Refuses content that is given ready and that no provider would take, so that the caller learns of
 * it and not a dead letter.
 */
final class GivenContent {
  private final List<Provider> providers;

  GivenContent(List<Provider> providers) {
    this.providers = List.copyOf(providers);
  }

  /**
   * Checks a message.
   *
   * @throws InvalidNotificationException if every provider that serves the target refuses it
   */
  void check(Target target, Message message) {
    Outcome.Rejected refusal = null;
    for (Provider provider : providers) {
      if (provider.channel() == target.channel()
          && provider.routes().contains(target.route())
          && provider.serves(target)) {
        Optional<Outcome.Rejected> refused = provider.check(target, message);
        if (refused.isEmpty()) {
          return;
        }
        refusal = refused.get();
      }
    }
    if (refusal != null) {
      throw new InvalidNotificationException(
          "content", "for " + target.channel() + " would be refused: " + refusal.code());
    }
  }
}
