package dev.notifykit.dispatch;

import dev.notifykit.Target;
import dev.notifykit.provider.Consignment;
import dev.notifykit.provider.Routing;
import dev.notifykit.store.QueuedDelivery;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among a route's providers: the first that serves the target and is in use, in the order
 * of the channel's {@link Routing}, else in their own.
 */
final class Router {
  private final List<ProviderGate> gates;
  private final @Nullable Routing routing;
  private final Map<String, Integer> indexes = new HashMap<>();
  private final int[] ownOrder;

  Router(List<ProviderGate> gates, @Nullable Routing routing) {
    this.gates = List.copyOf(gates);
    this.routing = routing;
    this.ownOrder = IntStream.range(0, gates.size()).toArray();
    for (int i : ownOrder) {
      indexes.put(gates.get(i).name(), i);
    }
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
  Flight.@Nullable Choice enter(QueuedDelivery delivery, boolean @Nullable [] tried) {
    for (int i : order(delivery)) {
      ProviderGate gate = gates.get(i);
      boolean candidate = (tried == null || !tried[i]) && gate.provider().serves(delivery.target());
      if (candidate && gate.isAvailable()) {
        return gate.tryEnter() ? new Flight.Choice(gate, i) : null;
      }
    }
    return null;
  }

  private int[] order(QueuedDelivery delivery) {
    if (routing == null) {
      return ownOrder;
    }
    int[] routed =
        routing.providers(consignment(delivery)).stream()
            .flatMap(List::stream)
            .filter(indexes::containsKey)
            .mapToInt(indexes::get)
            .filter(i -> gates.get(i).provider().serves(delivery.target()))
            .toArray();
    return routed.length == 0 ? ownOrder : routed;
  }

  private static Consignment consignment(QueuedDelivery delivery) {
    return new Consignment(
        delivery.id(),
        delivery.notification().tenant(),
        delivery.recipientId(),
        delivery.target(),
        delivery.locale(),
        delivery.zone(),
        delivery.notification().category(),
        delivery.notification().priority());
  }
}
