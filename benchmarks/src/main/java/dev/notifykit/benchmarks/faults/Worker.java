package dev.notifykit.benchmarks.faults;

import dev.notifykit.Channel;
import dev.notifykit.Notification;
import dev.notifykit.NotificationClient;
import dev.notifykit.Receipt;
import dev.notifykit.Recipient;
import dev.notifykit.Route;
import dev.notifykit.RouteStats;
import dev.notifykit.policy.Category;
import dev.notifykit.policy.RateLimit;
import dev.notifykit.policy.RetryPolicy;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.template.TemplateSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An application with a client, in a process of its own that may be killed. It does what the parent
 * says, says what came of it, and asks the parent for every send what the provider answers.
 */
final class Worker implements AutoCloseable {
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "fault/email.subject",
          "{{event}}",
          "fault/email.txt",
          "Hi",
          "fault/sms.txt",
          "{{event}}");
  private static final int SENDERS = 32;

  private final WorkerConfig config;
  private final Link link;
  private final Steps steps;
  private final NotificationClient client;
  private final AutoCloseable store;
  private final List<LedgerProvider> providers = new ArrayList<>();
  private final ExecutorService senders = Executors.newFixedThreadPool(SENDERS);

  private Worker(WorkerConfig config, Link link, @Nullable NotificationStore shared) {
    this.config = config;
    this.link = link;
    this.steps =
        new Steps(
            config.get("halt", ""), config.get("freeze", ""), config.is("armed"), this::freeze);
    NotificationStore opened;
    if (shared == null) {
      StoreAddress.Opened own =
          config.store().open(config.number("connections", 12), steps::aroundConnections);
      this.store = own.pool();
      opened = own.store();
    } else {
      this.store = () -> {};
      opened = shared;
    }
    Duration emailTimeout = config.millis("emailTimeout", WorkerConfig.TIMEOUT.toMillis());
    providers.add(provider(Channel.EMAIL, emailTimeout));
    providers.add(provider(Channel.SMS, WorkerConfig.TIMEOUT));
    this.client = client(steps.around(opened));
  }

  public static void main(String[] args) throws Exception {
    WorkerConfig config = WorkerConfig.parse(args);
    // Nobody is left to ask: an orphan must not go on.
    Worker worker = start(config, null, () -> Runtime.getRuntime().halt(3));
    Runtime.getRuntime().addShutdownHook(new Thread(worker::leave, "leave"));
    Thread.currentThread().join(); // the client's threads are daemons
  }

  /**
   * Starts a worker in this process.
   *
   * @param shared the store to use, or null to open the configured one
   * @param onEnd called when the parent is gone
   */
  static Worker start(WorkerConfig config, @Nullable NotificationStore shared, Runnable onEnd)
      throws IOException {
    Link link = new Link(new Socket(InetAddress.getLoopbackAddress(), config.number("port", 0)));
    Worker worker = new Worker(config, link, shared);
    link.start("worker-" + config.get("id", ""), worker::hear, onEnd);
    link.say("READY", config.get("id", ""));
    return worker;
  }

  /** Stops this process, as SIGSTOP from outside would at this very step. */
  private void freeze() {
    link.say("FROZEN");
    Pause.millis(100); // said, before nothing is
    try {
      new ProcessBuilder("kill", "-STOP", Long.toString(ProcessHandle.current().pid())).start();
      Pause.millis(500);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private NotificationClient client(NotificationStore opened) {
    NotificationClient.Builder builder =
        NotificationClient.builder()
            .store(opened)
            .templates(TemplateSource.of(TEMPLATES))
            .category(Category.of("default"))
            .category(
                Category.builder("silent").unknownOutcome(UnknownOutcome.PREFER_SILENCE).build())
            .retry(
                RetryPolicy.exponential(config.millis("retryBase", 100))
                    .maxAttempts(config.number("maxAttempts", 6)))
            .pollInterval(config.millis("poll", 200))
            .reconcileWithin(config.millis("reconcile", 3_000));
    providers.forEach(builder::provider);
    int limit = config.number("limit", 0);
    if (limit > 0) {
      builder.rateLimit(RateLimit.perRecipient(limit, config.millis("limitPeriod", 3_600_000)));
    }
    NotificationClient built = builder.build();
    if (config.is("paused")) {
      pause(built, true);
    }
    return built;
  }

  private static void pause(NotificationClient client, boolean paused) {
    for (Route route : List.of(Route.EMAIL, Route.SMS)) {
      if (paused) {
        client.pause(route);
      } else {
        client.resume(route);
      }
    }
  }

  private void hear(String[] words) {
    switch (words[0]) {
      case "ANSWER" -> provider(words[1]).answer(words);
      case "SEND" -> senders.execute(() -> send(Asked.of(words)));
      case "BATCH" -> senders.execute(() -> sendBatch(words));
      case "ARM" -> steps.arm();
      case "PAUSE" -> pause(client, true);
      case "RESUME" -> pause(client, false);
      default -> senders.execute(() -> command(words));
    }
  }

  private LedgerProvider provider(Channel channel, Duration timeout) {
    return new LedgerProvider(channel, timeout, config.number("inFlight", 64), link, steps);
  }

  private LedgerProvider provider(String name) {
    return providers.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  /** One event to send. */
  private record Asked(int event, String recipient, String channel, String category, long at) {
    static Asked of(String[] words) {
      return new Asked(
          Integer.parseInt(words[1]), words[2], words[3], words[4], Long.parseLong(words[5]));
    }
  }

  private Notification notification(Asked asked) {
    Notification.Builder builder =
        Notification.builder("fault")
            .eventId("fault#" + asked.event)
            .via(Channel.valueOf(asked.channel))
            .category(asked.category)
            .with("event", asked.event);
    if (config.is("profiles")) {
      builder.to(asked.recipient);
    } else {
      builder.to(recipient(asked.recipient));
    }
    if (config.number("ttl", 0) > 0) {
      builder.timeToLive(config.millis("ttl", 0));
    }
    if (config.number("filler", 0) > 0) {
      builder.with("filler", noise(config.number("filler", 0)));
    }
    if (asked.at > 0) {
      builder.sendAt(Instant.ofEpochMilli(asked.at));
    }
    return builder.build();
  }

  /** Text that takes its room on a disk, compressed or not; the same for each call. */
  private static String noise(int length) {
    return new java.util.Random(length)
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static Recipient recipient(String id) {
    return Recipient.builder(id).email(id + "@example.com").phone("+14155550100").build();
  }

  private void send(Asked asked) {
    try {
      Receipt receipt = client.send(notification(asked));
      link.say("ACK", asked.event, receipt.status(), receipt.notificationId());
    } catch (RuntimeException e) {
      System.err.println("send of " + asked.event + " failed: " + e);
      link.say("FAILED", asked.event, e.getClass().getSimpleName());
    }
  }

  /** Sends events {@code from} to {@code to} in one call. */
  private void sendBatch(String[] words) {
    int from = Integer.parseInt(words[2]);
    int to = Integer.parseInt(words[3]);
    List<Notification> batch = new ArrayList<>(to - from);
    for (int event = from; event < to; event++) {
      batch.add(notification(new Asked(event, "user-" + event, words[4], "default", 0)));
    }
    long began = System.nanoTime();
    client.sendAll(batch);
    link.say("DONE", words[1], System.nanoTime() - began);
  }

  private void command(String[] words) {
    String tag = words[1];
    try {
      link.say("DONE", tag, answer(words));
    } catch (RuntimeException e) {
      link.say("DONE", tag, "failed:" + e.getClass().getSimpleName());
    }
  }

  private Object answer(String[] words) {
    switch (words[0]) {
      case "SAVE" -> {
        client.recipients().save(recipient(words[2]));
        return "saved";
      }
      case "OPTOUT" -> {
        client.preferences().optOut(words[2], Channel.EMAIL);
        return System.nanoTime();
      }
      case "ERASE" -> {
        client.recipients().erase(words[2]);
        return System.nanoTime();
      }
      case "BURST" -> {
        return burst(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      }
      case "STATS" -> {
        return waiting() + " " + client.isIdle() + " " + Thread.activeCount();
      }
      case "CLOCK" -> {
        return System.currentTimeMillis();
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private long waiting() {
    long waiting = 0;
    for (RouteStats route : client.stats().routes().values()) {
      waiting += route.ready() + route.scheduled() + route.inFlight();
    }
    return waiting;
  }

  /** Sends one event from many threads at once; says how the receipts came out. */
  private String burst(int event, int threads) {
    Asked asked = new Asked(event, "user-" + event, "EMAIL", "default", 0);
    CyclicBarrier together = new CyclicBarrier(threads);
    CountDownLatch ended = new CountDownLatch(threads);
    List<String> results = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < threads; i++) {
      new Thread(
              () -> {
                try {
                  together.await();
                  Receipt receipt = client.send(notification(asked));
                  results.add(receipt.status() + "/" + receipt.notificationId());
                } catch (Exception e) {
                  results.add("FAILED/" + e.getClass().getSimpleName());
                } finally {
                  ended.countDown();
                }
              })
          .start();
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return String.join(",", results);
  }

  /** What a well-behaved application does on SIGTERM. */
  private void leave() {
    boolean drained = client.close(Duration.ofSeconds(10));
    link.say("LEFT", drained);
    link.close();
    Pause.millis(50); // the writer is a daemon
  }

  @Override
  public void close() throws Exception {
    client.close(Duration.ofSeconds(10));
    senders.shutdown();
    store.close();
    link.close();
  }
}
