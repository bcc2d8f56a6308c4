package dev.notifykit.admission;

import dev.notifykit.Channel;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.util.Map;

/** What given content says, as one string to compare by. */
final class MessageText {
  private MessageText() {}

  static String of(Map<Channel, Message> contents) {
    StringBuilder text = new StringBuilder();
    contents.values().forEach(message -> text.append(of(message)).append('\0'));
    return text.toString();
  }

  private static String of(Message message) {
    if (message instanceof EmailMessage mail) {
      return mail.subject() + '\0' + mail.html().orElse("") + '\0' + mail.text().orElse("");
    }
    if (message instanceof SmsMessage sms) {
      return sms.text();
    }
    if (message instanceof PushMessage push) {
      return push.title().orElse("") + '\0' + push.body().orElse("") + '\0' + push.data();
    }
    InboxMessage inbox = (InboxMessage) message;
    return inbox.title() + '\0' + inbox.body().orElse("") + '\0' + inbox.data();
  }
}
