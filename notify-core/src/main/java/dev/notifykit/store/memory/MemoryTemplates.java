package dev.notifykit.store.memory;

import dev.notifykit.store.TemplateStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The stored templates. A path's versions are a value that is replaced as a whole. */
final class MemoryTemplates implements TemplateStore {
  private record Versions(List<String> texts, int active) {}

  private final Map<String, Versions> paths = new ConcurrentHashMap<>();

  @Override
  public int publish(String path, String text) {
    return paths.merge(path, new Versions(List.of(text), 1), MemoryTemplates::append).active();
  }

  private static Versions append(Versions old, Versions added) {
    List<String> texts = new ArrayList<>(old.texts());
    texts.addAll(added.texts());
    return new Versions(List.copyOf(texts), texts.size());
  }

  @Override
  public boolean activate(String path, int version) {
    Versions now =
        paths.computeIfPresent(
            path,
            (p, v) ->
                version < 1 || version > v.texts().size() ? v : new Versions(v.texts(), version));
    return now != null && version >= 1 && version <= now.texts().size();
  }

  @Override
  public Optional<String> read(String path) {
    return Optional.ofNullable(paths.get(path)).map(v -> v.texts().get(v.active() - 1));
  }

  @Override
  public List<Integer> versions(String path) {
    Versions versions = paths.get(path);
    return versions == null
        ? List.of()
        : IntStream.rangeClosed(1, versions.texts().size()).boxed().toList();
  }
}
