package dev.notifykit.spring.boot;

import dev.notifykit.template.TemplateSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.context.MessageSource;

/**
 * Takes template files from message bundles: {@code order-shipped/ko/email.subject} is the message
 * {@code <prefix>order-shipped.email.subject} in Korean, and {@code partials/ko/bye.txt} is {@code
 * <prefix>partials.bye.txt}. The texts are Mustache, without arguments of MessageFormat.
 */
final class MessageTemplates implements TemplateSource {
  private final MessageSource messages;
  private final String prefix;

  MessageTemplates(MessageSource messages, String prefix) {
    this.messages = messages;
    this.prefix = prefix;
  }

  @Override
  public Optional<String> read(String path) {
    List<String> parts = List.of(path.split("/"));
    int last = parts.size() - 1;
    boolean localised = last == 2;
    Locale locale = localised ? Locale.forLanguageTag(parts.get(1)) : Locale.ROOT;
    String code = prefix + parts.get(0) + "." + parts.get(last);
    if (last < 1 || last > 2) {
      return Optional.empty();
    }
    return Optional.ofNullable(messages.getMessage(code, null, null, locale));
  }
}
