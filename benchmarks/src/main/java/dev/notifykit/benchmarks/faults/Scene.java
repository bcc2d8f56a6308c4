package dev.notifykit.benchmarks.faults;

import dev.notifykit.Delivery;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.memory.InMemoryStore;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Workers that share one store, the application that asks them to send, and the provider's ledger.
 *
 * <p>The application is as good as an application can be: what was not acknowledged it asks for
 * again, under the same event id, of any worker that lives.
 */
final class Scene implements AutoCloseable {
  private static final int MOST_OUTSTANDING = 256;

  /** What an application asks for. */
  private record Wish(int event, String recipient, String channel, String category, long at) {}

  /** What the provider answers, and after how long; {@code none} is never answered. */
  record Answer(String outcome, long delayMillis) {}

  final Ledger ledger = new Ledger();
  private final StoreAddress address;
  private final Path directory;
  private final Random random;
  private final ServerSocket server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
  private final Map<String, WorkerHandle> expected = new ConcurrentHashMap<>();
  private final List<WorkerHandle> workers = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Wish> wishes = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Wish> asked = new ConcurrentHashMap<>();
  private final Set<UUID> settled = ConcurrentHashMap.newKeySet(); // known to be
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicInteger messageIds = new AtomicInteger();
  private final AtomicInteger failedSends = new AtomicInteger();
  private final ScheduledExecutorService provider = Executors.newScheduledThreadPool(1);
  private volatile Function<Ledger.Call, Answer> answers = call -> new Answer("accepted", 0);
  private volatile IntConsumer onFailed = event -> {};
  private volatile boolean closed;
  private @Nullable InMemoryStore memory;
  private StoreAddress.@Nullable Opened own;

  Scene(StoreAddress address, Path directory, Random random) throws IOException {
    this.address = address;
    this.directory = directory;
    this.random = random;
    if (address.kind() == StoreAddress.Kind.MEMORY) {
      memory = InMemoryStore.create();
    }
    daemon("accept-" + address.data(), this::accept);
    daemon("application-" + address.data(), this::grantWishes);
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  // ---- workers

  /** Starts a worker; returns before it is ready. */
  WorkerHandle start(WorkerConfig config, String... jvmOptions) throws IOException {
    if (memory != null) {
      return startHere(config);
    }
    WorkerHandle worker = expect();
    worker.runs(process(worker.id, addressed(config, worker), jvmOptions));
    return worker;
  }

  /** Starts a worker in this process, where nothing more is to happen to it. */
  WorkerHandle startHere(WorkerConfig config) throws IOException {
    WorkerHandle worker = expect();
    worker.runs(Worker.start(addressed(config, worker), memory, () -> {}));
    return worker;
  }

  private WorkerHandle expect() {
    WorkerHandle worker = new WorkerHandle(address.data() + "-" + ids.incrementAndGet());
    expected.put(worker.id, worker);
    workers.add(worker);
    return worker;
  }

  private WorkerConfig addressed(WorkerConfig config, WorkerHandle worker) {
    StoreAddress store = config.get("kind", "").isEmpty() ? address : config.store();
    return config.with(store).with("id", worker.id).with("port", server.getLocalPort());
  }

  private Process process(String id, WorkerConfig config, String... jvmOptions) throws IOException {
    List<String> command = new ArrayList<>();
    List<String> options = new ArrayList<>(Arrays.asList(jvmOptions));
    // An environment variable or a limit for the process, rather than an option of the JVM.
    String shell = options.removeIf(o -> o.startsWith("sh:")) ? shellOf(jvmOptions) : "";
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx192m"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Worker.class.getName()));
    command.addAll(config.words());
    if (!shell.isEmpty()) {
      command.addAll(0, List.of("sh", "-c", shell + " exec \"$@\"", "sh"));
    }
    File log = directory.resolve(id + ".log").toFile();
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
  }

  private static String shellOf(String... jvmOptions) {
    return Arrays.stream(jvmOptions)
        .filter(o -> o.startsWith("sh:"))
        .map(o -> o.substring(3))
        .findFirst()
        .orElse("");
  }

  /** Surefire puts the class path into the manifest of a jar and tells it apart. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  List<WorkerHandle> startAll(int count, WorkerConfig config) throws IOException {
    List<WorkerHandle> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(start(config));
    }
    started.forEach(WorkerHandle::awaitReady);
    return started;
  }

  List<WorkerHandle> up() {
    return workers.stream().filter(WorkerHandle::isUp).toList();
  }

  void answers(Function<Ledger.Call, Answer> value) {
    this.answers = value;
  }

  // ---- the provider

  private void accept() {
    try {
      while (!closed) {
        greet(server.accept());
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** A connection belongs to the worker whose id its first line says. */
  private void greet(Socket socket) throws IOException {
    Link link = new Link(socket);
    WorkerHandle[] worker = new WorkerHandle[1];
    link.start(
        "parent",
        words -> {
          if (words[0].equals("READY")) {
            WorkerHandle greeted = Objects.requireNonNull(expected.get(words[1]), words[1]);
            worker[0] = greeted;
            greeted.ready.complete(link);
          } else {
            hear(worker[0], link, words);
          }
        },
        () -> {
          if (worker[0] != null) {
            gone(worker[0]);
          }
        });
  }

  private void hear(WorkerHandle worker, Link link, String[] words) {
    switch (words[0]) {
      case "CALL" -> call(worker, link, words);
      case "ACK" -> {
        int event = Integer.parseInt(words[1]);
        ledger.acked(event, UUID.fromString(words[3]));
        worker.outstanding.remove(event);
      }
      case "FAILED" -> {
        failedSends.incrementAndGet();
        int event = Integer.parseInt(words[1]);
        onFailed.accept(event);
        if (worker.outstanding.remove(event)) {
          provider.schedule(() -> wish(event), 50, TimeUnit.MILLISECONDS);
        }
      }
      case "FROZEN" -> worker.frozen = true;
      case "LEFT" -> worker.left.complete(Boolean.parseBoolean(words[1]));
      case "DONE" -> worker.done(words[1], Arrays.asList(words).subList(2, words.length));
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private void call(WorkerHandle worker, Link link, String[] words) {
    String messageId = "m" + messageIds.incrementAndGet();
    Ledger.Call asked = call(worker, words, "accepted", messageId);
    Answer answer = answers.apply(asked);
    Ledger.Call call = call(worker, words, answer.outcome(), messageId);
    ledger.called(call);
    worker.calls.add(call);
    worker.callCount.incrementAndGet();
    if (answer.outcome().equals("none")) {
      return;
    }
    Runnable reply = () -> link.say("ANSWER", words[1], words[2], answer.outcome(), messageId);
    if (answer.delayMillis() == 0) {
      reply.run();
    } else {
      provider.schedule(reply, answer.delayMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static Ledger.Call call(
      WorkerHandle worker, String[] words, String answer, String messageId) {
    return new Ledger.Call(
        Integer.parseInt(words[3]),
        UUID.fromString(words[4]),
        Integer.parseInt(words[5]),
        worker.id,
        words[1],
        Long.parseLong(words[6]),
        Long.parseLong(words[7]),
        System.nanoTime(),
        answer,
        messageId);
  }

  private void gone(WorkerHandle worker) {
    worker.ended();
    worker.outstanding.forEach(this::wish);
  }

  // ---- the application

  /** Asks for events {@code from} to {@code to}, each to a recipient of its own. */
  void ask(int from, int to) {
    for (int event = from; event < to; event++) {
      ask(event, "user-" + event, "EMAIL", "default", 0);
    }
  }

  /**
   * Asks for one event.
   *
   * @param at when it is due, in milliseconds since 1970, or 0 for at once
   */
  void ask(int event, String recipient, String channel, String category, long at) {
    ledger.asked(event);
    asked.put(event, new Wish(event, recipient, channel, category, at));
    wish(event);
  }

  private void wish(int event) {
    Wish wish = asked.get(event);
    if (wish != null && !ledger.isAcked(event)) {
      wishes.add(wish);
    }
  }

  private void grantWishes() {
    while (!closed) {
      Wish wish = wishes.poll();
      if (wish == null) {
        Pause.millis(1);
      } else if (!ledger.isAcked(wish.event)) {
        grant(wish);
      }
    }
  }

  private void grant(Wish wish) {
    while (!closed) {
      List<WorkerHandle> free =
          up().stream().filter(w -> w.outstanding.size() < MOST_OUTSTANDING).toList();
      if (!free.isEmpty()) {
        send(free.get(random.nextInt(free.size())), wish);
        return;
      }
      Pause.millis(1);
    }
  }

  private void send(WorkerHandle worker, Wish wish) {
    worker.outstanding.add(wish.event);
    worker.say("SEND", wish.event, wish.recipient, wish.channel, wish.category, wish.at);
    if (worker.gone.isDone() && worker.outstanding.remove(wish.event)) {
      wish(wish.event); // it went while it was asked
    }
  }

  /** Sets who is told of a send that failed, before it is repeated. */
  void onFailed(IntConsumer value) {
    this.onFailed = value;
  }

  /** Returns how many sends failed and were asked for again. */
  int failedSends() {
    return failedSends.get();
  }

  boolean awaitAcked(Duration most) {
    return Pause.until(most, () -> ledger.acked() == ledger.asked());
  }

  /** Waits until a living worker sees nothing waiting, scheduled or in flight. */
  boolean awaitDrained(Duration most) {
    return Pause.until(
        most,
        () -> {
          List<WorkerHandle> living = up();
          if (living.isEmpty()) {
            return false;
          }
          Pause.millis(20);
          String stats = living.get(0).answer("STATS");
          return stats.startsWith("0 ");
        });
  }

  // ---- the store, as the parent sees it

  /** Work on a store. */
  interface Look<T> {
    T at(NotificationStore store) throws Exception;
  }

  /** Looks into the store; in an embedded one only while no worker has it open. */
  synchronized <T> T look(Look<T> look) throws Exception {
    if (memory != null) {
      return look.at(memory);
    }
    if (address.kind() == StoreAddress.Kind.H2) {
      try (StoreAddress.Opened opened = address.open(4, pool -> pool)) {
        return look.at(opened.store());
      }
    }
    if (own == null) {
      own = address.open(4, pool -> pool);
    }
    return look.at(own.store());
  }

  /**
   * Marks what a worker that is dead or stopped had asked the provider for without having recorded
   * the answer.
   *
   * @return how many deliveries that is
   */
  int markInFlight(WorkerHandle worker) throws Exception {
    return look(
        store -> {
          int caught = 0;
          Map<UUID, Integer> called = new HashMap<>();
          worker.calls.forEach(call -> called.put(call.delivery(), call.event()));
          called.keySet().removeAll(settled);
          for (Map.Entry<UUID, Integer> call : called.entrySet()) {
            Delivery delivery = store.log().find("", call.getKey()).orElse(null);
            if (delivery == null) {
              continue; // lost with the database; the audit says so
            }
            if (delivery.state().isTerminal()) {
              settled.add(delivery.id());
            } else if (isOpen(delivery)) {
              ledger.caught(call.getValue());
              caught++;
            }
          }
          return caught;
        });
  }

  private static boolean isOpen(Delivery delivery) {
    return switch (delivery.state()) {
      case CLAIMED, UNKNOWN, READY -> true; // READY once its lease has lapsed
      default -> false;
    };
  }

  StoreAddress address() {
    return address;
  }

  /** Ends every worker; needed before an embedded store can be looked into. */
  void endWorkers() {
    workers.forEach(WorkerHandle::dispose);
  }

  @Override
  public void close() throws Exception {
    closed = true;
    endWorkers();
    server.close();
    provider.shutdownNow();
    if (own != null) {
      own.close();
    }
    if (memory != null) {
      memory.close();
    }
  }
}
