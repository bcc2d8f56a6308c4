package dev.notifykit.template;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value that a channel cannot do without. Looking for it allocates nothing. */
final class Parameter {
  private final String name;
  private final String origin;
  private final String[] path;

  /**
   * Creates a parameter.
   *
   * @param origin where it is used or declared, for messages
   */
  Parameter(String name, String origin) {
    this.name = name;
    this.origin = origin;
    this.path = interned(name.split("\\."));
  }

  /** Makes the steps of a path the very objects that literals are, which are found sooner. */
  static String[] interned(String... path) {
    return Arrays.stream(path).map(String::intern).toArray(String[]::new);
  }

  boolean isMissing(Map<String, Object> data) {
    @Nullable Object value = data.get(path[0]);
    for (int i = 1; i < path.length; i++) {
      value = value instanceof Map<?, ?> map ? map.get(path[i]) : null;
    }
    return value == null;
  }

  @Override
  public String toString() {
    return name + " (" + origin + ")";
  }
}
