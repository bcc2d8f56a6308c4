package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.provider.Outcome;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.RecordingProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Retries on a shared store, whose own work is found by polling. */
@Timeout(60)
class SharedRetryTest {
  @Test
  void nodeThatMadeADeliveryWaitTakesItWhenItIsDue() throws Exception {
    RecordingProvider sms =
        RecordingProvider.of(Channel.SMS).then(2, new Outcome.Retryable("busy"));
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;WRITE_DELAY=0");
    try (HikariDataSource database = new HikariDataSource(config);
        NotificationClient client =
            NotificationClient.builder()
                .store(JdbcStore.create(database))
                .pollInterval(Duration.ofHours(1))
                .retry(RetryPolicy.exponential(Duration.ofMillis(20)).maxAttempts(6))
                .templates(TemplateSource.of(Map.of("hello/sms.txt", "Hello")))
                .provider(sms)
                .build()) {
      Receipt receipt =
          client
              .notification("hello")
              .to(Recipient.builder("ann").phone("+14155550100").build())
              .send();
      List<Delivery> ended = receipt.completion().toCompletableFuture().get(30, TimeUnit.SECONDS);
      assertThat(ended)
          .singleElement()
          .satisfies(d -> assertThat(d.state()).isEqualTo(DeliveryState.ACCEPTED))
          .satisfies(d -> assertThat(d.attempts()).isEqualTo(3));
    }
  }
}
