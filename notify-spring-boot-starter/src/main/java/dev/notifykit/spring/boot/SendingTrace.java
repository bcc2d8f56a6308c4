package dev.notifykit.spring.boot;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down the trace of the sending thread, for {@link ObservedProvider} to go on with. Outside
 * of any observation there is nothing to write.
 */
final class SendingTrace implements Supplier<Map<String, String>> {
  private final ObservationRegistry registry;

  SendingTrace(ObservationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Map<String, String> get() {
    if (registry.getCurrentObservation() == null) {
      return Map.of();
    }
    Map<String, String> carrier = new HashMap<>();
    SenderContext<Map<String, String>> context =
        new SenderContext<>(SendingTrace::put, Kind.PRODUCER);
    context.setCarrier(carrier);
    // What handlers of traces put into the carrier, they put there when it starts.
    Observation.createNotStarted("notify.accept", () -> context, registry).start().stop();
    return carrier;
  }

  private static void put(@Nullable Map<String, String> carrier, String key, String value) {
    if (carrier != null) {
      carrier.put(key, value);
    }
  }
}
