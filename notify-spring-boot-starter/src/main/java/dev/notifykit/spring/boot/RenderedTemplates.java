package dev.notifykit.spring.boot;

import dev.notifykit.template.Template;
import dev.notifykit.template.TemplateEngine;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The templates of a {@link TemplateRenderer}, each looked for until it is found. */
final class RenderedTemplates implements TemplateEngine {
  private final TemplateRenderer renderer;
  private final Map<String, Template> found = new ConcurrentHashMap<>();

  RenderedTemplates(TemplateRenderer renderer) {
    this.renderer = renderer;
  }

  @Override
  public Optional<Template> find(String key) {
    Template known = found.get(key);
    if (known != null) {
      return Optional.of(known);
    }
    Template template = new RenderedTemplate(key, renderer);
    if (template.channels().isEmpty()) {
      return Optional.empty();
    }
    found.put(key, template);
    return Optional.of(template);
  }
}
