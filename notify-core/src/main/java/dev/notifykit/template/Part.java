package dev.notifykit.template;

import dev.notifykit.Channel;
import java.util.Arrays;
import java.util.List;

/** A file of a template. */
enum Part {
  EMAIL_SUBJECT(Channel.EMAIL, "email.subject", Syntax.TEXT),
  EMAIL_HTML(Channel.EMAIL, "email.html", Syntax.HTML),
  EMAIL_TEXT(Channel.EMAIL, "email.txt", Syntax.TEXT),
  SMS_TEXT(Channel.SMS, "sms.txt", Syntax.TEXT),
  SMS_JSON(Channel.SMS, "sms.json", Syntax.JSON),
  PUSH_TITLE(Channel.PUSH, "push.title", Syntax.TEXT),
  PUSH_BODY(Channel.PUSH, "push.body", Syntax.TEXT),
  PUSH_JSON(Channel.PUSH, "push.json", Syntax.JSON),
  INBOX_TITLE(Channel.INBOX, "inbox.title", Syntax.TEXT),
  INBOX_BODY(Channel.INBOX, "inbox.body", Syntax.TEXT),
  INBOX_JSON(Channel.INBOX, "inbox.json", Syntax.JSON);

  final Channel channel;
  final String fileName;
  final Syntax syntax;

  Part(Channel channel, String fileName, Syntax syntax) {
    this.channel = channel;
    this.fileName = fileName;
    this.syntax = syntax;
  }

  /** The mail's two bodies keep their last line break and can have a layout. */
  boolean isMailBody() {
    return this == EMAIL_HTML || this == EMAIL_TEXT;
  }

  static List<Part> of(Channel channel) {
    return Arrays.stream(values()).filter(part -> part.channel == channel).toList();
  }
}
