package dev.notifykit.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignalTest {
  @Test
  void aFailedRunIsIdleAndRunsAgainWhenSignalled() {
    AtomicInteger runs = new AtomicInteger();
    Signal signal =
        new Signal(
            Runnable::run,
            () -> {
              if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("first run");
              }
            });
    signal.signal();
    assertThat(signal.isIdle()).isTrue();
    signal.signal();
    assertThat(runs).hasValue(2);
    assertThat(signal.isIdle()).isTrue();
  }
}
