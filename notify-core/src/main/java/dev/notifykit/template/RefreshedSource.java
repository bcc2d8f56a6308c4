package dev.notifykit.template;

import java.time.Duration;
import java.util.Optional;

/** A source with an interval of its own. */
record RefreshedSource(TemplateSource files, Duration interval) implements TemplateSource {
  @Override
  public Optional<String> read(String path) {
    return files.read(path);
  }

  @Override
  public Optional<Duration> refreshInterval() {
    return Optional.of(interval);
  }

  @Override
  public String toString() {
    return files.toString();
  }
}
