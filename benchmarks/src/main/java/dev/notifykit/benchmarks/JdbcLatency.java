package dev.notifykit.benchmarks;

import dev.notifykit.NotificationClient;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.SendRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How long one {@code send} takes, alone and among 64 callers, beside the commit of one row by
 * hand; and how long it is from {@code send} to the provider at 1,000 a second.
 */
final class JdbcLatency {
  private static final int SENDS = Integer.getInteger("sends", 6_400);
  private static final int MANY = 64;
  private static final int A_SECOND = 1_000;
  private static final int SECONDS = Integer.getInteger("seconds", 20);

  private final Database db;
  private final AtomicInteger events = new AtomicInteger();

  private JdbcLatency(Database db) {
    this.db = db;
  }

  /** Does one thing. */
  @FunctionalInterface
  private interface Step {
    void run(int i) throws Exception;
  }

  public static void main(String[] args) throws Exception {
    Database.Kind kind = Database.Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
    try (Database db = Database.start(kind)) {
      new JdbcLatency(db).run("jdbc-latency " + args[0]);
    }
  }

  private void run(String name) throws Exception {
    JdbcThroughput.NoOp provider = new JdbcThroughput.NoOp();
    long ours;
    try (NotificationClient client = JdbcThroughput.client(db, provider)) {
      Step send = i -> client.send(JdbcThroughput.notification("e#" + events.getAndIncrement(), i));
      ours = both("send", send, SENDS);
    }
    db.clear();
    db.execute("CREATE TABLE one (id BIGINT PRIMARY KEY, payload VARCHAR NOT NULL)");
    long floor = both("commit of one row by hand", this::insert, SENDS);
    db.clear();
    arrivals();
    System.out.printf("RESULT %s ours=%d floor=%d unit=us%n", name, ours, floor);
  }

  /** Returns the median for one caller in microseconds. */
  private static long both(String what, Step step, int times) throws Exception {
    measure(step, 1, times);
    measure(step, MANY, times);
    long[] alone = measure(step, 1, times);
    print(what + ", one caller", alone);
    print(what + ", " + MANY + " callers", measure(step, MANY, times));
    return at(alone, 50);
  }

  private static long[] measure(Step step, int callers, int times) throws Exception {
    long[] took = new long[times];
    List<Callable<Integer>> work = new ArrayList<>();
    for (int c = 0; c < callers; c++) {
      int first = c;
      work.add(
          () -> {
            for (int i = first; i < times; i += callers) {
              long start = System.nanoTime();
              step.run(i);
              took[i] = System.nanoTime() - start;
            }
            return times;
          });
    }
    Threads.runAll(work);
    return took;
  }

  private void insert(int i) throws SQLException {
    try (Connection c = db.pool().getConnection();
        PreparedStatement s = c.prepareStatement("INSERT INTO one VALUES (?, ?)")) {
      s.setLong(1, events.getAndIncrement());
      s.setString(2, JdbcThroughput.payload());
      s.executeUpdate();
    }
  }

  /** Sends at an even pace and takes the time until the provider has each. */
  private void arrivals() throws Exception {
    long[] start = new long[A_SECOND * SECONDS];
    long[] took = new long[start.length];
    JdbcThroughput.NoOp provider =
        new JdbcThroughput.NoOp() {
          @Override
          public CompletionStage<Outcome> send(SendRequest request) {
            int i = Integer.parseInt(request.recipientId().substring("user-".length()));
            took[i] = System.nanoTime() - start[i];
            return super.send(request);
          }
        };
    try (NotificationClient client = JdbcThroughput.client(db, provider)) {
      AtomicInteger next = new AtomicInteger();
      long began = System.nanoTime();
      Callable<Integer> pace =
          () -> {
            for (int i = next.getAndIncrement(); i < start.length; i = next.getAndIncrement()) {
              long due = began + i * 1_000_000_000L / A_SECOND;
              for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              start[i] = System.nanoTime();
              client.send(JdbcThroughput.notification("a#" + i, i));
            }
            return next.get();
          };
      Threads.runAll(List.of(pace, pace, pace, pace));
      Threads.await(() -> provider.sent.sum() >= start.length && client.isIdle());
    }
    // The first seconds compile what the others run.
    print(
        "send to provider at " + A_SECOND + "/s",
        Arrays.copyOfRange(took, took.length / 4, took.length));
  }

  private static void print(String what, long[] nanos) {
    System.out.printf(
        "%s: p50 %,d us, p99 %,d us, most %,d us%n",
        what, at(nanos, 50), at(nanos, 99), at(nanos, 100));
  }

  private static long at(long[] nanos, int percent) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1_000;
  }
}
