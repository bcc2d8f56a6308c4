package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeadReason;
import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * F11: the provider takes a message and its answer is lost. The same key is used again, or nothing
 * is sent again, as the category asks.
 */
final class LostResponse implements Fault {
  @Override
  public void run(Trial trial) throws Exception {
    int sends = trial.options.number("sends", 500);
    Scene scene = trial.scene("f11");
    scene.answers(
        call ->
            new Scene.Answer(
                call.attempt() == 1 && isLost(trial, call.event()) ? "none" : "accepted", 0));
    scene.startAll(1, WorkerConfig.DEFAULT.with("inFlight", 512));
    for (int event = 0; event < sends; event++) {
      scene.ask(event, "user-" + event, "EMAIL", isSilent(event) ? "silent" : "default", 0);
    }
    trial.awaitDrained(scene, Trial.PATIENCE);
    Pause.millis(8_000); // an unknown outcome waits for a receipt, outside the queue's depths
    scene.endWorkers();
    trial.audit(
        scene,
        d ->
            d.state() == DeliveryState.ACCEPTED
                || (d.category().equals("silent")
                    && DeadReason.OUTCOME_UNKNOWN.name().equals(d.reason())));
    for (Ledger.Event event : scene.ledger.events()) {
      int calls = isLost(trial, event.number) && !isSilent(event.number) ? 2 : 1;
      trial.require(
          event.calls.size() == calls
              && event.calls.stream().map(Ledger.Call::delivery).distinct().count() == 1,
          "event %d was sent %d times, not %d, or under two keys",
          event.number,
          event.calls.size(),
          calls);
    }
  }

  private static boolean isSilent(int event) {
    return event % 2 == 1;
  }

  private static boolean isLost(Trial trial, int event) {
    return new SplittableRandom(trial.options.seed() * 1_000_003 + event).nextInt(10) < 2;
  }
}
