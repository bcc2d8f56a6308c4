package dev.notifykit.template;

import dev.notifykit.ConfigurationException;
import java.util.Map;
import java.util.Optional;

/** Files in memory. */
record MapSource(Map<String, String> files) implements TemplateSource {
  MapSource {
    files = Map.copyOf(files);
    for (String path : files.keySet()) {
      if (!SourceFile.isPath(path)) {
        throw new ConfigurationException("templates: '" + path + "' is no relative path");
      }
    }
  }

  @Override
  public Optional<String> read(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public String toString() {
    return "a map of " + files.size() + " files";
  }
}
