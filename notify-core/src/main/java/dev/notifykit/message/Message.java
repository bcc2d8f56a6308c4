package dev.notifykit.message;

import dev.notifykit.Channel;

/** A rendered message, ready for a provider. Immutable; {@code toString} shows no content. */
public sealed interface Message permits EmailMessage, SmsMessage, PushMessage, InboxMessage {
  /** Returns the channel this message is made for. */
  Channel channel();
}
