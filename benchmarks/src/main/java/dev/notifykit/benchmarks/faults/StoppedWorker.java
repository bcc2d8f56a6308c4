package dev.notifykit.benchmarks.faults;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * F3: a worker is stopped past its lease and goes on afterwards, as if nothing had happened; first
 * at any moment under load, then at the steps where it holds a claim. It may neither overwrite what
 * its successor recorded nor begin a send under a lease that has lapsed.
 */
final class StoppedWorker implements Fault {
  private static final List<String> STEPS =
      List.of("append:after", "claim:after", "send:after", "settle:before");

  /** Long enough to be in flight when the worker stops, and to be so when it goes on. */
  private static final int ANSWER_MILLIS = 300;

  private static final int SUCCESSORS_ANSWER_MILLIS = 1_500;

  /** Until what a worker said before it stopped has been heard. */
  private static final int HEARD_MILLIS = 200;

  private int stale;

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    int rounds = trial.options.number("stops", 5);
    int sends = trial.options.number("sends", 1_000);
    underLoad(trial, rounds, sends);
    for (String step : STEPS) {
      atStep(trial, step);
    }
    trial.require(stale > 0, "no result came late: the fence was not put to the test");
    trial.note("%d results came late and went to the attempt log only", stale);
  }

  private void underLoad(Trial trial, int rounds, int sends) throws Exception {
    Scene scene = trial.scene("f3");
    slowAnswers(scene);
    List<WorkerHandle> workers =
        scene.startAll(trial.database.isShared() ? 2 : 1, WorkerConfig.DEFAULT);
    for (int round = 0; round < rounds; round++) {
      int share = sends / rounds;
      scene.ask(round * share, (round + 1) * share);
      WorkerHandle stopped = workers.get(trial.random.nextInt(workers.size()));
      int before = stopped.callCount.get();
      Pause.until(Duration.ofSeconds(5), () -> stopped.callCount.get() > before);
      Pause.millis(trial.random.nextInt(ANSWER_MILLIS));
      stopped.freeze();
      long frozenAt = System.nanoTime();
      Pause.millis(HEARD_MILLIS);
      Set<Ledger.Call> heard = Set.copyOf(stopped.calls);
      // An embedded store cannot be looked into now; one delivery a call may be caught.
      trial.addInFlight(
          trial.database.isShared() ? scene.markInFlight(stopped) : markAll(scene, stopped));
      awaitTakeOver(scene, stopped, trial.database.isShared());
      stopped.thaw();
      trial.awaitDrained(scene, Trial.PATIENCE);
      trial.addInFlight(markHandedOver(scene, stopped, heard, frozenAt));
    }
    scene.endWorkers();
    judge(trial, scene);
  }

  private static int markAll(Scene scene, WorkerHandle stopped) {
    stopped.calls.forEach(call -> scene.ledger.caught(call.event()));
    return 0;
  }

  /** What was with its provider when it stopped, and was heard of only when it went on. */
  private static int markHandedOver(
      Scene scene, WorkerHandle stopped, Set<Ledger.Call> heard, long frozenAt) {
    List<Ledger.Call> handedOver =
        stopped.calls.stream()
            .filter(call -> call.sendBegan() <= frozenAt && !heard.contains(call))
            .toList();
    handedOver.forEach(call -> scene.ledger.caught(call.event()));
    return handedOver.size();
  }

  private static void slowAnswers(Scene scene) {
    scene.answers(
        call ->
            new Scene.Answer(
                "accepted", call.attempt() == 1 ? ANSWER_MILLIS : SUCCESSORS_ANSWER_MILLIS));
  }

  /** Waits until another worker sends again what the stopped one had in flight. */
  private static void awaitTakeOver(Scene scene, WorkerHandle stopped, boolean shared) {
    Duration most = WorkerConfig.lease().plusSeconds(4);
    if (!shared) {
      Pause.millis(most.toMillis());
      return;
    }
    Pause.until(
        most,
        () ->
            scene.ledger.events().stream()
                .flatMap(event -> List.copyOf(event.calls).stream())
                .anyMatch(call -> call.attempt() > 1 && !call.worker().equals(stopped.id)));
  }

  private void atStep(Trial trial, String step) throws Exception {
    Scene scene = trial.scene("f3_" + step.replace(':', '_'));
    slowAnswers(scene);
    boolean claimed = step.startsWith("claim");
    WorkerHandle stopped =
        scene.start(WorkerConfig.DEFAULT.with("freeze", step).with("armed", !claimed));
    stopped.awaitReady();
    long at = claimed ? System.currentTimeMillis() + 4_000 : 0;
    scene.ask(0, "user", "EMAIL", "default", at);
    if (claimed) {
      scene.awaitAcked(Duration.ofSeconds(30));
      Pause.until(Duration.ofSeconds(1), () -> stopped.answer("STATS").contains(" true "));
      stopped.say("ARM");
    }
    if (!Pause.until(Duration.ofSeconds(20), () -> stopped.isFrozen())) {
      trial.require(false, "no worker came by %s", step);
      return;
    }
    takeOver(trial, scene, stopped);
    scene.endWorkers();
    judge(trial, scene);
  }

  private static void takeOver(Trial trial, Scene scene, WorkerHandle stopped)
      throws IOException, InterruptedException {
    Ledger.Event event = Objects.requireNonNull(scene.ledger.event(0));
    event.caught += event.calls.isEmpty() ? 0 : 1;
    trial.addInFlight(event.caught);
    if (trial.database.isShared()) {
      int before = event.calls.size();
      scene.start(WorkerConfig.DEFAULT).awaitReady();
      Pause.until(WorkerConfig.lease().plusSeconds(4), () -> event.calls.size() > before);
    } else {
      Pause.millis(WorkerConfig.lease().plusSeconds(2).toMillis());
    }
    stopped.thaw();
    trial.awaitDrained(scene, Trial.PATIENCE);
  }

  private void judge(Trial trial, Scene scene) throws Exception {
    trial.audit(scene, d -> d.state() == DeliveryState.ACCEPTED);
    long lease = WorkerConfig.lease().toNanos();
    for (Ledger.Event event : scene.ledger.events()) {
      for (Ledger.Call call : event.calls) {
        trial.require(
            call.sendBegan() - call.claimBegan() < lease,
            "event %d was sent %.1f s after its claim, whose lease had lapsed",
            event.number,
            (call.sendBegan() - call.claimBegan()) / 1e9);
      }
      if (event.calls.size() > 1) {
        judgeRecord(trial, scene, event);
      }
    }
  }

  /** The record must be that of the last claim, whoever answered last. */
  private void judgeRecord(Trial trial, Scene scene, Ledger.Event event) throws Exception {
    Ledger.Call last =
        event.calls.stream().max(Comparator.comparingInt(Ledger.Call::attempt)).orElseThrow();
    Delivery delivery =
        scene.look(
            store ->
                store.log().deliveries("", Objects.requireNonNull(event.notificationId)).get(0));
    List<Attempt> attempts = scene.look(store -> store.log().attempts("", delivery.id()));
    stale += (int) attempts.stream().filter(a -> a.outcome().equals("Stale")).count();
    trial.require(
        last.messageId().equals(delivery.providerMessageId()),
        "event %d: the store has %s, not the last claim's %s: a stale write",
        event.number,
        String.valueOf(delivery.providerMessageId()),
        last.messageId());
  }
}
