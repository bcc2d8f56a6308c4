package dev.notifykit.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * F1: workers die by kill -9 in the midst of their work, again and again; each is replaced. Nothing
 * is lost, and nothing is sent twice but what was in flight at a death.
 */
final class KilledWorkers implements Fault {
  private static final int LONGEST_ANSWER_MILLIS = 20;

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    int sends = trial.options.number("sends", 10_000);
    int kills = trial.options.number("kills", 200);
    int nodes = trial.database.isShared() ? 3 : 1;
    Scene scene = trial.scene("f1");
    scene.answers(call -> new Scene.Answer("accepted", answerMillis(trial, call)));
    List<WorkerHandle> workers = new ArrayList<>(scene.startAll(nodes, WorkerConfig.DEFAULT));
    int asked = 0;
    for (int kill = 0; kill < kills; kill++) {
      int victim = trial.random.nextInt(nodes);
      workers.get(victim).awaitReady();
      int share = (int) ((long) sends * (kill + 1) / kills);
      scene.ask(asked, share);
      asked = share;
      awaitWork(workers.get(victim), trial.random.nextInt(60));
      workers.get(victim).kill();
      trial.addInFlight(scene.markInFlight(workers.get(victim)));
      workers.set(victim, scene.start(WorkerConfig.DEFAULT));
    }
    long lastKill = System.nanoTime();
    workers.forEach(WorkerHandle::awaitReady);
    trial.awaitDrained(scene, Trial.PATIENCE);
    trial.require(
        trial.isQuick()
            || System.nanoTime() - lastKill <= WorkerConfig.lease().toNanos() * 2,
        "not all was terminal within two leases of the last kill");
    scene.endWorkers();
    trial.audit(scene, Trial.ACCEPTED_OR_POISON);
  }

  private static long answerMillis(Trial trial, Ledger.Call call) {
    return new SplittableRandom(trial.options.seed() + call.event()).nextInt(LONGEST_ANSWER_MILLIS);
  }

  /** Waits until the victim is at work, then for a moment more. */
  static void awaitWork(WorkerHandle worker, int millis) {
    int before = worker.callCount.get();
    Pause.until(Duration.ofSeconds(2), () -> worker.callCount.get() > before);
    Pause.millis(millis);
  }
}
