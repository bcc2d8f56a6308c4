package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.List;

/** F16: rows that cannot be read, or are of a later version, among as many that can. */
final class CorruptRows implements Fault {
  private static final List<String> DAMAGE =
      List.of("{\"v\":1,", "nonsense", "{\"v\":99}", "{\"v\":1,\"data\":7}");
  private static final Duration ON_TIME = Duration.ofSeconds(10);

  @Override
  public void run(Trial trial) throws Exception {
    trial.requireDurable();
    int rows = trial.options.number("sends", 1_000);
    Scene scene = trial.scene("f16");
    WorkerHandle writer = scene.start(WorkerConfig.PATIENT.with("paused", true));
    scene.ask(0, 2 * rows);
    trial.require(scene.awaitAcked(Duration.ofMinutes(2)), "not all was acknowledged");
    writer.terminate();
    damage(trial, scene, rows);
    scene.start(WorkerConfig.PATIENT).awaitReady();
    long began = System.nanoTime();
    trial.require(
        Pause.until(ON_TIME, () -> scene.ledger.calls() >= rows),
        "the neighbours were not all sent within %s: %d of %d",
        ON_TIME,
        scene.ledger.calls(),
        rows);
    trial.note("the neighbours were sent within %.1f s", (System.nanoTime() - began) / 1e9);
    trial.awaitDrained(scene, Trial.PATIENCE);
    scene.endWorkers();
    trial.audit(scene, CorruptRows::isSentOrQuarantined);
    for (Ledger.Event event : scene.ledger.events()) {
      int calls = isDamaged(event.number) ? 0 : 1;
      trial.require(
          event.calls.size() == calls,
          "event %d was sent %d times, not %d",
          event.number,
          event.calls.size(),
          calls);
    }
  }

  private static boolean isDamaged(int event) {
    return event % 2 == 1;
  }

  private static boolean isSentOrQuarantined(Delivery delivery) {
    return delivery.state() == DeliveryState.ACCEPTED
        || DeadReason.UNREADABLE.name().equals(delivery.reason());
  }

  private static void damage(Trial trial, Scene scene, int rows) throws Exception {
    String sql =
        "UPDATE " + scene.address().data() + "_notification SET content = ? WHERE event_id = ?";
    try (StoreAddress.Opened opened = scene.address().open(1, pool -> pool);
        Connection connection = opened.connection();
        PreparedStatement update = connection.prepareStatement(sql)) {
      int damaged = 0;
      for (int event = 1; event < 2 * rows; event += 2) {
        update.setString(1, DAMAGE.get(trial.random.nextInt(DAMAGE.size())));
        update.setString(2, "fault#" + event);
        damaged += update.executeUpdate();
      }
      trial.require(damaged == rows, "%d rows were damaged, not %d", damaged, rows);
    }
  }
}
