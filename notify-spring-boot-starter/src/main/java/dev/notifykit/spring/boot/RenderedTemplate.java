package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.TemplateException;
import dev.notifykit.message.EmailMessage;
import dev.notifykit.message.InboxMessage;
import dev.notifykit.message.Message;
import dev.notifykit.message.PushMessage;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.template.RenderRequest;
import dev.notifykit.template.Template;
import dev.notifykit.template.TemplateSource;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A template whose parts a {@link TemplateRenderer} renders. */
final class RenderedTemplate implements Template {
  private static final List<String> PARTS =
      List.of(
          "email.subject",
          "email.html",
          "email.txt",
          "sms.txt",
          "push.title",
          "push.body",
          "inbox.title",
          "inbox.body");

  private final String key;
  private final TemplateRenderer renderer;
  private final Set<String> parts = new HashSet<>();
  private final Set<Channel> channels = EnumSet.noneOf(Channel.class);

  RenderedTemplate(String key, TemplateRenderer renderer) {
    this.key = key;
    this.renderer = renderer;
    PARTS.stream().filter(part -> renderer.exists(key + "/" + part)).forEach(parts::add);
    if (has("email.subject") && (has("email.html") || has("email.txt"))) {
      channels.add(Channel.EMAIL);
    }
    if (has("sms.txt")) {
      channels.add(Channel.SMS);
    }
    if (has("push.title") || has("push.body")) {
      channels.add(Channel.PUSH);
    }
    if (has("inbox.title")) {
      channels.add(Channel.INBOX);
    }
  }

  private boolean has(String part) {
    return parts.contains(part);
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Set<Channel> channels() {
    return Set.copyOf(channels);
  }

  @Override
  public Optional<String> category() {
    return Optional.empty();
  }

  /** Does nothing: what a template of this engine needs, only the engine knows. */
  @Override
  public void checkParameters(Channel channel, @Nullable Locale locale, Map<String, Object> data) {}

  @Override
  public Message render(Channel channel, RenderRequest request) {
    Map<String, Object> model = model(request);
    Locale locale = request.locale() == null ? Locale.ROOT : request.locale();
    return switch (channel) {
      case EMAIL -> email(request, model, locale);
      case SMS -> SmsMessage.of(required("sms.txt", model, locale));
      case PUSH ->
          PushMessage.builder()
              .title(line("push.title", model, locale))
              .body(line("push.body", model, locale))
              .build();
      case INBOX ->
          InboxMessage.builder()
              .title(required("inbox.title", model, locale))
              .body(line("inbox.body", model, locale))
              .build();
    };
  }

  private static Map<String, Object> model(RenderRequest request) {
    Map<String, Object> recipient = new HashMap<>();
    recipient.put("id", request.recipientId());
    if (request.recipientName() != null) {
      recipient.put("name", request.recipientName());
    }
    Map<String, Object> model = new HashMap<>(request.data());
    model.put("recipient", recipient);
    return model;
  }

  private EmailMessage email(RenderRequest request, Map<String, Object> model, Locale locale) {
    EmailMessage.Builder mail =
        EmailMessage.builder()
            .subject(required("email.subject", model, locale))
            .html(text("email.html", model, locale))
            .text(text("email.txt", model, locale));
    request.attachments().forEach(mail::attachment);
    return mail.build();
  }

  private String required(String part, Map<String, Object> model, Locale locale) {
    String line = line(part, model, locale);
    if (line == null) {
      throw new TemplateException("template '" + key + "' has no part " + part);
    }
    return line;
  }

  private @Nullable String line(String part, Map<String, Object> model, Locale locale) {
    String text = text(part, model, locale);
    return text == null ? null : text.stripTrailing();
  }

  private @Nullable String text(String part, Map<String, Object> model, Locale locale) {
    if (!has(part)) {
      return null;
    }
    String text;
    try {
      text = renderer.render(key + "/" + part, locale, model);
    } catch (RuntimeException e) {
      // The engine's message may quote a value.
      throw new TemplateException(
          "template '" + key + "', part " + part + ": the engine threw " + e.getClass().getName());
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > TemplateSource.MAX_FILE_BYTES) {
      throw new TemplateException("template '" + key + "', part " + part + " renders too much");
    }
    return text;
  }
}
