package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeliveryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** F9: one route takes half a minute for each send; the other, loaded, must not notice. */
final class SlowRoute implements Fault {
  private static final int SLOW_MILLIS = 30_000;
  private static final int SLOW_SENDS = 128;
  private static final double MOST = 1.5;

  private int next;

  @Override
  public void run(Trial trial) throws Exception {
    int perSecond = trial.options.number("rate", 200);
    int seconds = trial.options.number("seconds", 12);
    Scene scene = trial.scene("f9");
    scene.answers(
        call -> new Scene.Answer("accepted", call.channel().equals("EMAIL") ? SLOW_MILLIS : 5));
    scene.start(WorkerConfig.DEFAULT.with("emailTimeout", SLOW_MILLIS + 10_000)).awaitReady();
    p99(scene, perSecond, seconds); // warm
    double baseline = p99(scene, perSecond, seconds);
    for (int i = 0; i < SLOW_SENDS; i++) {
      scene.ask(next, "user-" + next++, "EMAIL", "default", 0);
    }
    double beside = p99(scene, perSecond, seconds);
    trial.note(
        "p99 from send to provider: %.1f ms alone, %.1f ms beside a slow route (%.2fx)",
        baseline, beside, beside / baseline);
    trial.require(
        beside <= baseline * MOST, "the slow route cost the other one %.2fx", beside / baseline);
    trial.awaitDrained(scene, Trial.PATIENCE);
    scene.endWorkers();
    trial.audit(scene, d -> d.state() == DeliveryState.ACCEPTED);
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }

  /** Sends text messages at an even rate; returns the 99th percentile of their latency in ms. */
  private double p99(Scene scene, int perSecond, int seconds) {
    int first = next;
    long began = System.nanoTime();
    List<Long> askedAt = new ArrayList<>();
    for (int i = 0; i < perSecond * seconds; i++) {
      long due = began + i * 1_000_000_000L / perSecond;
      Pause.millis(Math.max(0, (due - System.nanoTime()) / 1_000_000));
      askedAt.add(System.nanoTime());
      scene.ask(next, "user-" + next++, "SMS", "default", 0);
    }
    Pause.until(Duration.ofSeconds(30), () -> scene.ledger.isCalled(first, first + askedAt.size()));
    List<Long> took = new ArrayList<>();
    for (int i = 0; i < askedAt.size(); i++) {
      took.add(scene.ledger.firstCall(first + i) - askedAt.get(i));
    }
    took.sort(null);
    return took.get(took.size() * 99 / 100) / 1e6;
  }
}
