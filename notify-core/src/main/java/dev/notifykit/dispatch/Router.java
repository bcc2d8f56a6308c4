package dev.notifykit.dispatch;

import dev.notifykit.Target;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses among a route's providers: the first in order that serves the target and is in use. */
final class Router {
  private final List<ProviderGate> gates;

  Router(List<ProviderGate> gates) {
    this.gates = List.copyOf(gates);
  }

  int size() {
    return gates.size();
  }

  /** Returns the most sends that some provider would take right now. */
  int room() {
    int room = 0;
    for (ProviderGate gate : gates) {
      room = Math.max(room, gate.room());
    }
    return room;
  }

  /** Returns whether some provider is in use. */
  boolean isAvailable() {
    return gates.stream().anyMatch(ProviderGate::isAvailable);
  }

  boolean serves(Target target) {
    for (ProviderGate gate : gates) {
      if (gate.provider().serves(target)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Enters a provider, or returns null if none that serves the target is in use. A provider that is
   * merely full is waited for: its load must not spill over to the one kept for its failures.
   */
  Flight.@Nullable Choice enter(Target target, boolean @Nullable [] tried) {
    for (int i = 0; i < gates.size(); i++) {
      ProviderGate gate = gates.get(i);
      boolean candidate = (tried == null || !tried[i]) && gate.provider().serves(target);
      if (candidate && gate.isAvailable()) {
        return gate.tryEnter() ? new Flight.Choice(gate, i) : null;
      }
    }
    return null;
  }
}
