package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * F22: an opt-out or an erasure on one node races a send on another. What was sent must have been
 * claimed by a claim that began before the opt-out returned; both moments are read on the machine's
 * monotonic clock, which its processes share.
 */
final class OptOutRace implements Fault {
  private static final int AT_ONCE = 100;
  private static final int DELAY_MILLIS = 250;
  private static final long CLOSE_NANOS = 20_000_000;

  @Override
  public void run(Trial trial) throws Exception {
    int races = trial.options.number("sends", 10_000);
    Scene scene = trial.scene("f22");
    List<WorkerHandle> workers =
        scene.startAll(trial.database.isShared() ? 2 : 1, WorkerConfig.PATIENT.with("poll", 20));
    save(workers.get(0), races);
    Map<Integer, Long> refused = race(trial, scene, workers, races);
    trial.awaitDrained(scene, Trial.PATIENCE);
    judge(trial, scene, refused);
    trial.audit(
        scene, d -> d.state() == DeliveryState.ACCEPTED || d.state() == DeliveryState.SUPPRESSED);
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }

  private static void save(WorkerHandle worker, int recipients) {
    List<CompletableFuture<String>> saved = new ArrayList<>();
    for (int i = 0; i < recipients; i++) {
      saved.add(worker.ask("SAVE", "user-" + i));
    }
    saved.forEach(CompletableFuture::join);
  }

  /** Returns when each refusal returned. */
  private static Map<Integer, Long> race(
      Trial trial, Scene scene, List<WorkerHandle> workers, int races)
      throws InterruptedException, ExecutionException {
    ScheduledExecutorService starter = Executors.newScheduledThreadPool(2);
    Semaphore room = new Semaphore(AT_ONCE);
    Map<Integer, Long> refused = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < races; i++) {
      int event = i;
      room.acquire();
      // Either a send at once, handed off, or one that is claimed when it is due.
      boolean later = trial.random.nextBoolean();
      String refusal = trial.random.nextInt(4) == 0 ? "ERASE" : "OPTOUT";
      WorkerHandle refuser = workers.get(trial.random.nextInt(workers.size()));
      long at = later ? System.currentTimeMillis() + DELAY_MILLIS : 0;
      int refuseIn = (later ? DELAY_MILLIS - 20 : 0) + trial.random.nextInt(later ? 60 : 12);
      starter.schedule(
          () -> scene.ask(event, "user-" + event, "EMAIL", "default", at),
          later ? 0 : trial.random.nextInt(8),
          TimeUnit.MILLISECONDS);
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      starter.schedule(
          () ->
              refuser
                  .ask(refusal, "user-" + event)
                  .whenComplete(
                      (nanos, failure) -> {
                        room.release();
                        if (failure == null && !nanos.startsWith("failed")) {
                          refused.put(event, Long.valueOf(nanos));
                          end.complete(null);
                        } else {
                          end.completeExceptionally(new IllegalStateException(nanos));
                        }
                      }),
          refuseIn,
          TimeUnit.MILLISECONDS);
    }
    for (CompletableFuture<Void> end : ends) {
      end.get();
    }
    starter.shutdown();
    return refused;
  }

  private static void judge(Trial trial, Scene scene, Map<Integer, Long> refused) {
    int sent = 0;
    int close = 0;
    for (Ledger.Event event : scene.ledger.events()) {
      long refusedAt = refused.getOrDefault(event.number, Long.MAX_VALUE);
      for (Ledger.Call call : event.calls) {
        sent++;
        long late = call.claimBegan() - refusedAt;
        close += Math.abs(late) < CLOSE_NANOS ? 1 : 0;
        if (late > 0 || call.claimBegan() == 0) {
          trial.addUnexpected(1);
          trial.note(
              "UNEXPECTED event %d was claimed %d us after its refusal and sent",
              event.number, late / 1_000);
        }
      }
    }
    trial.note(
        "%d of %d were sent, %d of them claimed within 20 ms of the end of the refusal",
        sent, scene.ledger.asked(), close);
    trial.require(
        sent > 0 && sent < scene.ledger.asked(), "the race was won by one side every time");
  }
}
