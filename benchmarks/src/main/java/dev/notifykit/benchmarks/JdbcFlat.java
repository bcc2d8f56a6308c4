package dev.notifykit.benchmarks;

import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * What a delivery costs, on PostgreSQL, when many others wait and when the log is long: processor
 * time of this process and of the server, which other work on the machine moves less than a rate.
 */
final class JdbcFlat {
  private static final int BATCH = 100;
  private static final int MEASURED = 20_000;
  private static final long BACKLOG = Long.getLong("backlog", 1_000_000);
  private static final long LOG = Long.getLong("log", 10_000_000);

  private final Database db;
  private final Stopwatch watch;
  private int next;

  private JdbcFlat(Database db) {
    this.db = db;
    this.watch = new Stopwatch(db::serverSeconds);
  }

  public static void main(String[] args) throws Exception {
    try (Database db = Database.start(Database.Kind.POSTGRES)) {
      JdbcFlat flat = new JdbcFlat(db);
      flat.backlogs(); // what is warm from the first is warm for the others
      flat.logs();
    }
  }

  private void backlogs() throws Exception {
    JdbcThroughput.NoOp provider = new JdbcThroughput.NoOp();
    try (NotificationClient client = JdbcThroughput.client(db, provider)) {
      measure("warm-up", client, provider);
      measure("warm-up", client, provider);
      for (long size = 1_000; size <= BACKLOG; size *= 10) {
        client.pause(Route.SMS);
        send(client, size - next + provider.sent.sum());
        measureAppend("send with " + size + " waiting", client);
        client.resume(Route.SMS);
        drain("backlog " + size, provider, Math.min(size, MEASURED));
        Threads.await(() -> provider.sent.sum() >= next && client.isIdle());
      }
    }
    db.clear();
  }

  private void logs() throws Exception {
    for (long size = 10_000; size <= LOG; size *= 10) {
      JdbcThroughput.NoOp provider = new JdbcThroughput.NoOp();
      next = 0;
      try (NotificationClient client = JdbcThroughput.client(db, provider)) {
        long rows = size;
        watch.time(1, () -> fill(rows));
        db.execute("VACUUM ANALYZE notify_log");
        measure("warm-up", client, provider);
        measure("log of " + size, client, provider);
      }
      db.clear();
    }
  }

  /** Rows as settlements write them, for a million recipients, without their notifications. */
  private void fill(long rows) throws Exception {
    db.execute(
        "INSERT INTO notify_log (id, notification_id, tenant, recipient_id, route, target_key,"
            + " state, attempt, token, provider, provider_message_id, updated_at)"
            + " SELECT ('0' || lpad(to_hex(g), 31, '0'))::uuid, ('1' || lpad(to_hex(g), 31,"
            + " '0'))::uuid, 'default', 'user-' || g % 1000000, 'SMS', md5(g::text), 'ACCEPTED', 1,"
            + " 1, 'no-op', md5(g::text), g FROM generate_series(1, "
            + rows
            + ") g");
  }

  /** From send to settled. */
  private void measure(String what, NotificationClient client, JdbcThroughput.NoOp provider)
      throws Exception {
    report(
        what + ", send to settled",
        MEASURED,
        () -> {
          send(client, MEASURED);
          Threads.await(() -> provider.sent.sum() >= next && client.isIdle());
        });
  }

  private void measureAppend(String what, NotificationClient client) throws Exception {
    report(what, MEASURED, () -> send(client, MEASURED));
  }

  private void drain(String what, JdbcThroughput.NoOp provider, long count) throws Exception {
    long until = provider.sent.sum() + count;
    report(what + ", claim to settled", (int) count, () -> awaitSent(provider, until));
  }

  private static void awaitSent(JdbcThroughput.NoOp provider, long until) {
    Threads.await(() -> provider.sent.sum() >= until);
  }

  private void report(String what, int count, Stopwatch.Work work) throws Exception {
    double rate = watch.time(count, work);
    System.out.printf("%s: %,.0f/s%s%n", what, rate, watch.last());
  }

  private void send(NotificationClient client, long count) {
    for (long i = 0; i < count; i += BATCH) {
      List<Notification> batch = new ArrayList<>(BATCH);
      for (int j = 0; j < BATCH; j++) {
        batch.add(JdbcThroughput.notification("f#" + next, next++));
      }
      client.sendAll(batch);
    }
  }
}
