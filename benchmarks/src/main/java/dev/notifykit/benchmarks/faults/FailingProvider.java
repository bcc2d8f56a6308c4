package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;

/** F7: the provider refuses three in ten for a passing reason. */
final class FailingProvider implements Fault {
  private static final int MAX_ATTEMPTS = 4;

  @Override
  public void run(Trial trial) throws Exception {
    Scene scene = trial.scene("f7");
    scene.answers(call -> new Scene.Answer(isRefused(trial, call) ? "503" : "accepted", 0));
    scene.startAll(
        trial.database.isShared() ? 2 : 1,
        WorkerConfig.PATIENT.with("maxAttempts", MAX_ATTEMPTS).with("retryBase", 50));
    scene.ask(0, trial.options.number("sends", 10_000));
    trial.awaitDrained(scene, Trial.PATIENCE);
    scene.endWorkers();
    trial.audit(
        scene,
        d ->
            d.state() == DeliveryState.ACCEPTED
                || DeadReason.RETRIES_EXHAUSTED.name().equals(d.reason()));
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
    scene.look(
        store -> {
          for (Ledger.Event event : scene.ledger.events()) {
            judge(
                trial,
                event,
                store.log().deliveries("", Objects.requireNonNull(event.notificationId)).get(0));
          }
          return true;
        });
  }

  private static boolean isRefused(Trial trial, Ledger.Call call) {
    long draw = trial.options.seed() * 1_000_003 + call.event() * 101L + call.attempt();
    return new SplittableRandom(draw).nextInt(10) < 3;
  }

  private static void judge(Trial trial, Ledger.Event event, Delivery delivery) {
    boolean accepted = delivery.state() == DeliveryState.ACCEPTED;
    trial.require(
        accepted
            ? event.accepted() == 1 && event.calls.size() <= MAX_ATTEMPTS
            : event.accepted() == 0 && event.calls.size() == MAX_ATTEMPTS,
        "event %d ended %s after %d calls, of which %d were accepted",
        event.number,
        delivery.state(),
        event.calls.size(),
        event.accepted());
  }
}
