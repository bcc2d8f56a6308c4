package dev.notifykit.benchmarks.faults;

import dev.notifykit.test.FaultyProxy;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * F6: connections to the database break after a commit and before its reply, so that the caller
 * cannot know; it sends again under the same event id.
 */
final class LostReply implements Fault {
  @Override
  public void run(Trial trial) throws Exception {
    trial.requireShared();
    int cuts = trial.options.number("cuts", 200);
    int share = trial.options.number("sends", 8_000) / cuts;
    Scene scene = trial.scene("f6");
    URI server = URI.create(scene.address().url().replaceFirst("^jdbc:", ""));
    AtomicInteger storedUnknown = new AtomicInteger();
    try (FaultyProxy proxy = FaultyProxy.to("127.0.0.1", server.getPort())) {
      scene.onFailed(event -> storedUnknown.addAndGet(isStored(scene, event) ? 1 : 0));
      scene.startAll(2, WorkerConfig.DEFAULT.with(scene.address().through(proxy.port())));
      for (int cut = 0; cut < cuts; cut++) {
        int before = scene.ledger.acked();
        scene.ask(cut * share, (cut + 1) * share);
        // Connections are made anew after each cut; only then is there something to cut.
        Pause.until(Duration.ofSeconds(5), () -> scene.ledger.acked() > before);
        Pause.micros(trial.random.nextInt(8_000));
        proxy.replies(FaultyProxy.Fault.blackHole());
        Pause.millis(20); // for the server to do what it was asked
        proxy.resetAll();
        proxy.heal();
      }
      trial.awaitDrained(scene, Trial.PATIENCE);
      trial.note(
          "%d sends failed though they were stored, %d connections",
          storedUnknown.get(), proxy.connections());
      // A client of Redis sends again by itself once it is connected anew: no send fails.
      boolean wasCut =
          trial.database.isRelational() ? storedUnknown.get() > 0 : proxy.connections() > cuts;
      trial.require(wasCut, "no reply of a commit was lost");
      trial.audit(scene, Trial.ACCEPTED_OR_POISON);
      scene.endWorkers();
    }
  }

  private static boolean isStored(Scene scene, int event) {
    try {
      return scene.look(store -> store.queue().findEvent("", "fault#" + event).isPresent());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
