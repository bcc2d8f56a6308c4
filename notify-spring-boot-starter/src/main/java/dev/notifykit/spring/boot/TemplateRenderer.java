package dev.notifykit.spring.boot;

import java.util.Locale;
import java.util.Map;

/**
 * Renders templates with the application's own engine, such as Thymeleaf or FreeMarker, in place of
 * the library's Mustache. A bean of this type is asked first; a template of which it has no file is
 * looked for among the library's own. Thread-safe.
 *
 * <p>Escaping is the engine's: let it escape HTML in {@code email.html}.
 */
public interface TemplateRenderer {
  /**
   * Returns whether the engine has a file. Asked once for each file of a template it has any of.
   *
   * @param path the template's key and the part, without a language: {@code
   *     order-shipped/email.subject}, {@code .../email.html}, {@code .../email.txt}, {@code
   *     .../sms.txt}, {@code .../push.title}, {@code .../push.body}, {@code .../inbox.title},
   *     {@code .../inbox.body}
   */
  boolean exists(String path);

  /**
   * Renders a file.
   *
   * @param path one that exists
   * @param locale the recipient's language, {@link Locale#ROOT} if unknown
   * @param model the notification's values, and {@code recipient} with {@code id} and, where it is
   *     known, {@code name}
   * @return the text; a line break at the end of anything but a mail's body is cut off
   */
  String render(String path, Locale locale, Map<String, Object> model);
}
