package dev.notifykit.template;

import dev.notifykit.internal.Options;
import dev.notifykit.store.TemplateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Where template files come from. Thread-safe. Paths look like {@code order-shipped/ko/email.html}:
 * the template's key, the locale where there is one, the part.
 */
@FunctionalInterface
public interface TemplateSource {
  /** Most bytes of one file, 256 KiB. */
  int MAX_FILE_BYTES = 256 * 1024;

  /**
   * Returns a file's text, or empty if there is no such file.
   *
   * @param path a relative path of letters, digits, dots, dashes, underscores and slashes, without
   *     {@code ..}
   * @throws dev.notifykit.TemplateException if there is such a file and it is too large, is not
   *     UTF-8 or cannot be read
   */
  Optional<String> read(String path);

  /**
   * Returns the age at which compiled templates of this source are read again, or empty (the
   * default) if its files never change while the process runs.
   */
  default Optional<Duration> refreshInterval() {
    return Optional.empty();
  }

  /**
   * Returns this source, read again at another interval.
   *
   * @param interval positive; after it a template in use is read again in the background, while the
   *     old one goes on serving
   * @throws dev.notifykit.ConfigurationException if the interval is not positive
   */
  default TemplateSource refreshedEvery(Duration interval) {
    return new RefreshedSource(this, Options.positive("interval", interval));
  }

  /**
   * Returns the files below a folder of the class path, inside jars too. They are looked for with
   * the calling thread's context class loader, then with this library's, and never read again. A
   * folder that is not found is warned of in the log: a jar need not list those it has files of.
   *
   * @param folder such as {@code notifications}
   * @throws dev.notifykit.ConfigurationException if the folder is no relative path
   */
  static TemplateSource classpath(String folder) {
    return new ClasspathSource(folder);
  }

  /**
   * Returns the files below a directory, read again every 5 seconds. A path or a symbolic link that
   * leads out of the directory is refused.
   *
   * @param root an existing directory
   * @throws dev.notifykit.ConfigurationException if it is no directory
   */
  static TemplateSource directory(Path root) {
    return new DirectorySource(root).refreshedEvery(Duration.ofSeconds(5));
  }

  /**
   * Returns files held in memory; for tests and small applications.
   *
   * @param files text by path; copied
   * @throws dev.notifykit.ConfigurationException if a path is malformed
   */
  static TemplateSource of(Map<String, String> files) {
    return new MapSource(files);
  }

  /**
   * Returns the active versions of a store's files, read again every 30 seconds: a version that is
   * published or activated is in use after that time at most, and one that does not compile is
   * logged and not used.
   *
   * @param store the store's part for templates
   */
  static TemplateSource store(TemplateStore store) {
    return new StoredSource(Options.notNull("store", store)).refreshedEvery(Duration.ofSeconds(30));
  }
}
