package dev.notifykit.benchmarks.faults;

import java.time.Duration;

/** F20: a worker of 256 MB works off a million deliveries, as fast each as a few. */
final class Backlog implements Fault {
  private static final int BATCH = 1_000;
  private static final double LEAST = 0.8;

  private int next;

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    int backlog = trial.options.number("sends", 1_000_000) / BATCH * BATCH;
    int small = Math.min(backlog, 20_000);
    Scene scene = trial.scene("f20");
    WorkerHandle worker =
        scene.start(
            WorkerConfig.DEFAULT.with("paused", true), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError");
    worker.awaitReady();
    rate(trial, scene, worker, small); // warm
    double few = rate(trial, scene, worker, small);
    double many = rate(trial, scene, worker, backlog);
    trial.note(
        "%.0f deliveries/s from %d, %.0f/s from %d (%.2fx)", few, small, many, backlog, many / few);
    trial.require(many >= few * LEAST, "the backlog made it %.2fx as fast", many / few);
    int missing = 0;
    for (Ledger.Event event : scene.ledger.events()) {
      missing += event.calls.isEmpty() ? 1 : 0;
      trial.require(
          event.calls.size() <= 1, "event %d was sent %d times", event.number, event.calls.size());
    }
    trial.addLost(missing);
  }

  /** Fills the queue, then empties it; returns how many were sent a second. */
  private double rate(Trial trial, Scene scene, WorkerHandle worker, int size) {
    worker.say("PAUSE");
    long filling = System.nanoTime();
    for (int from = next; from < next + size; from += BATCH) {
      for (int event = from; event < from + BATCH; event++) {
        scene.ledger.asked(event);
      }
      worker.answer("BATCH", from, from + BATCH, "EMAIL");
    }
    next += size;
    long began = System.nanoTime();
    worker.say("RESUME");
    boolean sent =
        Pause.until(
            Duration.ofMinutes(30), () -> scene.ledger.calls() >= next || worker.gone.isDone());
    double seconds = (System.nanoTime() - began) / 1e9;
    trial.require(sent && !worker.gone.isDone(), "the worker did not live to the end of it");
    trial.require(scene.awaitDrained(Duration.ofMinutes(1)), "the queue is not empty");
    trial.note("%d stored in %.1f s, sent in %.1f s", size, (began - filling) / 1e9, seconds);
    return size / seconds;
  }
}
