package dev.notifykit.spring.boot;

import dev.notifykit.template.TemplateSource;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code notify.templates.locations}. */
final class TemplateLocations {
  private static final String PROPERTY = "notify.templates.locations";
  private static final String CLASSPATH = "classpath:";
  private static final String FILE = "file:";

  private TemplateLocations() {}

  static TemplateSource source(String location) {
    return Options.build(
        "notify.templates", NotifyProperties.Templates.class, () -> parse(location));
  }

  private static TemplateSource parse(String location) {
    if (location.startsWith(CLASSPATH)) {
      return TemplateSource.classpath(
          location.substring(CLASSPATH.length()).replaceAll("^/|/$", ""));
    }
    if (location.startsWith(FILE)) {
      try {
        return TemplateSource.directory(Path.of(location.substring(FILE.length())));
      } catch (InvalidPathException e) {
        throw refused(location, e);
      }
    }
    throw refused(location, null);
  }

  private static PropertyRefusedException refused(String location, @Nullable Throwable cause) {
    return new PropertyRefusedException(
        List.of(PROPERTY),
        "'" + location + "' is neither classpath:folder nor file:directory",
        cause);
  }
}
