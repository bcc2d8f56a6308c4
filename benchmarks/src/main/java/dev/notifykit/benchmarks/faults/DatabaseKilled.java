package dev.notifykit.benchmarks.faults;

import java.time.Duration;

/** F4, and F5 on Redis: the database dies by kill -9 under load and comes back, again and again. */
final class DatabaseKilled implements Fault {
  private static final Duration RESUMES_WITHIN = Duration.ofSeconds(10);

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireShared();
    int kills = trial.options.number("kills", 20);
    int share = trial.options.number("sends", 2_000) / kills;
    Scene scene = trial.scene("f4");
    scene.answers(call -> new Scene.Answer("accepted", 10));
    scene.startAll(3, WorkerConfig.DEFAULT);
    long longest = 0;
    for (int kill = 0; kill < kills; kill++) {
      scene.ask(kill * share, (kill + 1) * share);
      Pause.millis(trial.random.nextInt(150));
      kill(trial);
      Pause.millis(trial.random.nextInt(1_000));
      trial.database.restart();
      for (WorkerHandle worker : scene.up()) {
        // An outcome that could not be written before its lease lapsed.
        trial.addInFlight(scene.markInFlight(worker));
      }
      longest = Math.max(longest, awaitWork(trial, scene));
    }
    trial.note("resumed at most %.1f s after a restart", longest / 1e9);
    trial.awaitDrained(scene, Trial.PATIENCE);
    trial.audit(scene, Trial.ACCEPTED_OR_POISON);
  }

  private static void kill(Trial trial) throws Exception {
    trial.database.kill();
    long killed = System.nanoTime();
    Duration unwritten = trial.database.unwritten();
    if (!unwritten.isZero()) {
      trial.mayHaveForgotten(event -> event.wasInHand(killed - unwritten.toNanos(), killed));
    }
  }

  /** Returns how long it took until an event was acknowledged again. */
  private static long awaitWork(Trial trial, Scene scene) {
    long began = System.nanoTime();
    int before = scene.ledger.acked();
    boolean resumed =
        Pause.until(
            RESUMES_WITHIN, () -> scene.ledger.acked() > before || before == scene.ledger.asked());
    trial.require(resumed, "nothing was acknowledged within %s of a restart", RESUMES_WITHIN);
    return System.nanoTime() - began;
  }
}
