package dev.notifykit.example.quickstart;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What became of an evening's orders.
 *
 * @param start when they were handed over
 * @param end when the last delivery ended
 * @param receipts one for each order that was well formed
 * @param refused what was wrong with the others
 * @param deliveries what the accepted ones led to, all ended
 */
record Evening(
    Instant start,
    Instant end,
    List<Receipt> receipts,
    List<String> refused,
    List<Delivery> deliveries) {

  long count(Receipt.Status status) {
    return receipts.stream().filter(receipt -> receipt.status() == status).count();
  }

  long count(DeliveryState state) {
    return count(delivery -> delivery.state() == state);
  }

  /** Returns how many deliveries took more than one attempt. */
  long retried() {
    return count(delivery -> delivery.attempts() > 1);
  }

  private long count(Predicate<Delivery> which) {
    return deliveries.stream().filter(which).count();
  }

  /** Returns how many deliveries were sent, by who took them. */
  Map<String, Long> providers() {
    return counts(DeliveryState.ACCEPTED, Delivery::provider);
  }

  /** Returns how many deliveries ended in a state, by reason. */
  Map<String, Long> reasons(DeliveryState state) {
    return counts(state, Delivery::reason);
  }

  private Map<String, Long> counts(DeliveryState state, Function<Delivery, @Nullable String> of) {
    return deliveries.stream()
        .filter(delivery -> delivery.state() == state)
        .collect(
            Collectors.groupingBy(
                delivery -> String.valueOf(of.apply(delivery)),
                TreeMap::new,
                Collectors.counting()));
  }

  /**
   * Returns the mails sent per second at full speed: up to the moment when nine out of ten were
   * out. The rest waits for retries and for the time it was scheduled at.
   */
  double perSecond() {
    List<Instant> sent =
        deliveries.stream()
            .filter(delivery -> delivery.state() == DeliveryState.ACCEPTED)
            .map(Delivery::updatedAt)
            .sorted()
            .toList();
    if (sent.isEmpty()) {
      return 0;
    }
    int most = Math.max(1, sent.size() * 9 / 10);
    Duration took = Duration.between(start, sent.get(most - 1));
    return most / Math.max(took.toNanos() / 1e9, 1e-3);
  }
}
