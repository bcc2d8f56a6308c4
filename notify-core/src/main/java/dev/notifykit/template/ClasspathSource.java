package dev.notifykit.template;

import dev.notifykit.ConfigurationException;
import dev.notifykit.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Files of the class path. */
final class ClasspathSource implements TemplateSource {
  private final String folder;

  ClasspathSource(String folder) {
    if (!SourceFile.isPath(folder)) {
      throw new ConfigurationException("templates: '" + folder + "' is no folder of a class path");
    }
    this.folder = folder;
  }

  @Override
  public Optional<String> read(String path) {
    SourceFile.requirePath(path);
    try (InputStream in = open(folder + "/" + path)) {
      return in == null ? Optional.empty() : Optional.of(SourceFile.decode(path, in));
    } catch (IOException e) {
      throw new TemplateException("template file " + path + " cannot be read", e);
    }
  }

  private static @Nullable InputStream open(String name) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    InputStream found = context == null ? null : context.getResourceAsStream(name);
    return found != null ? found : ClasspathSource.class.getClassLoader().getResourceAsStream(name);
  }

  @Override
  public String toString() {
    return "classpath:" + folder;
  }
}
