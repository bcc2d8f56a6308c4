package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.List;

/** F12: several nodes empty the same queue, while it fills and once it is full. */
final class ManyNodes implements Fault {
  private static final int[] NODES = {2, 4};

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireShared();
    int sends = trial.options.number("sends", 10_000);
    for (int nodes : NODES) {
      Scene scene = trial.scene("n" + nodes);
      List<WorkerHandle> workers = scene.startAll(nodes, WorkerConfig.PATIENT.with("paused", true));
      scene.ask(0, sends / 2);
      scene.awaitAcked(Duration.ofMinutes(5));
      workers.forEach(worker -> worker.say("RESUME"));
      scene.ask(sends / 2, sends);
      trial.awaitDrained(scene, Trial.PATIENCE);
      trial.note("%d nodes sent %s", nodes, workers.stream().map(w -> w.callCount.get()).toList());
      trial.require(
          workers.stream().allMatch(w -> w.callCount.get() > 0), "a node had nothing to do");
      trial.audit(scene, d -> d.state() == DeliveryState.ACCEPTED);
      scene.endWorkers();
    }
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }
}
