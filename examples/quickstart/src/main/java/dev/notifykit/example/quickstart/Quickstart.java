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
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.template.TemplateSource;
import dev.notifykit.test.smtp.ReceivedMail;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * A shop's evening: mails the customers of {@code orders.csv} about their orders.
 *
 * <p>Read it from {@link #run} down. The file is as files are: some addresses cannot be mailed,
 * some events come twice, some customers opted out, one orders more than anybody wants to read
 * about, and the mail server has its moods. What the library made of it is told in the end.
 */
final class Quickstart {
  /** So many orders are handed over at once. */
  private static final int PAGE = 500;

  private static final String DATABASE = "notifications";

  private final MailServers mails;
  private final Phones phones;
  private final Path state;
  private final Report report;
  private final List<Order> orders = CsvFile.read("orders.csv", Order.class);
  private final List<OptOut> optOuts = CsvFile.read("opt-outs.csv", OptOut.class);

  Quickstart(MailServers mails, Phones phones, Path state, PrintStream out) {
    this.mails = mails;
    this.phones = phones;
    this.state = state;
    this.report = new Report(out);
  }

  /** Takes {@code --smtp host:port}, or starts mail servers of its own. */
  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    try {
      Arguments arguments = Arguments.parse(args);
      try (MailServers mails = arguments.mailServers();
          Phones phones = new Phones()) {
        new Quickstart(mails, phones, arguments.state(), out).run();
      }
    } catch (IllegalArgumentException | NotificationException e) {
      out.println(e.getMessage());
      System.exit(2);
    }
  }

  /**
   * Runs the evening twice over one file: the second time nothing is left to send. A run that was
   * killed left its file behind, and this one goes on from there.
   */
  void run() throws Exception {
    boolean goesOn = Files.exists(state.resolve(DATABASE + ".mv.db"));
    report.title("%,d orders to %s", orders.size(), mails);
    if (goesOn) {
      report.line("The last run did not end. This one goes on where that one stopped.%n");
    }
    try (NotificationClient client = newClient(openStore())) {
      Evening evening = evening(client);
      report.title("What became of them");
      report.table(evening);
      showWhatArrived(goesOn);
      explainAnOptOut(client);
    }
    int before = mails.received().size();
    report.title("The same file again, to a new client on the same store");
    try (NotificationClient client = newClient(openStore())) {
      Evening again = evening(client);
      report.receipts(again);
      if (mails.isInProcess()) {
        report.line("%n  mails received this time: %d", mails.received().size() - before);
      }
    }
    forget();
  }

  /**
   * The one place that says where notifications are kept: in a database file, so that nothing is
   * lost when this process dies.
   */
  NotificationStore openStore() {
    return JdbcStore.h2(state.resolve(DATABASE));
  }

  /** The evening is over; the next run is another one. What else is in the directory stays. */
  private void forget() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(state, DATABASE + ".*.db")) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    try {
      Files.delete(state);
    } catch (DirectoryNotEmptyException e) {
      return;
    }
  }

  NotificationClient newClient(NotificationStore store) {
    // region client
    NotificationClient.Builder client =
        NotificationClient.builder()
            .store(store)
            .templates(TemplateSource.classpath("notifications"))
            .category(Category.of("orders"))
            .category(Category.builder("reminders").priority(Priority.LOW).build())
            .eventIds(EventIdPolicy.SERVICE_SCOPED)
            .dedupe(Duration.ofDays(1))
            .rateLimit(RateLimit.perRecipient(20, Duration.ofHours(1)))
            .retry(RetryPolicy.exponential(Duration.ofSeconds(1)).maxAttempts(5));
    mails.providers().forEach(client::provider); // the second is asked when the first is down
    phones.providers().forEach(client::provider);
    return client.build();
    // endregion
  }

  /** Sends a notification for every order, and waits until each delivery has ended somehow. */
  Evening evening(NotificationClient client) throws InterruptedException, ExecutionException {
    optOuts.forEach(optOut -> optOut.record(client.preferences()));
    client.recipients().save(phones.customer());
    Instant start = Instant.now();
    List<Receipt> receipts = new ArrayList<>(List.of(client.send(phones.parcelAtTheDoor())));
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < orders.size(); i += PAGE) {
      List<Order> page = orders.subList(i, Math.min(i + PAGE, orders.size()));
      receipts.addAll(client.sendAll(notifications(client, page, start, refused)));
      report.progress(client, Duration.between(start, Instant.now())); // the page is stored
    }
    List<Delivery> deliveries = await(client, receipts, start);
    return new Evening(start, Instant.now(), receipts, refused, deliveries);
  }

  private static List<Notification> notifications(
      NotificationClient client, List<Order> page, Instant start, List<String> refused) {
    List<Notification> notifications = new ArrayList<>();
    for (Order order : page) {
      try {
        client.recipients().save(order.customer());
        notifications.add(order.notification(start));
      } catch (InvalidNotificationException e) {
        refused.add(order.orderNo() + " " + e.getMessage());
      }
    }
    return notifications;
  }

  /** Waits, with a line about the queue every half second. */
  private List<Delivery> await(NotificationClient client, List<Receipt> receipts, Instant start)
      throws InterruptedException, ExecutionException {
    List<CompletableFuture<List<Delivery>>> ends =
        receipts.stream()
            .filter(firstOfItsNotification())
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

  /** A repeated event has the receipt of its first, which an earlier run may have sent. */
  private static Predicate<Receipt> firstOfItsNotification() {
    Set<UUID> seen = new HashSet<>();
    return receipt -> seen.add(receipt.notificationId());
  }

  private void showWhatArrived(boolean inPart) {
    if (!mails.isInProcess() || inPart) {
      return; // an earlier run's servers had the rest
    }
    report.title("What %s saw", phones.customer().name().orElseThrow());
    phones.received().forEach(line -> report.line("%s", line));
    report.title("An English mail, as the server received it");
    report.mail(firstWithSubject("Your order .* is on its way"));
    report.title("A Korean one");
    report.mail(firstWithSubject("주문 .* 발송 완료"));
  }

  private ReceivedMail firstWithSubject(String regex) {
    return mails.received().stream()
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
