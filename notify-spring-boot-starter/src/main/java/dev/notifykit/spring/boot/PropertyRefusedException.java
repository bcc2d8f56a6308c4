package dev.notifykit.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Properties that are missing, malformed or contradict each other. Shows names, never values. */
final class PropertyRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> properties;
  private final String reason;

  PropertyRefusedException(List<String> properties, String reason, @Nullable Throwable cause) {
    super(String.join(", ", properties) + ": " + reason, cause);
    this.properties = List.copyOf(properties);
    this.reason = reason;
  }

  List<String> properties() {
    return properties;
  }

  String reason() {
    return reason;
  }
}
