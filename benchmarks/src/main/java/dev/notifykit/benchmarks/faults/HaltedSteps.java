package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * F2: a worker halts at one step of append, claim, send and record; every step in turn, each call
 * to the database within an operation included. Then another worker goes on.
 */
final class HaltedSteps implements Fault {
  private static final List<String> HANDED_OFF =
      List.of(
          "append:before",
          "append:after",
          "send:before",
          "send:after",
          "settle:before",
          "settle:after");
  private static final List<String> CLAIMED =
      List.of("claim:before", "claim:after", "send:after", "settle:after");
  private static final int AT_ONCE = 3;
  private static final int MOST_CALLS = 30;
  private static final int DUE_IN_MILLIS = 4_000;

  /** Never polls by itself: the claim that counts is the one when the delivery is due. */
  private static final WorkerConfig HALTING = WorkerConfig.DEFAULT.with("poll", 600_000);

  private final List<Stage> halted = new ArrayList<>();
  private int stages;

  /** One step, with data of its own. */
  private record Stage(
      Scene scene, WorkerHandle worker, String step, String category, boolean claimed) {
    Ledger.Event event() {
      return Objects.requireNonNull(scene.ledger.event(0));
    }

    /** Whether the provider may have been asked before the step and is asked again after it. */
    boolean isBetweenSendAndRecord() {
      return step.equals("send:after")
          || (step.startsWith("settle:") && !step.equals("settle:after"));
    }
  }

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    halt(trial, HANDED_OFF, "default", false);
    halt(trial, CLAIMED, "default", true);
    if (!trial.isQuick()) {
      halt(trial, HANDED_OFF, "silent", false);
      halt(trial, CLAIMED, "silent", true);
      haltAtEachCall(trial, "append", "default", false);
      haltAtEachCall(trial, "claim", "default", true);
      haltAtEachCall(trial, "settle", "default", false);
      haltAtEachCall(trial, "settle", "silent", false);
    }
    recover(trial);
  }

  private void halt(Trial trial, List<String> steps, String category, boolean claimed)
      throws Exception {
    for (int from = 0; from < steps.size(); from += AT_ONCE) {
      List<String> part = steps.subList(from, Math.min(steps.size(), from + AT_ONCE));
      for (Stage stage : start(trial, part, category, claimed)) {
        trial.require(hasHalted(stage), "no worker came by %s (%s)", stage.step, stage.category);
      }
    }
  }

  private void haltAtEachCall(Trial trial, String operation, String category, boolean claimed)
      throws Exception {
    int calls = 0;
    for (int from = 1; from < MOST_CALLS; from += AT_ONCE) {
      List<String> part = new ArrayList<>();
      for (int call = from; call < from + AT_ONCE; call++) {
        part.add(operation + ":" + call);
      }
      List<Stage> started = start(trial, part, category, claimed);
      int before = calls;
      for (Stage stage : started) {
        calls += hasHalted(stage) ? 1 : 0;
      }
      if (calls - before < AT_ONCE) {
        break;
      }
    }
    trial.note("%s (%s) makes %d calls to the database", operation, category, calls);
    trial.require(calls > 0, "no worker came by a call of %s", operation);
  }

  private List<Stage> start(Trial trial, List<String> steps, String category, boolean claimed)
      throws Exception {
    List<Stage> started = new ArrayList<>();
    for (String step : steps) {
      Scene scene = trial.scene("f2_" + stages++);
      WorkerHandle worker =
          scene.start(HALTING.with("halt", step).with("armed", !claimed).with("connections", 4));
      started.add(new Stage(scene, worker, step, category, claimed));
    }
    for (Stage stage : started) {
      stage.worker.awaitReady();
      long at = claimed ? System.currentTimeMillis() + DUE_IN_MILLIS : 0;
      stage.scene.ask(0, "user", "EMAIL", category, at);
      if (claimed) {
        stage.scene.awaitAcked(Duration.ofSeconds(30));
        Pause.until(Duration.ofSeconds(1), () -> stage.worker.answer("STATS").contains(" true "));
        stage.worker.say("ARM");
      }
    }
    return started;
  }

  /** Waits until the worker has halted, or is done without. */
  private boolean hasHalted(Stage stage) throws Exception {
    boolean ended =
        Pause.until(Duration.ofSeconds(30), () -> stage.worker.gone.isDone() || isDone(stage));
    if (ended && stage.worker.gone.isDone()) {
      stage.worker.awaitExit();
      stage.scene.markInFlight(stage.worker);
      halted.add(stage);
      return true;
    }
    stage.worker.dispose();
    return false;
  }

  private static boolean isDone(Stage stage) {
    try {
      return stage.scene.ledger.isAcked(0)
          && stage.event().accepted() > 0
          && stage.worker.answer("STATS").startsWith("0 true");
    } catch (IllegalStateException halted) {
      return false;
    }
  }

  private void recover(Trial trial) throws Exception {
    for (Stage stage : halted) {
      trial.addInFlight(stage.event().caught);
      stage.scene.startHere(WorkerConfig.DEFAULT.with("connections", 2));
    }
    for (Stage stage : halted) {
      trial.require(
          stage.scene.awaitAcked(Trial.PATIENCE)
              && stage.scene.awaitDrained(Trial.PATIENCE),
          "halted at %s, it did not drain",
          stage.step);
      awaitReconciled(stage);
      judge(trial, stage);
    }
  }

  /** An unknown outcome waits for a receipt, outside the queue's depths. */
  private static void awaitReconciled(Stage stage) {
    Pause.until(
        Duration.ofSeconds(30),
        () -> {
          try {
            return delivery(stage).state().isTerminal();
          } catch (Exception e) {
            return false;
          }
        });
  }

  private static Delivery delivery(Stage stage) throws Exception {
    return stage.scene.look(
        store ->
            store
                .log()
                .deliveries("", Objects.requireNonNull(stage.event().notificationId))
                .get(0));
  }

  private void judge(Trial trial, Stage stage) throws Exception {
    boolean silent = stage.category.equals("silent");
    Delivery delivery = delivery(stage);
    long calls = stage.event().accepted();
    trial.note(
        "halted at %s (%s, %s): %d calls, %s%s",
        stage.step,
        stage.category,
        stage.claimed ? "claimed" : "handed off",
        calls,
        delivery.state(),
        delivery.reason() == null ? "" : " " + delivery.reason());
    trial.require(calls <= (stage.isBetweenSendAndRecord() && !silent ? 2 : 1), "%d calls", calls);
    trial.require(silent || calls >= 1, "halted at %s, it was never sent", stage.step);
    trial.audit(
        stage.scene,
        d ->
            d.state() == DeliveryState.ACCEPTED
                || (silent && DeadReason.OUTCOME_UNKNOWN.name().equals(d.reason())));
  }
}
