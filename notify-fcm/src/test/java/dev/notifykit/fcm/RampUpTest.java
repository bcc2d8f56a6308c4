package dev.notifykit.fcm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RampUpTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7);
  private final RampUp ramp = new RampUp(500, Duration.ofMinutes(1), now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void growsFromATenthToAllOverTheRamp() {
    assertThat(ramp.allowed()).isEqualTo(500); // nothing to hold back yet
    ramp.send();
    assertThat(ramp.allowed()).isEqualTo(50);
    pass(Duration.ofSeconds(30));
    ramp.send();
    assertThat(ramp.allowed()).isEqualTo(275);
    pass(Duration.ofSeconds(30));
    assertThat(ramp.allowed()).isEqualTo(500);
  }

  @Test
  void startsAnewAfterFiveIdleMinutes() {
    ramp.send();
    pass(Duration.ofMinutes(4));
    ramp.send();
    assertThat(ramp.allowed()).isEqualTo(500);
    pass(Duration.ofMinutes(6));
    ramp.send();
    assertThat(ramp.allowed()).isEqualTo(50);
  }

  @Test
  void zeroMeansAtOnce() {
    RampUp none = new RampUp(500, Duration.ZERO, now::get);
    none.send();
    assertThat(none.allowed()).isEqualTo(500);
  }
}
