package dev.notifykit.template;

import dev.notifykit.ConfigurationException;
import dev.notifykit.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files of the class path. */
final class ClasspathSource implements TemplateSource {
  private static final Logger log = LoggerFactory.getLogger(ClasspathSource.class);

  private final String folder;

  ClasspathSource(String folder) {
    if (!SourceFile.isPath(folder)) {
      throw new ConfigurationException("templates: '" + folder + "' is no folder of a class path");
    }
    this.folder = folder;
    // No more than a warning: a jar need not list its folders, and files are found in it even so.
    if (find(loader -> loader.getResource(folder + "/")) == null) {
      log.warn("templates: no folder '{}' is found on the class path", folder);
    }
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
    return find(loader -> loader.getResourceAsStream(name));
  }

  private static <T> @Nullable T find(Function<ClassLoader, @Nullable T> look) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    T found = context == null ? null : look.apply(context);
    return found != null ? found : look.apply(ClasspathSource.class.getClassLoader());
  }

  @Override
  public String toString() {
    return "classpath:" + folder;
  }
}
