package dev.notifykit.sms;

import dev.notifykit.Target;
import dev.notifykit.tracking.Origin;
import dev.notifykit.tracking.WebhookEvent;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a recipient's answer of one word asks for: the keywords that carriers and the CTIA's
 * messaging principles name.
 */
enum SmsKeyword {
  STOP("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"),
  START("START", "YES", "UNSTOP"),
  HELP("HELP", "INFO");

  private final Set<String> words;

  SmsKeyword(String... words) {
    this.words = Set.of(words);
  }

  /** Returns the keyword that the whole text is, whatever its case and the blanks around it. */
  static Optional<SmsKeyword> of(String text) {
    String word = text.strip().toUpperCase(Locale.ROOT);
    for (SmsKeyword keyword : values()) {
      if (keyword.words.contains(word)) {
        return Optional.of(keyword);
      }
    }
    return Optional.empty();
  }

  WebhookEvent event(Origin origin, Target from) {
    return switch (this) {
      case STOP -> new WebhookEvent.OptedOut(origin, from, WebhookEvent.Scope.CHANNEL, name());
      case START -> new WebhookEvent.OptedIn(origin, from, name());
      case HELP -> new WebhookEvent.HelpRequested(origin, from);
    };
  }
}
