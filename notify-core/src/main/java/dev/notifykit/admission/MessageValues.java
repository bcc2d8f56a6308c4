package dev.notifykit.admission;

import dev.notifykit.message.Attachment;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.LocalizedText;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What given content shows its reader, as values to compare by. How it is carried, as by headers or
 * a push service's options, is left out: there a repeat may differ, as by the time it was made at.
 */
final class MessageValues {
  private MessageValues() {}

  static Map<String, Object> of(Message message) {
    if (message instanceof EmailMessage mail) {
      return Map.of(
          "subject", mail.subject(),
          "html", mail.html().orElse(""),
          "text", mail.text().orElse(""),
          "attachments", mail.attachments().stream().map(MessageValues::of).toList());
    }
    if (message instanceof SmsMessage sms) {
      return Map.of("text", sms.text(), "media", sms.mediaUrls());
    }
    if (message instanceof PushMessage push) {
      return of(push);
    }
    InboxMessage inbox = (InboxMessage) message;
    return Map.of(
        "title", inbox.title(),
        "body", inbox.body().orElse(""),
        "link", inbox.link().orElse(""),
        "data", inbox.data());
  }

  private static Map<String, Object> of(PushMessage push) {
    return Map.of(
        "title", text(push.title(), push.titleKey()),
        "subtitle", text(push.subtitle(), push.subtitleKey()),
        "body", text(push.body(), push.bodyKey()),
        "image", push.image().orElse(""),
        "link", push.link().orElse(""),
        "data", push.data());
  }

  private static List<Object> text(Optional<String> plain, Optional<LocalizedText> looked) {
    return List.of(
        plain.orElse(""),
        looked.map(LocalizedText::key).orElse(""),
        looked.map(LocalizedText::arguments).orElse(List.of()));
  }

  static List<Object> of(Attachment attachment) {
    CRC32C sum = new CRC32C();
    sum.update(attachment.content());
    return List.of(attachment.fileName(), attachment.size(), sum.getValue());
  }
}
