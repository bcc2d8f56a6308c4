package dev.notifykit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.notifykit.Channel;
import dev.notifykit.Priority;
import dev.notifykit.Target;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class RecordingProviderTest {
  private static SendRequest request() {
    return new SendRequest(
        UUID.randomUUID(),
        1,
        "",
        "ann",
        null,
        Target.phone("+14155550123"),
        SmsMessage.of("x"),
        "orders",
        Priority.NORMAL,
        null);
  }

  /** Whoever awaits a request and releases it must not be between the two. */
  @Test
  void whatIsSeenCanBeReleased() {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 1_000; i++) {
        RecordingProvider sms = RecordingProvider.of(Channel.SMS).thenHang();
        CompletableFuture<Outcome> outcome =
            CompletableFuture.supplyAsync(() -> sms.send(request()), threads)
                .thenCompose(stage -> stage);
        while (sms.sent().isEmpty()) {
          Thread.yield();
        }
        assertThat(sms.release(new Outcome.Accepted("m"))).isEqualTo(1);
        outcome.join();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void requestThatFailsAnAssertionIsNotInFlight() {
    RecordingProvider sms =
        RecordingProvider.of(Channel.SMS)
            .when(
                request -> {
                  throw new AssertionError("an unexpected recipient");
                })
            .answer(new Outcome.Accepted("m"));
    assertThatThrownBy(() -> sms.send(request())).isInstanceOf(AssertionError.class);
    assertThat(sms.inFlight()).isZero();
  }
}
