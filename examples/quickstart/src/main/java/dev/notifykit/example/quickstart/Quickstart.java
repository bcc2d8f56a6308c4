package dev.notifykit.example.quickstart;

import dev.notifykit.Delivery;
import dev.notifykit.InvalidNotificationException;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.NotificationException;
import dev.notifykit.Priority;
import dev.notifykit.Receipt;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.EventIdPolicy;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A shop's evening: mails the customers of {@code orders.csv} about their orders.
 *
 * <p>Read it from {@link #run} down. The file is as files are: some addresses cannot be mailed,
 * some events come twice, some customers opted out, one orders more than anybody wants to read
 * about, and the mail server has its moods. What the library made of it is told in the end.
 */
final class Quickstart {
  private final MailServer server;
  private final Report report;
  private final List<Order> orders = CsvFile.read("orders.csv", Order.class);
  private final List<OptOut> optOuts = CsvFile.read("opt-outs.csv", OptOut.class);

  Quickstart(MailServer server, PrintStream out) {
    this.server = server;
    this.report = new Report(out);
  }

  /** Takes {@code --smtp host:port}, or starts a mail server of its own. */
  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try (MailServer server = Arguments.mailServer(args)) {
      new Quickstart(server, out).run();
    } catch (IllegalArgumentException | NotificationException e) {
      out.println(e.getMessage());
      System.exit(2);
    }
  }

  /** Runs the evening twice over one store: the second time nothing is left to send. */
  void run() throws InterruptedException, ExecutionException {
    NotificationStore store = openStore();
    report.title("%,d orders to %s", orders.size(), server);
    try (NotificationClient client = newClient(store)) {
      Evening evening = evening(client);
      report.title("What became of them");
      report.table(evening);
      showMails();
      explainAnOptOut(client);
    }
    int before = server.received().size();
    report.title("The same file again, to a new client on the same store");
    try (NotificationClient client = newClient(store)) {
      Evening again = evening(client);
      report.table(again);
      if (server.isInProcess()) {
        report.line("%n  mails received this time: %d", server.received().size() - before);
      }
    }
  }

  /** The one place that says where notifications are kept. This one forgets with the process. */
  private static NotificationStore openStore() {
    return InMemoryStore.create();
  }

  NotificationClient newClient(NotificationStore store) {
    // region client
    return NotificationClient.builder()
        .store(store)
        .provider(server.provider())
        .templates(TemplateSource.classpath("notifications"))
        .category(Category.of("orders"))
        .category(Category.builder("reminders").priority(Priority.LOW).build())
        .eventIds(EventIdPolicy.SERVICE_SCOPED)
        .dedupe(Duration.ofDays(1))
        .rateLimit(RateLimit.perRecipient(20, Duration.ofHours(1)))
        .retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(5))
        .build();
    // endregion
  }

  /** Sends a notification for every order, and waits until each delivery has ended somehow. */
  Evening evening(NotificationClient client) throws InterruptedException, ExecutionException {
    optOuts.forEach(optOut -> optOut.record(client.preferences()));
    List<Notification> notifications = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    Instant start = Instant.now();
    for (Order order : orders) {
      try {
        client.recipients().save(order.customer());
        notifications.add(order.notification(start));
      } catch (InvalidNotificationException e) {
        refused.add(order.orderNo() + " " + e.getMessage());
      }
    }
    List<Receipt> receipts = client.sendAll(notifications); // stored from here on
    List<Delivery> deliveries = await(client, receipts, start);
    return new Evening(start, Instant.now(), receipts, refused, deliveries);
  }

  /** Waits, with a line about the queue every half second. */
  private List<Delivery> await(NotificationClient client, List<Receipt> receipts, Instant start)
      throws InterruptedException, ExecutionException {
    List<CompletableFuture<List<Delivery>>> ends =
        receipts.stream()
            .filter(receipt -> receipt.status() == Receipt.Status.ACCEPTED)
            .map(receipt -> receipt.completion().toCompletableFuture())
            .toList();
    CompletableFuture<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    while (!all.isDone()) {
      try {
        all.get(500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        // That is what the progress is for.
      }
      report.progress(client, Duration.between(start, Instant.now()));
    }
    return ends.stream().flatMap(end -> end.join().stream()).toList();
  }

  private void showMails() {
    if (!server.isInProcess()) {
      return;
    }
    report.title("An English mail, as the server received it");
    report.mail(firstWithSubject("Your order .* is on its way"));
    report.title("A Korean one");
    report.mail(firstWithSubject("주문 .* 발송 완료"));
  }

  private ReceivedMail firstWithSubject(String regex) {
    return server.received().stream()
        .filter(mail -> mail.subject().matches(regex))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no mail has the subject " + regex));
  }

  /** Asks, without sending, why somebody hears nothing. */
  private void explainAnOptOut(NotificationClient client) {
    String userId = optOuts.get(0).userId();
    Notification another =
        Notification.builder("order-reminder")
            .eventId("orders#A-99999-reminder")
            .to(userId)
            .with("orderNo", "A-99999")
            .with("reference", "orders#A-99999-reminder")
            .with("amount", "£12.00")
            .with("items", List.of())
            .with("trackUrl", "https://shop.example.com/orders/A-99999")
            .build();
    report.title("Why %s would get no reminder", userId);
    report.line("%s", client.explain(another));
  }
}
