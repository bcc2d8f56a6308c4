package dev.notifykit.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a worker is to behave, as words {@code name=value} on its command line. Immutable. */
final class WorkerConfig {
  /** How long a worker's provider may take; see {@link #lease}. */
  static final Duration TIMEOUT = Duration.ofSeconds(2);

  static final WorkerConfig DEFAULT = new WorkerConfig(Map.of());

  /** For faults in which a timeout of a busy machine would be taken for one of theirs. */
  static final WorkerConfig PATIENT = DEFAULT.with("emailTimeout", 30_000);

  private final Map<String, String> values;

  private WorkerConfig(Map<String, String> values) {
    this.values = values;
  }

  static WorkerConfig parse(String[] words) {
    WorkerConfig config = DEFAULT;
    for (String word : words) {
      int equals = word.indexOf('=');
      config = config.with(word.substring(0, equals), word.substring(equals + 1));
    }
    return config;
  }

  WorkerConfig with(String name, Object value) {
    Map<String, String> copy = new LinkedHashMap<>(values);
    copy.put(name, String.valueOf(value));
    return new WorkerConfig(copy);
  }

  WorkerConfig with(StoreAddress store) {
    return with("kind", store.kind())
        .with("url", store.url())
        .with("user", store.user())
        .with("data", store.data());
  }

  StoreAddress store() {
    return new StoreAddress(
        StoreAddress.Kind.valueOf(get("kind", "MEMORY")),
        get("url", ""),
        get("user", ""),
        get("data", ""));
  }

  String get(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  int number(String name, int otherwise) {
    return Integer.parseInt(get(name, Integer.toString(otherwise)));
  }

  boolean is(String name) {
    return Boolean.parseBoolean(get(name, "false"));
  }

  Duration millis(String name, long otherwise) {
    return Duration.ofMillis(Long.parseLong(get(name, Long.toString(otherwise))));
  }

  List<String> words() {
    List<String> words = new ArrayList<>();
    values.forEach((name, value) -> words.add(name + "=" + value));
    return words;
  }

  /** The dispatcher's lease for such a worker: twice the timeout and five seconds. */
  static Duration lease() {
    return TIMEOUT.multipliedBy(2).plusSeconds(5);
  }
}
