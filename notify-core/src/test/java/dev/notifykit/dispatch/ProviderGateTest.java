package dev.notifykit.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.ProviderStats;
import dev.notifykit.Scheduler;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider that is out of use is probed until it is back. */
@Timeout(60)
final class ProviderGateTest {
  private static final int ROUNDS = 2_000;

  private final Queue<Runnable> timers = new ConcurrentLinkedQueue<>();

  private static final class Silent implements Provider {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      return new CompletableFuture<>();
    }

    @Override
    public void close() {}
  }

  private final class Timers implements Scheduler {
    @Override
    public Runnable schedule(Duration delay, Runnable task) {
      timers.add(task);
      return () -> timers.remove(task);
    }

    @Override
    public void close() {}
  }

  private ProviderGate gate() {
    Alerts alerts = new Alerts(new Events(List.of()), InstantSource.system());
    return new ProviderGate(new Silent(), new Timers(), alerts, () -> {});
  }

  /** Answers that were under way when it was shut come at any moment, that of its probe's too. */
  @Test
  void anAnswerThatComesLateAsItIsHalfOpenedLeavesItNotShutForEver() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      timers.clear();
      ProviderGate gate = gate();
      assertThat(gate.tryEnter()).isTrue();
      assertThat(gate.tryEnter()).isTrue();
      gate.exit(new Outcome.Misconfigured("403"), 1);
      Runnable halfOpen = timers.remove();
      CyclicBarrier start = new CyclicBarrier(2);
      CompletableFuture<Void> late =
          CompletableFuture.runAsync(
              () -> {
                await(start);
                gate.exit(new Outcome.Unknown("timeout"), 1);
              });
      await(start);
      halfOpen.run();
      late.get(10, TimeUnit.SECONDS);
      boolean isProbed = gate.room() > 0 || !timers.isEmpty();
      assertThat(isProbed).as("round %d: %s", round, gate.stats()).isTrue();
      assertThat(gate.stats().state()).isNotEqualTo(ProviderStats.State.UP);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
