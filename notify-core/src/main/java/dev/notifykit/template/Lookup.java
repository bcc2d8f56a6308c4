package dev.notifykit.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds files for one locale, and remembers which it found. Confined to one compilation. */
final class Lookup {
  private final List<TemplateSource> sources;
  private final List<String> folders;
  private final List<SourceFile> found = new ArrayList<>();

  /**
   * Creates a look-up.
   *
   * @param folders the language tags to try in order, the empty one for none
   */
  Lookup(List<TemplateSource> sources, List<String> folders) {
    this.sources = sources;
    this.folders = folders;
  }

  List<String> folders() {
    return folders;
  }

  /** Returns what was found so far: two look-ups with the same files make the same template. */
  List<SourceFile> found() {
    return List.copyOf(found);
  }

  /** Finds {@code name} in the most specific folder that has it. */
  Optional<SourceFile> find(String base, String name) {
    return folders.stream().flatMap(f -> find(base, f, name).stream()).findFirst();
  }

  /** Finds {@code name} in one folder. */
  Optional<SourceFile> find(String base, String folder, String name) {
    String path = base + "/" + (folder.isEmpty() ? name : folder + "/" + name);
    for (TemplateSource source : sources) {
      Optional<String> text = source.read(path);
      if (text.isPresent()) {
        SourceFile file = SourceFile.of(path, text.get());
        found.add(file);
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  Optional<SourceFile> partial(String name) {
    return find("partials", name);
  }
}
