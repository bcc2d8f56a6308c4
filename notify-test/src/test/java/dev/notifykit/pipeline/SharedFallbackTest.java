package dev.notifykit.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Device;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fallbacks of nodes that share a database: what is due on both goes out on one. */
@Timeout(120)
class SharedFallbackTest {
  private static final Map<String, String> TEMPLATES =
      Map.of("hello/push.body", "Hello", "hello/sms.txt", "Hello");

  private static HikariDataSource database() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;WRITE_DELAY=0");
    config.setMaximumPoolSize(12);
    return new HikariDataSource(config);
  }

  /** A node; push is dead for those whose id is odd. */
  private static final class Node implements AutoCloseable {
    final RecordingProvider push = RecordingProvider.of(Channel.PUSH);
    final RecordingProvider sms = RecordingProvider.of(Channel.SMS);
    final NotificationClient client;

    Node(HikariDataSource database) {
      push.when(r -> r.recipientId().endsWith("odd")).answer(new Outcome.Rejected("gone"));
      client =
          NotificationClient.builder()
              .store(JdbcStore.create(database))
              .pollInterval(Duration.ofMillis(20))
              .templates(TemplateSource.of(TEMPLATES))
              .provider(push)
              .provider(sms)
              .build();
    }

    @Override
    public void close() {
      client.close(Duration.ofSeconds(10));
    }
  }

  @Test
  void eachGoesOutOnce() {
    try (HikariDataSource database = database();
        Node one = new Node(database);
        Node two = new Node(database)) {
      List<Receipt> receipts = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Node node = i % 4 < 2 ? one : two;
        Recipient to =
            Recipient.builder("r" + i + (i % 2 == 0 ? "-even" : "-odd"))
                .device(Device.ios("%064x".formatted(i)))
                .phone("+1415555%04d".formatted(i))
                .build();
        receipts.add(
            node.client
                .notification("hello")
                .to(to)
                .via(Channel.PUSH)
                .fallback(Channel.PUSH, Channel.SMS)
                .after(Duration.ofMillis(400))
                .send());
      }
      for (Receipt receipt : receipts) {
        Await.until(
            "all is settled",
            () -> states(one, receipt).stream().allMatch(DeliveryState::isTerminal));
      }
      List<String> reached =
          Stream.of(one, two)
              .flatMap(node -> node.sms.sent().stream())
              .map(SendRequest::recipientId)
              .toList();
      assertThat(reached).hasSize(60).doesNotHaveDuplicates();
    }
  }

  private static List<DeliveryState> states(Node node, Receipt receipt) {
    return node.client.deliveries(receipt.notificationId()).stream().map(Delivery::state).toList();
  }

  @Test
  void outlivesTheNodeThatPlannedIt() {
    try (HikariDataSource database = database()) {
      Receipt receipt;
      try (Node dying = new Node(database)) {
        dying.client.pause(Route.SMS); // so that it is gone before the fallback's time, always
        receipt =
            dying
                .client
                .notification("hello")
                .to(
                    Recipient.builder("ann-even")
                        .device(Device.ios("a".repeat(64)))
                        .phone("+14155550100")
                        .build())
                .via(Channel.PUSH)
                .fallback(Channel.PUSH, Channel.SMS)
                .after(Duration.ofMillis(300))
                .send();
        Await.until("the push is out", () -> dying.push.sent().size() == 1);
        assertThat(dying.sms.sent()).isEmpty();
      }
      try (Node next = new Node(database)) {
        Await.until(
            "the text is out",
            () -> states(next, receipt).stream().allMatch(DeliveryState::isTerminal));
        assertThat(next.sms.sent()).hasSize(1);
        assertThat(next.push.sent()).isEmpty();
      }
    }
  }
}
