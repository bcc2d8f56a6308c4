package dev.notifykit.template;

import java.util.Optional;

/**
 * Where template files come from. Thread-safe. Paths look like {@code order-shipped/ko/email.html}:
 * the template's key, the locale where there is one, the part.
 */
@FunctionalInterface
public interface TemplateSource {
  /**
   * Returns a file's text, or empty if there is no such file.
   *
   * @param path a relative path of letters, digits, dots, dashes and slashes, without {@code ..}
   */
  Optional<String> read(String path);
}
