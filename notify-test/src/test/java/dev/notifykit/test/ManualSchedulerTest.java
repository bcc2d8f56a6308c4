package dev.notifykit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ManualSchedulerTest {
  private final SettableClock clock = new SettableClock();
  private final ManualScheduler scheduler = new ManualScheduler(clock);
  private final List<String> ran = new ArrayList<>();

  private void schedule(String name, long seconds) {
    Instant due = clock.instant().plusSeconds(seconds);
    scheduler.schedule(
        Duration.ofSeconds(seconds),
        () -> {
          assertThat(clock.instant()).isEqualTo(due);
          ran.add(name);
        });
  }

  @Test
  void dueTasksRunInOrderAtTheirTime() {
    schedule("c", 30);
    schedule("a", 10);
    schedule("d", 40);
    schedule("a2", 10);
    scheduler.advance(Duration.ofSeconds(30));
    assertThat(ran).containsExactly("a", "a2", "c");
    assertThat(clock.instant()).isEqualTo(SettableClock.START.plusSeconds(30));
    assertThat(scheduler.pending()).isEqualTo(1);
  }

  @Test
  void taskScheduledOnTheWayRunsOnTheWay() {
    scheduler.schedule(Duration.ofSeconds(1), () -> schedule("later", 5));
    scheduler.advance(Duration.ofSeconds(6));
    assertThat(ran).containsExactly("later");
  }

  @Test
  void cancelledTaskDoesNotRun() {
    Runnable cancel = scheduler.schedule(Duration.ofSeconds(1), () -> ran.add("x"));
    cancel.run();
    cancel.run();
    scheduler.advance(Duration.ofDays(1));
    assertThat(ran).isEmpty();
  }

  @Test
  void failingTaskStopsNothing() {
    scheduler.schedule(
        Duration.ofSeconds(1),
        () -> {
          throw new IllegalStateException("on purpose");
        });
    schedule("next", 2);
    scheduler.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("next");
  }

  @Test
  void taskThatFailsWithAnErrorStopsNothing() {
    scheduler.schedule(
        Duration.ofSeconds(1),
        () -> {
          throw new StackOverflowError("on purpose");
        });
    schedule("next", 2);
    scheduler.advance(Duration.ofSeconds(2));
    assertThat(ran).containsExactly("next");
  }

  @Test
  void whatATaskAssertsFailsTheTest() {
    scheduler.schedule(Duration.ofSeconds(1), () -> assertThat(ran).isNotEmpty());
    assertThatThrownBy(() -> scheduler.advance(Duration.ofSeconds(2)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> scheduler.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedSchedulerRunsNothing() {
    schedule("x", 1);
    scheduler.close();
    schedule("y", 1);
    scheduler.advance(Duration.ofSeconds(2));
    assertThat(ran).isEmpty();
  }
}
