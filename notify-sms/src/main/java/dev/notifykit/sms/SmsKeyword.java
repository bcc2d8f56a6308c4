package dev.notifykit.sms;

import dev.notifykit.Target;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a recipient's answer of one word asks for: the keywords that carriers and the CTIA's
 * messaging principles name.
 */
enum SmsKeyword {
  STOP,
  START,
  HELP;

  private static final Map<String, SmsKeyword> WORDS =
      Map.ofEntries(
          Map.entry("STOP", STOP),
          Map.entry("STOPALL", STOP),
          Map.entry("UNSUBSCRIBE", STOP),
          Map.entry("CANCEL", STOP),
          Map.entry("END", STOP),
          Map.entry("QUIT", STOP),
          Map.entry("REVOKE", STOP),
          Map.entry("OPTOUT", STOP),
          Map.entry("START", START),
          Map.entry("YES", START),
          Map.entry("UNSTOP", START),
          Map.entry("HELP", HELP),
          Map.entry("INFO", HELP));

  /** Returns the keyword that the whole text is, whatever its case and the blanks around it. */
  static Optional<SmsKeyword> of(String text) {
    return Optional.ofNullable(WORDS.get(text.strip().toUpperCase(Locale.ROOT)));
  }

  WebhookEvent event(Origin origin, Target from) {
    return switch (this) {
      case STOP -> new WebhookEvent.OptedOut(origin, from, WebhookEvent.Scope.CHANNEL, name());
      case START -> new WebhookEvent.OptedIn(origin, from, name());
      case HELP -> new WebhookEvent.HelpRequested(origin, from);
    };
  }
}
