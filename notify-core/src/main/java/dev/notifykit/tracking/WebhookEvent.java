package dev.notifykit.tracking;

import dev.notifykit.DeliveryState;
import dev.notifykit.Target;
import org.jspecify.annotations.Nullable;

/**
 * Something a provider reported. The set is closed but may gain members. {@code toString} shows
 * neither an address nor a link.
 */
public sealed interface WebhookEvent {
  /** Returns where the event comes from. */
  Origin origin();

  /**
   * What became of a message.
   *
   * @param origin where the event comes from
   * @param state {@code ACCEPTED}, {@code DELIVERED} or {@code UNDELIVERED}
   * @param code the provider's code, or null
   */
  record DeliveryReport(Origin origin, DeliveryState state, @Nullable String code)
      implements WebhookEvent {}

  /**
   * The address or number does not work, and will not.
   *
   * @param origin where the event comes from
   * @param target the address or number
   * @param code the provider's code
   */
  record TargetInvalid(Origin origin, Target target, String code) implements WebhookEvent {}

  /** What an opt-out is about. */
  enum Scope {
    /** Everything on the channel. */
    CHANNEL,
    /** The category of the message it is an answer to. */
    CATEGORY
  }

  /**
   * The recipient wants no more.
   *
   * @param origin where the event comes from
   * @param target the address or number
   * @param scope no more of what
   * @param word how it was said: the keyword or the provider's event
   */
  record OptedOut(Origin origin, Target target, Scope scope, String word) implements WebhookEvent {}

  /**
   * The recipient wants messages again.
   *
   * @param origin where the event comes from
   * @param target the address or number
   * @param word how it was said: the keyword or the provider's event
   */
  record OptedIn(Origin origin, Target target, String word) implements WebhookEvent {}

  /**
   * The recipient asked for help by keyword. Nothing follows by itself.
   *
   * @param origin where the event comes from
   * @param target the number that asked
   */
  record HelpRequested(Origin origin, Target target) implements WebhookEvent {}

  /**
   * The recipient reported the message as spam.
   *
   * @param origin where the event comes from
   * @param target the address
   */
  record Complained(Origin origin, Target target) implements WebhookEvent {}

  /**
   * The message was opened.
   *
   * @param origin where the event comes from
   */
  record Opened(Origin origin) implements WebhookEvent {}

  /**
   * A link in the message was followed.
   *
   * @param origin where the event comes from
   * @param link the link, or null if the provider does not tell
   */
  record Clicked(Origin origin, @Nullable String link) implements WebhookEvent {
    /** A link may hold what only its reader is to know. */
    @Override
    public String toString() {
      return "Clicked[" + origin + "]";
    }
  }
}
