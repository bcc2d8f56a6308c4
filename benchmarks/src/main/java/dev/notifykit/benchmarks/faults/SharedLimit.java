package dev.notifykit.benchmarks.faults;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.SuppressionReason;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** F23: four nodes draw on the same recipients' limits at once. */
final class SharedLimit implements Fault {
  private static final int LIMIT = 20;
  private static final Duration PERIOD = Duration.ofHours(1);

  @Override
  public void run(Trial trial) throws Exception {
    int recipients = trial.options.number("recipients", 50);
    int sends = trial.options.number("sends", 5_000);
    Scene scene = trial.scene("f23");
    scene.startAll(
        trial.database.isShared() ? 4 : 1,
        WorkerConfig.PATIENT.with("limit", LIMIT).with("limitPeriod", PERIOD.toMillis()));
    long began = System.nanoTime();
    for (int event = 0; event < sends; event++) {
      scene.ask(event, "user-" + event % recipients, "EMAIL", "default", 0);
    }
    trial.awaitDrained(scene, Trial.PATIENCE);
    long refilled = (System.nanoTime() - began) * LIMIT / PERIOD.toNanos();
    scene.endWorkers();
    trial.audit(scene, SharedLimit::isSentOrLimited);
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
    Map<Integer, Integer> sent = new HashMap<>();
    scene
        .ledger
        .events()
        .forEach(e -> sent.merge(e.number % recipients, e.calls.size(), Integer::sum));
    sent.forEach(
        (recipient, count) ->
            trial.require(
                count >= LIMIT && count <= LIMIT + refilled,
                "user-%d got %d, the limit is %d and %d came back",
                recipient,
                count,
                LIMIT,
                refilled));
    trial.note("each of %d recipients got %d of %d", recipients, LIMIT, sends / recipients);
  }

  private static boolean isSentOrLimited(Delivery delivery) {
    return delivery.state() == DeliveryState.ACCEPTED
        || SuppressionReason.RATE_LIMITED.name().equals(delivery.reason());
  }
}
