package dev.notifykit.email;

import dev.notifykit.tracking.WebhookEvent;

/** Events in a word or two. */
final class Meanings {
  private Meanings() {}

  static String of(WebhookEvent event) {
    String name = event.getClass().getSimpleName();
    if (event instanceof WebhookEvent.DeliveryReport report) {
      return name + " " + report.state();
    }
    if (event instanceof WebhookEvent.TargetInvalid invalid) {
      return name + " " + invalid.code();
    }
    if (event instanceof WebhookEvent.OptedOut out) {
      return name + " " + out.scope();
    }
    return event instanceof WebhookEvent.Clicked clicked ? name + " " + clicked.link() : name;
  }
}
