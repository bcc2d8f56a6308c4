package dev.notifykit.benchmarks;

import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import java.util.Locale;
import java.util.Map;

/** What a delivery that waits in memory weighs: a million of them, each a notification of its own. */
final class QueueMemory {
  private static final int QUEUED = 1_000_000;
  private static final int RECIPIENTS = 100_000;

  private QueueMemory() {}

  public static void main(String[] args) {
    try (NotificationClient client =
        NotificationClient.builder()
            .store(InMemoryStore.create())
            .provider(new PipelineMemory.CountingProvider())
            .templates(
                TemplateSource.of(Map.of("t/sms.txt", "{{a}} {{b}} {{c}} {{d}} {{e}} {{f}}")))
            .build()) {
      client.pause(Route.SMS);
      for (int i = 0; i < RECIPIENTS; i++) {
        client.recipients().save(Recipient.builder("user-" + i).phone("+14155550100").build());
      }
      long before = used();
      for (int i = 0; i < QUEUED; i++) {
        send(client, i);
      }
      long bytes = (used() - before) / QUEUED;
      long ready = client.stats().routes().get(Route.SMS).ready();
      System.out.printf(
          Locale.ROOT,
          "RESULT queue-memory ours=%d queued=%d maxheap=%dMiB unit=bytes/delivery%n",
          bytes,
          ready,
          Runtime.getRuntime().maxMemory() >> 20);
    }
  }

  private static void send(NotificationClient client, int i) {
    client
        .notification("t")
        .eventId("orders#" + i)
        .to("user-" + i % RECIPIENTS)
        .with("a", "name " + i)
        .with("b", "order " + i)
        .with("c", "date " + i)
        .with("d", "carrier " + i)
        .with("e", "weight " + i)
        .with("f", "arrival " + i)
        .send();
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
