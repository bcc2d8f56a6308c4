package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.notifykit.Channel;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.StoreException;
import dev.notifykit.message.SmsMessage;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.test.Await;
import dev.notifykit.test.ManualScheduler;
import dev.notifykit.test.RecordingProvider;
import dev.notifykit.test.SettableClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PurgeTest {
  private static final Recipient ANN = Recipient.builder("ann").phone("+14155550123").build();

  private final SettableClock clock = new SettableClock();
  private final ManualScheduler scheduler = new ManualScheduler(clock);
  private final AtomicInteger purges = new AtomicInteger();
  private NotificationClient client;

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void theLogIsKeptAsLongAsTheClientIsTold() {
    client = client(purges::incrementAndGet).purgeAfter(Duration.ofHours(4)).build();
    send();
    scheduler.advance(Duration.ofHours(3));
    Await.until("it was looked through", () -> purges.get() > 0);
    assertThat(client.history("ann", 10)).hasSize(1);

    awaitPurged();
  }

  @Test
  void withoutBeingToldNothingIsPurged() {
    client = client(purges::incrementAndGet).build();
    send();
    scheduler.advance(Duration.ofHours(12));
    assertThat(client.history("ann", 10)).hasSize(1);
    assertThat(purges).hasValue(0);
  }

  @Test
  void aPurgeThatFailsIsMadeUpFor() {
    client =
        client(
                () -> {
                  if (purges.incrementAndGet() == 1) {
                    throw new StoreException("away");
                  }
                })
            .purgeAfter(Duration.ofHours(1))
            .build();
    send();
    awaitPurged();
    assertThat(purges.get()).isGreaterThan(1);
  }

  /** The next purge is scheduled by the thread that ended the one before, so time goes on. */
  private void awaitPurged() {
    Await.until(
        "the log is empty",
        () -> {
          scheduler.advance(Duration.ofMinutes(30));
          return client.history("ann", 10).isEmpty();
        });
  }

  private NotificationClient.Builder client(Runnable beforePurge) {
    NotificationStore store = InMemoryStore.builder().clock(clock).build();
    return NotificationClient.builder()
        .store(FaultyStore.before(store, "purge", beforePurge))
        .scheduler(scheduler)
        .provider(RecordingProvider.of(Channel.SMS));
  }

  private void send() {
    client.notification().to(ANN).content(SmsMessage.of("hi")).send();
    Await.until("it is settled", client::isIdle);
  }
}
