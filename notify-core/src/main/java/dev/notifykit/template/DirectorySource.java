package dev.notifykit.template;

import dev.notifykit.ConfigurationException;
import dev.notifykit.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Files below a directory. */
final class DirectorySource implements TemplateSource {
  private final Path root;

  DirectorySource(Path root) {
    if (!Files.isDirectory(root)) {
      throw new ConfigurationException("templates: " + root + " is no directory");
    }
    this.root = root;
  }

  @Override
  public Optional<String> read(String path) {
    SourceFile.requirePath(path);
    try {
      return inside(path);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new TemplateException("template file " + path + " cannot be read", e);
    }
  }

  /** Follows links before comparing: a link that stays inside, as in a mounted volume, is fine. */
  private Optional<String> inside(String path) throws IOException {
    Path file = root.resolve(path).toRealPath();
    if (!file.startsWith(root.toRealPath())) {
      throw new TemplateException("template file " + path + " leads out of its directory");
    }
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(SourceFile.decode(path, in));
    }
  }

  /** Without where it lies, since errors may be told to other applications. */
  @Override
  public String toString() {
    return "directory:" + root.getFileName();
  }
}
