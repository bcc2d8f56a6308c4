package dev.notifykit.template;

import java.util.Optional;

/**
 * Templates of another kind than the files of a {@link TemplateSource}: of an application's own
 * template engine. Asked first, at every admission and rendering, so it answers from memory.
 * Thread-safe.
 */
@FunctionalInterface
public interface TemplateEngine {
  /**
   * Returns a template, or empty if this engine has none of that key.
   *
   * @param key the key, as the caller gave it
   */
  Optional<Template> find(String key);
}
