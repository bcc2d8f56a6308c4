package dev.notifykit.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SendThreadsTest {
  private static final Outcome SENT = new Outcome.Accepted("id");
  private static final Outcome FULL =
      new Outcome.Throttled("max_in_flight", null, Outcome.Scope.PROVIDER);

  private final SendThreads threads = SendThreads.of("test", 3);
  private final CountDownLatch answer = new CountDownLatch(1);

  @AfterEach
  void close() {
    answer.countDown();
    threads.close();
  }

  private static Outcome outcome(CompletionStage<Outcome> stage) throws Exception {
    return stage.toCompletableFuture().get();
  }

  private Outcome await() throws InterruptedException {
    answer.await();
    return SENT;
  }

  @Test
  void sendsRunAtOnceAndOneTooManyIsRefused() throws Exception {
    List<CompletionStage<Outcome>> running =
        List.of(threads.run(this::await), threads.run(this::await), threads.run(this::await));
    assertThat(outcome(threads.run(this::await))).isEqualTo(FULL);
    answer.countDown();
    for (CompletionStage<Outcome> stage : running) {
      assertThat(outcome(stage)).isEqualTo(SENT);
    }
    assertThat(outcome(threads.run(this::await))).as("there is room again").isEqualTo(SENT);
  }

  @Test
  void threadThatCannotBeStartedKeepsNoPlace() throws Exception {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    ExecutorService executor =
        Executors.newCachedThreadPool(
            task -> {
              if (exhausted.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return new Thread(task);
            });
    try (SendThreads few = new SendThreads(1, executor)) {
      assertThat(outcome(few.run(() -> SENT))).isEqualTo(new Outcome.Retryable("no_thread"));
      exhausted.set(false);
      assertThat(outcome(few.run(() -> SENT))).isEqualTo(SENT);
    }
  }

  @Test
  void severalMessagesTakeTheirPlacesOrNone() throws Exception {
    CompletionStage<Outcome> first = threads.run(this::await);
    List<CompletionStage<Outcome>> refused = threads.runAll(3, () -> List.of(SENT, SENT, SENT));
    assertThat(refused).hasSize(3);
    for (CompletionStage<Outcome> stage : refused) {
      assertThat(outcome(stage)).isEqualTo(FULL);
    }
    Outcome rejected = new Outcome.Rejected("two");
    List<CompletionStage<Outcome>> sent = threads.runAll(2, () -> List.of(SENT, rejected));
    assertThat(outcome(sent.get(0))).isEqualTo(SENT);
    assertThat(outcome(sent.get(1))).isEqualTo(rejected);
    answer.countDown();
    assertThat(outcome(first)).isEqualTo(SENT);
  }

  @Test
  void whoeverWaitsForAnOutcomeFindsRoom() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      assertThat(outcome(threads.runAll(3, () -> List.of(SENT, SENT, SENT)).get(2)))
          .isEqualTo(SENT);
    }
  }

  @Test
  void whatASendThrowsFailsItsStageAndGivesItsPlaceBack() throws Exception {
    for (int i = 0; i < 10; i++) {
      CompletionStage<Outcome> failed =
          threads.run(
              () -> {
                throw new IllegalStateException("a bug");
              });
      assertThatThrownBy(() -> outcome(failed))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(outcome(threads.run(() -> SENT))).isEqualTo(SENT);
  }

  @Test
  void afterCloseNothingIsSentAndWhatRunsGoesOn() throws Exception {
    CompletionStage<Outcome> running = threads.run(this::await);
    threads.close();
    assertThat(outcome(threads.run(() -> SENT)))
        .isEqualTo(new Outcome.Retryable("provider_closed"));
    answer.countDown();
    assertThat(outcome(running)).isEqualTo(SENT);
    assertThat(threads.close(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void whatDoesNotEndInTimeIsInterrupted() throws Exception {
    CompletionStage<Outcome> running = threads.run(this::await);
    assertThat(threads.close(Duration.ofMillis(1))).isFalse();
    assertThat(outcome(running)).as("perhaps taken").isEqualTo(new Outcome.Unknown("interrupted"));
  }

  @Test
  void threadsAreNamedAndHoldNoJvm() throws Exception {
    AtomicReference<Thread> ran = new AtomicReference<>();
    for (SendThreads some : List.of(threads, SendThreads.holdingMonitors("test", 1))) {
      outcome(
          some.run(
              () -> {
                ran.set(Thread.currentThread());
                return SENT;
              }));
      assertThat(ran.get().getName()).startsWith("test-");
      assertThat(ran.get().isDaemon()).isTrue();
      some.close();
    }
  }

  @Test
  void roomForNoneOrForever() {
    for (int max : new int[] {-1, 0, 100_001, Integer.MAX_VALUE}) {
      assertThatThrownBy(() -> SendThreads.of("test", max))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("maxInFlight is " + max)
          .hasMessageContaining("100000");
    }
  }
}
