package dev.notifykit.benchmarks;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.redis.RedisStore;
import dev.notifykit.template.TemplateSource;
import io.lettuce.core.Consumer;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import redis.embedded.RedisServer;

/**
 * The Redis store beside what one would write by hand with Lettuce, on a server of its own with an
 * append-only file fsynced every second: {@code sendAll} of a hundred to settled against XADD,
 * XREADGROUP, XACK and XDEL in pipelines of a hundred; a single {@code send}, live and alone,
 * against one XADD; and the memory that a queued delivery takes.
 */
final class RedisBenchmark {
  private static final int DELIVERIES = Integer.getInteger("deliveries", 500_000);
  private static final int BATCH = 100;
  private static final int SENDS = 2_000;
  private static final int CALLERS = Runtime.getRuntime().availableProcessors();
  private static final Map<String, String> DATA =
      Map.of(
          "name", "Ann Example",
          "orderNo", "A-1001-2026",
          "carrier", "Example Parcel Service",
          "trackingUrl", "https://shop.example.com/track/7d0c1b2a-55aa-4c6e-9f3d-0a1b2c3d4e5f",
          "arrival", "Monday, 23 November 2026, between 9:00 and 12:00",
          "total", "EUR 148.90");

  private final String uri;
  private final RedisClient client;
  private final Stopwatch watch = new Stopwatch(this::serverSeconds);
  private long run;

  private RedisBenchmark(String uri) {
    this.uri = uri;
    this.client = RedisClient.create(uri);
  }

  public static void main(String[] args) throws Exception {
    String what = args.length == 0 ? "" : args[0];
    int port = freePort();
    Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "redis");
    RedisServer server =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("dir " + directory.toAbsolutePath())
            .setting("save \"\"")
            .setting("appendonly yes")
            .setting("appendfsync everysec")
            .build();
    server.start();
    RedisBenchmark benchmark = new RedisBenchmark("redis://127.0.0.1:" + port);
    try {
      if (what.isEmpty() || what.equals("memory")) {
        benchmark.memory();
      }
      if (what.isEmpty() || what.equals("latency")) {
        benchmark.latency();
      }
      if (what.isEmpty() || what.equals("throughput")) {
        new Comparison("redis", "deliveries/s")
            .remark(benchmark.watch::last)
            .add("ours", benchmark::ours)
            .add("floor", benchmark::floor)
            .run(1, Integer.getInteger("rounds", 5));
      }
    } finally {
      benchmark.client.shutdown(0, 1, TimeUnit.SECONDS);
      server.stop();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  // ---- throughput

  private double ours() throws Exception {
    flush();
    NoOp provider = new NoOp();
    try (NotificationClient sender = client(provider)) {
      String prefix = "orders#" + run++ + "-";
      return watch.time(
          DELIVERIES,
          () -> {
            together(caller -> send(sender, prefix, caller));
            await(() -> provider.sent.sum() >= DELIVERIES && sender.isIdle());
          });
    }
  }

  private NotificationClient client(Provider provider) {
    return NotificationClient.builder()
        .store(RedisStore.create(uri))
        .provider(provider)
        .templates(
            TemplateSource.of(
                Map.of("order-shipped/sms.txt", "{{name}}, {{orderNo}} arrives {{arrival}}.")))
        .dedupe(Duration.ofDays(1))
        .maxInFlight(Route.SMS, 2_048)
        .build();
  }

  private static void send(NotificationClient client, String prefix, int caller) {
    for (int i = caller * BATCH; i < DELIVERIES; i += CALLERS * BATCH) {
      List<Notification> batch = new ArrayList<>(BATCH);
      for (int j = i; j < i + BATCH; j++) {
        batch.add(notification(prefix + j, j));
      }
      client.sendAll(batch);
    }
  }

  private static Notification notification(String eventId, int i) {
    return Notification.builder("order-shipped")
        .eventId(eventId)
        .to(Recipient.builder("user-" + i).phone("+14155550100").build())
        .with(DATA)
        .build();
  }

  /** One connection adds, another reads, acknowledges and deletes. */
  private double floor() throws Exception {
    flush();
    try (StatefulRedisConnection<String, String> adding = client.connect();
        StatefulRedisConnection<String, String> reading = client.connect()) {
      adding
          .sync()
          .xgroupCreate(
              XReadArgs.StreamOffset.from("s", "0"), "g", XGroupCreateArgs.Builder.mkstream());
      String payload = DATA.toString();
      return watch.time(
          DELIVERIES,
          () -> {
            Thread producer = new Thread(() -> produce(adding, payload));
            producer.start();
            consume(reading, DELIVERIES);
            producer.join();
          });
    }
  }

  private static void produce(StatefulRedisConnection<String, String> connection, String payload) {
    connection.setAutoFlushCommands(false);
    RedisAsyncCommands<String, String> redis = connection.async();
    for (int i = 0; i < DELIVERIES; i += BATCH) {
      List<RedisFuture<String>> added = new ArrayList<>(BATCH);
      for (int j = 0; j < BATCH; j++) {
        added.add(redis.xadd("s", "p", payload));
      }
      connection.flushCommands();
      LettuceFutures.awaitAll(Duration.ofMinutes(1), added.toArray(new RedisFuture<?>[0]));
    }
  }

  private static void consume(StatefulRedisConnection<String, String> connection, int count) {
    RedisAsyncCommands<String, String> redis = connection.async();
    Consumer<String> me = Consumer.from("g", "c");
    int done = 0;
    while (done < count) {
      List<StreamMessage<String, String>> read =
          redis
              .xreadgroup(
                  me,
                  XReadArgs.Builder.count(BATCH).block(100),
                  XReadArgs.StreamOffset.lastConsumed("s"))
              .toCompletableFuture()
              .join();
      if (read != null && !read.isEmpty()) {
        String[] ids = read.stream().map(StreamMessage::getId).toArray(String[]::new);
        RedisFuture<Long> acknowledged = redis.xack("s", "g", ids);
        LettuceFutures.awaitAll(Duration.ofMinutes(1), acknowledged, redis.xdel("s", ids));
        done += ids.length;
      }
    }
  }

  // ---- latency

  /**
   * The medians of one caller's sends, in microseconds, beside one XADD of the same text: both
   * live, while our dispatcher sends and settles and a reader by hand reads, acknowledges and
   * deletes, and both alone, with the route paused and no reader; and one run of a script that does
   * nothing.
   */
  private void latency() throws Exception {
    flush();
    NoOp provider = new NoOp();
    try (NotificationClient sender = client(provider);
        StatefulRedisConnection<String, String> connection = client.connect();
        StatefulRedisConnection<String, String> reading = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      redis.xgroupCreate(
          XReadArgs.StreamOffset.from("s", "0"), "g", XGroupCreateArgs.Builder.mkstream());
      String payload = DATA.toString();
      String script = redis.scriptLoad("return 1");
      Step send = i -> sender.send(notification("l#" + run + "-" + i, i));
      Map<String, Contestant> contestants = new LinkedHashMap<>();
      contestants.put(
          "ours",
          () -> {
            double micros = median(SENDS, send);
            await(() -> sender.isIdle() && sender.stats().route(Route.SMS).ready() == 0);
            return micros;
          });
      contestants.put(
          "alone",
          () -> {
            sender.pause(Route.SMS);
            double micros = median(SENDS, send);
            sender.resume(Route.SMS);
            await(() -> sender.isIdle() && sender.stats().route(Route.SMS).ready() == 0);
            return micros;
          });
      contestants.put(
          "floor",
          () -> {
            Thread reader = new Thread(() -> consume(reading, SENDS));
            reader.start();
            double micros = median(SENDS, i -> redis.xadd("s", "p", payload));
            reader.join();
            return micros;
          });
      contestants.put("xadd", () -> median(SENDS, i -> redis.xadd("latency", "p", payload)));
      contestants.put(
          "evalsha",
          () -> median(SENDS, i -> redis.evalsha(script, ScriptOutputType.INTEGER, "latency")));
      Map<String, List<Double>> measured = new LinkedHashMap<>();
      for (int round = -20; round < 7; round++) { // the compiler takes that long to settle
        for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
          run++;
          Map<String, double[]> before = commands(redis);
          double micros = contestant.getValue().run();
          System.out.printf(
              Locale.ROOT,
              "latency %s %.1f us,%s%n",
              contestant.getKey(),
              micros,
              since(before, commands(redis)));
          if (round >= 0) {
            measured.computeIfAbsent(contestant.getKey(), c -> new ArrayList<>()).add(micros);
          }
        }
      }
      StringBuilder result = new StringBuilder("RESULT redis-latency");
      measured.forEach(
          (contestant, micros) ->
              result.append(String.format(Locale.ROOT, " %s=%.1f", contestant, middle(micros))));
      System.out.println(result + " unit=us/send");
    }
  }

  @FunctionalInterface
  private interface Contestant {
    double run() throws Exception;
  }

  /** How often each command was run, within scripts too, and for how many microseconds. */
  private static Map<String, double[]> commands(RedisCommands<String, String> redis) {
    Map<String, double[]> commands = new TreeMap<>();
    redis
        .info("commandstats")
        .lines()
        .filter(line -> line.startsWith("cmdstat_"))
        .forEach(
            line -> {
              String[] parts = line.substring("cmdstat_".length()).split("[:=,]", 0);
              commands.put(
                  parts[0],
                  new double[] {Double.parseDouble(parts[2]), Double.parseDouble(parts[4])});
            });
    return commands;
  }

  private static String since(Map<String, double[]> before, Map<String, double[]> after) {
    StringBuilder text = new StringBuilder();
    after.forEach(
        (command, now) -> {
          double[] then = before.getOrDefault(command, new double[2]);
          double times = (now[0] - then[0]) / SENDS;
          if (times > 0.01) {
            text.append(
                String.format(
                    Locale.ROOT,
                    " %s %.2f x %.1f",
                    command,
                    times,
                    (now[1] - then[1]) / (now[0] - then[0])));
          }
        });
    return text.toString();
  }

  @FunctionalInterface
  private interface Step {
    void run(int i);
  }

  private static double median(int times, Step step) {
    double[] micros = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      step.run(i);
      micros[i] = (System.nanoTime() - start) / 1e3;
    }
    Arrays.sort(micros);
    return micros[times / 2];
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  // ---- memory

  /** What Redis uses more for each delivery that waits, and for each that is settled. */
  private void memory() throws Exception {
    flush();
    int count = 100_000;
    NoOp provider = new NoOp();
    try (StatefulRedisConnection<String, String> connection = client.connect();
        NotificationClient sender = client(provider)) {
      sender.pause(Route.SMS);
      long before = used(connection);
      for (int i = 0; i < count; i += BATCH) {
        List<Notification> batch = new ArrayList<>(BATCH);
        for (int j = i; j < i + BATCH; j++) {
          batch.add(notification("orders#m-" + j, j));
        }
        sender.sendAll(batch);
      }
      long queued = (used(connection) - before) / count;
      sender.resume(Route.SMS);
      await(() -> provider.sent.sum() >= count && sender.isIdle());
      System.out.printf(
          Locale.ROOT,
          "RESULT redis-memory ours=%d settled=%d content=%d unit=bytes/delivery%n",
          queued,
          (used(connection) - before) / count,
          DATA.toString().length());
    }
  }

  private static long used(StatefulRedisConnection<String, String> connection) {
    return connection
        .sync()
        .info("memory")
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring("used_memory:".length()).strip()))
        .sum();
  }

  // ---- common

  private void flush() {
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      connection.sync().flushall();
    }
  }

  /** The processor time of the server so far. */
  private double serverSeconds() {
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection
          .sync()
          .info("cpu")
          .lines()
          .filter(line -> line.startsWith("used_cpu_user:") || line.startsWith("used_cpu_sys:"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1).strip()))
          .sum();
    }
  }

  @FunctionalInterface
  private interface Done {
    boolean isDone();
  }

  private static void await(Done done) {
    while (!done.isDone()) {
      LockSupport.parkNanos(100_000);
    }
  }

  private static void together(Step step) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int mine = caller;
      Thread thread = new Thread(() -> step.run(mine));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** Takes every message at once. */
  private static final class NoOp implements Provider {
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
