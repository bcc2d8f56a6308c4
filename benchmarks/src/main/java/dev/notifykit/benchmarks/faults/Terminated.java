package dev.notifykit.benchmarks.faults;

import java.util.ArrayList;
import java.util.List;

/** F19: workers are asked to end by SIGTERM under load and close their clients on the way out. */
final class Terminated implements Fault {
  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    int terms = trial.options.number("terms", 50);
    int sends = trial.options.number("sends", 5_000);
    int nodes = trial.database.isShared() ? 2 : 1;
    Scene scene = trial.scene("f19");
    scene.answers(call -> new Scene.Answer("accepted", call.event() % 20));
    List<WorkerHandle> workers = new ArrayList<>(scene.startAll(nodes, WorkerConfig.DEFAULT));
    int drained = 0;
    int asked = 0;
    for (int term = 0; term < terms; term++) {
      int victim = term % nodes;
      workers.get(victim).awaitReady();
      int share = (int) ((long) sends * (term + 1) / terms);
      scene.ask(asked, share);
      asked = share;
      KilledWorkers.awaitWork(workers.get(victim), trial.random.nextInt(60));
      if (workers.get(victim).terminate()) {
        drained++;
      } else {
        trial.addInFlight(scene.markInFlight(workers.get(victim)));
      }
      workers.set(victim, scene.start(WorkerConfig.DEFAULT));
    }
    workers.forEach(WorkerHandle::awaitReady);
    trial.note("%d of %d ended with nothing in flight", drained, terms);
    trial.awaitDrained(scene, Trial.PATIENCE);
    scene.endWorkers();
    trial.audit(scene, Trial.ACCEPTED_OR_POISON);
    trial.require(
        drained < terms || trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }
}
