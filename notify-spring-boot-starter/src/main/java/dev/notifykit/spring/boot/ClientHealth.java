package dev.notifykit.spring.boot;

import dev.notifykit.NotificationException;
import dev.notifykit.ProviderStats;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says how the store and each provider are, in words of our own: Boot's types moved with 4.0. */
final class ClientHealth {
  private final StatsLook look;

  ClientHealth(StatsLook look) {
    this.look = look;
  }

  /**
   * How a part is.
   *
   * @param up whether it works, or null if that is not known
   * @param detail what to know, or null
   */
  record Condition(@Nullable Boolean up, @Nullable String detail) {}

  /** Returns the parts, each to be asked whenever health is. */
  Map<String, Supplier<Condition>> parts() {
    Map<String, Supplier<Condition>> parts = new LinkedHashMap<>();
    parts.put("store", this::store);
    for (ProviderStats provider : look.stats().providers()) {
      parts.put(provider.name(), () -> provider(provider.name()));
    }
    return parts;
  }

  private Condition store() {
    try {
      look.stats();
      return new Condition(true, null);
    } catch (NotificationException e) {
      return new Condition(false, "it does not answer");
    }
  }

  private Condition provider(String name) {
    try {
      return look.stats().providers().stream()
          .filter(p -> p.name().equals(name))
          .map(ClientHealth::provider)
          .findFirst()
          .orElse(new Condition(null, null));
    } catch (NotificationException e) {
      return new Condition(null, "not known while the store does not answer");
    }
  }

  private static Condition provider(ProviderStats provider) {
    return switch (provider.state()) {
      case UP -> new Condition(true, null);
      case DOWN -> new Condition(false, "its breaker is open");
      case MISCONFIGURED -> new Condition(false, "its credentials or settings were refused");
    };
  }
}
