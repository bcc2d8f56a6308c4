package dev.notifykit.template;

import com.samskivert.mustache.Template;
import dev.notifykit.Channel;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.TemplateException;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A template's compiled parts for one channel in one language. Thread-safe. */
final class ChannelContent {
  private final String label;
  private final Channel channel;
  private final Map<Part, CompiledPart> parts;
  private final Parameter[] required;

  /** A part with its name for messages. */
  record CompiledPart(Template template, String label) {}

  ChannelContent(
      String label, Channel channel, Map<Part, CompiledPart> parts, List<Parameter> required) {
    this.label = label;
    this.channel = channel;
    this.parts = new EnumMap<>(parts);
    this.required = required.toArray(new Parameter[0]);
    requireWhole();
  }

  /** Refuses a channel that could never make a message. */
  private void requireWhole() {
    if (channel == Channel.EMAIL) {
      require(Part.EMAIL_SUBJECT, Part.EMAIL_SUBJECT);
      require(Part.EMAIL_HTML, Part.EMAIL_TEXT);
    } else if (channel == Channel.SMS) {
      require(Part.SMS_TEXT, Part.SMS_TEXT);
    } else if (channel == Channel.INBOX) {
      require(Part.INBOX_TITLE, Part.INBOX_JSON);
    }
  }

  private void require(Part part, Part other) {
    if (!parts.containsKey(part) && !parts.containsKey(other)) {
      String names = part == other ? part.fileName : part.fileName + " or " + other.fileName;
      throw new TemplateException(label + ": there is no " + names);
    }
  }

  void check(Map<String, Object> data) {
    for (Parameter parameter : required) {
      if (parameter.isMissing(data)) {
        throw new TemplateException(label + ": the parameter " + parameter + " is missing");
      }
    }
  }

  Message render(RenderRequest request) {
    check(request.data());
    Values values =
        new Values(request.data(), request.recipientId(), request.recipientName(), request.links());
    return switch (channel) {
      case EMAIL -> email(values, request);
      case SMS -> sms(values);
      case PUSH -> push(values);
      case INBOX -> inbox(values);
    };
  }

  private EmailMessage email(Values values, RenderRequest request) {
    EmailMessage.Builder mail =
        EmailMessage.builder()
            .subject(subject(values))
            .html(text(Part.EMAIL_HTML, values))
            .text(text(Part.EMAIL_TEXT, values));
    request.attachments().forEach(mail::attachment);
    return mail.build();
  }

  private SmsMessage sms(Values values) {
    String text = text(Part.SMS_TEXT, values);
    if (text == null || text.isBlank()) {
      throw new TemplateException(label + ": " + Part.SMS_TEXT.fileName + " came out blank");
    }
    SmsMessage.Builder sms = SmsMessage.builder().text(text);
    String json = text(Part.SMS_JSON, values);
    if (json != null) {
      JsonContent.SMS.apply(json, sms, parts.keySet(), label + ", " + Part.SMS_JSON.fileName);
    }
    return build(sms::build, Part.SMS_JSON);
  }

  private PushMessage push(Values values) {
    PushMessage.Builder push =
        PushMessage.builder()
            .title(text(Part.PUSH_TITLE, values))
            .body(text(Part.PUSH_BODY, values));
    String json = text(Part.PUSH_JSON, values);
    if (json != null) {
      JsonContent.PUSH.apply(json, push, parts.keySet(), label + ", " + Part.PUSH_JSON.fileName);
    }
    return build(push::build, Part.PUSH_JSON);
  }

  /** Fields that are right each by itself may contradict each other. */
  private <M> M build(Supplier<M> message, Part file) {
    try {
      return message.get();
    } catch (InvalidNotificationException e) {
      throw new TemplateException(label + ", " + file.fileName + ": " + e.getMessage());
    }
  }

  private InboxMessage inbox(Values values) {
    InboxMessage.Builder inbox = InboxMessage.builder().body(text(Part.INBOX_BODY, values));
    String title = text(Part.INBOX_TITLE, values);
    if (title != null) {
      inbox.title(title);
    }
    String json = text(Part.INBOX_JSON, values);
    if (json != null) {
      String where = label + ", " + Part.INBOX_JSON.fileName;
      boolean titled = JsonContent.INBOX.apply(json, inbox, parts.keySet(), where);
      if (title == null && !titled) {
        throw new TemplateException(where + ": there is no title");
      }
    }
    return inbox.build();
  }

  private @Nullable String text(Part part, Values values) {
    CompiledPart compiled = parts.get(part);
    return compiled == null ? null : Output.render(compiled.template, values, compiled.label);
  }

  private String subject(Values values) {
    String subject = text(Part.EMAIL_SUBJECT, values);
    if (subject == null || subject.isBlank()) {
      throw new TemplateException(label + ": the subject came out blank");
    }
    for (int i = 0; i < subject.length(); i++) {
      char c = subject.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        throw new TemplateException(
            label
                + ": the subject would hold the control character U+%04X; it is a single line"
                    .formatted((int) c));
      }
    }
    return subject;
  }
}
