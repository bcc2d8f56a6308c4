package dev.notifykit.template;

import dev.notifykit.store.TemplateStore;
import java.util.Optional;

/** The active versions of a store's files. */
record StoredSource(TemplateStore store) implements TemplateSource {
  @Override
  public Optional<String> read(String path) {
    return store.read(path);
  }

  @Override
  public String toString() {
    return "the store";
  }
}
