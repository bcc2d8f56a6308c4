package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** F21: 200 sends of one event id at once, on every node, round after round. */
final class SameEvent implements Fault {
  private static final int THREADS = 200;

  @Override
  public void run(Trial trial) throws Exception {
    int rounds = trial.options.number("sends", 100);
    int nodes = trial.database.isShared() ? 2 : 1;
    Scene scene = trial.scene("f21");
    List<WorkerHandle> workers = scene.startAll(nodes, WorkerConfig.PATIENT);
    for (int event = 0; event < rounds; event++) {
      round(trial, scene, workers, event);
    }
    trial.awaitDrained(scene, Trial.PATIENCE);
    trial.audit(scene, d -> d.state() == DeliveryState.ACCEPTED);
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }

  private static void round(Trial trial, Scene scene, List<WorkerHandle> workers, int event) {
    scene.ledger.asked(event);
    List<CompletableFuture<String>> bursts = new ArrayList<>();
    for (WorkerHandle worker : workers) {
      bursts.add(worker.ask("BURST", event, THREADS / workers.size()));
    }
    List<String> receipts = new ArrayList<>();
    bursts.forEach(burst -> receipts.addAll(List.of(burst.join().split(","))));
    Set<String> notifications =
        receipts.stream().map(r -> r.substring(r.indexOf('/') + 1)).collect(Collectors.toSet());
    long accepted = receipts.stream().filter(r -> r.startsWith("ACCEPTED")).count();
    long duplicates = receipts.stream().filter(r -> r.startsWith("DUPLICATE")).count();
    trial.require(
        accepted == 1 && duplicates == THREADS - 1 && notifications.size() == 1,
        "event %d: %d accepted, %d duplicate, %d notifications of %d sends",
        event,
        accepted,
        duplicates,
        notifications.size(),
        receipts.size());
    receipts.stream()
        .filter(r -> !r.startsWith("FAILED"))
        .forEach(r -> scene.ledger.acked(event, UUID.fromString(r.substring(r.indexOf('/') + 1))));
  }
}
