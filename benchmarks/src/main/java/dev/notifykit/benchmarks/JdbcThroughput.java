package dev.notifykit.benchmarks;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.jdbc.JdbcStore;
import dev.notifykit.template.TemplateSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * {@code sendAll} of a hundred notifications of one recipient each, with event ids, to settled with
 * the log written, on a database; beside a hand-written loop and job libraries.
 */
final class JdbcThroughput {
  static final int DELIVERIES = Integer.getInteger("deliveries", 200_000);
  private static final int BATCH = 100;
  private static final int CALLERS = Runtime.getRuntime().availableProcessors();

  /** About 600 bytes of content as it is stored. */
  static final Map<String, String> DATA =
      Map.of(
          "name", "Ann Example",
          "orderNo", "A-1001-2026",
          "carrier", "Example Parcel Service",
          "trackingUrl", "https://shop.example.com/track/7d0c1b2a-55aa-4c6e-9f3d-0a1b2c3d4e5f",
          "items", "2 x Ceramic mug, blue; 1 x Cast-iron pan, 28 cm; 4 x Linen napkin, natural",
          "address", "12 Long Example Street, Apartment 34, 12345 Exampletown, Examplestate",
          "arrival", "Monday, 23 November 2026, between 9:00 and 12:00",
          "total", "EUR 148.90",
          "note",
              "Please leave the parcel with the neighbours on the ground floor if nobody opens.");

  private static final String PAYLOAD =
      DATA.toString() + ".".repeat(600 - DATA.toString().length());

  private final Database db;
  private final Stopwatch watch;
  private long run;

  JdbcThroughput(Database db, Stopwatch watch) {
    this.db = db;
    this.watch = watch;
  }

  public static void main(String[] args) throws Exception {
    Database.Kind kind = Database.Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
    String only = args.length > 1 ? args[1] : "";
    try (Database db = Database.start(kind)) {
      Stopwatch watch = new Stopwatch(db::serverSeconds);
      JdbcThroughput ours = new JdbcThroughput(db, watch);
      JdbcFloor floor = new JdbcFloor(db, watch, DELIVERIES, payload());
      JdbcPeers peers = new JdbcPeers(db, watch, payload());
      Comparison comparison =
          new Comparison("jdbc-" + args[0], "deliveries/s")
              .remark(watch::last)
              .add("ours", ours::run);
      if (only.isEmpty() || only.equals("floor")) {
        comparison.add("floor", floor::run);
      }
      if (only.isEmpty()) {
        comparison
            .addPeer("db-scheduler", () -> peers.dbScheduler(DELIVERIES / 2))
            .addPeer("transaction-outbox", () -> peers.transactionOutbox(DELIVERIES / 2))
            .addPeer(
                "jobrunr", () -> peers.jobRunr(DELIVERIES / (kind == Database.Kind.H2 ? 40 : 10)));
      }
      comparison.run(1, Integer.getInteger("rounds", 5));
    }
  }

  /** What the others store for a delivery: 600 characters. */
  static String payload() {
    return PAYLOAD;
  }

  double run() throws Exception {
    NoOp provider = new NoOp();
    try (NotificationClient client = client(db, provider)) {
      String prefix = "orders#" + run++ + "-";
      List<Callable<Integer>> callers = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        int first = caller;
        callers.add(() -> send(client, prefix, first));
      }
      double rate =
          watch.time(
              DELIVERIES,
              () -> {
                Threads.runAll(callers);
                Threads.await(() -> provider.sent.sum() >= DELIVERIES && client.isIdle());
              });
      check();
      return rate;
    } finally {
      db.clear();
    }
  }

  private void check() throws Exception {
    long logged = db.number("SELECT COUNT(*) FROM notify_log WHERE state = 'ACCEPTED'");
    long queued = db.number("SELECT COUNT(*) FROM notify_queue");
    if (logged != DELIVERIES || queued != 0) {
      throw new IllegalStateException(logged + " logged and " + queued + " queued");
    }
  }

  static NotificationClient client(Database db, Provider provider) {
    return NotificationClient.builder()
        .store(JdbcStore.create(db.pool()))
        .provider(provider)
        .templates(
            TemplateSource.of(
                Map.of("order-shipped/sms.txt", "{{name}}, {{orderNo}} arrives {{arrival}}.")))
        .dedupe(Duration.ofDays(1))
        .maxInFlight(Route.SMS, 2_048)
        .build();
  }

  private static int send(NotificationClient client, String prefix, int caller) {
    int sent = 0;
    for (int i = caller * BATCH; i < DELIVERIES; i += CALLERS * BATCH) {
      List<Notification> batch = new ArrayList<>(BATCH);
      for (int j = i; j < i + BATCH; j++) {
        batch.add(notification(prefix + j, j));
      }
      sent += client.sendAll(batch).size();
    }
    return sent;
  }

  static Notification notification(String eventId, int i) {
    return Notification.builder("order-shipped")
        .eventId(eventId)
        .to(Recipient.builder("user-" + i).phone("+14155550100").build())
        .with(DATA)
        .build();
  }

  /** Takes every message at once. */
  static class NoOp implements Provider {
    final LongAdder sent = new LongAdder();
    private final CompletionStage<Outcome> answer =
        CompletableFuture.completedFuture(new Outcome.Accepted("1"));

    @Override
    public String name() {
      return "no-op";
    }

    @Override
    public Channel channel() {
      return Channel.SMS;
    }

    @Override
    public int maxInFlight() {
      return 2_048;
    }

    @Override
    public CompletionStage<Outcome> send(SendRequest request) {
      sent.increment();
      return answer;
    }

    @Override
    public void close() {}
  }
}
