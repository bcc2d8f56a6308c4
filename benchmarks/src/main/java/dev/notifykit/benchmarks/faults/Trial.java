package dev.notifykit.benchmarks.faults;

import dev.notifykit.Attempt;
import dev.notifykit.DeadReason;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.store.NotificationStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One run of a fault: what it works with, what it found, and the judgement. */
final class Trial implements AutoCloseable {
  /** How a delivery ends where nothing but crashes happens; see {@link DeadReason#POISON}. */
  static final Predicate<Delivery> ACCEPTED_OR_POISON =
      d ->
          d.state() == DeliveryState.ACCEPTED
              || (d.state() == DeliveryState.DEAD && DeadReason.POISON.name().equals(d.reason()));

  /** How long to wait for an end that nothing depends on. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  final Options options;
  final Random random;
  final Database database;
  final Path directory;
  private final PrintStream out;
  private final List<Scene> scenes = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private Predicate<Ledger.Event> forgotten = event -> false;
  private int excused;
  private int lost;
  private int unexpected;
  private int duplicated;
  private int inFlight;

  /**
   * Begins a run.
   *
   * @param database stays the caller's to close
   * @param directory where workers write their logs
   * @param out where notes go
   */
  Trial(Options options, Database database, Path directory, PrintStream out) {
    this.options = options;
    this.database = database;
    this.directory = directory;
    this.out = out;
    this.random = new Random(options.seed());
  }

  /** Opens a stage with data of its own. */
  Scene scene(String data) throws Exception {
    return scene(database.address(data));
  }

  Scene scene(StoreAddress address) throws IOException {
    Scene scene = new Scene(address, directory, new Random(random.nextLong()));
    scenes.add(scene);
    return scene;
  }

  /** Prints a line for whoever watches. */
  void note(String format, Object... arguments) {
    out.println(String.format(java.util.Locale.ROOT, format, arguments));
  }

  /** States a part of the pass condition. */
  void require(boolean holds, String format, Object... arguments) {
    if (!holds) {
      String failure = String.format(java.util.Locale.ROOT, format, arguments);
      failures.add(failure);
      note("FAILED %s", failure);
    }
  }

  /** Returns whether this is a short form in a build, where no time is judged. */
  boolean isQuick() {
    return options.number("quick", 0) == 1;
  }

  void requireShared() {
    if (!database.isShared()) {
      throw new NotApplicable(
          options.store() + " belongs to one process: there are no other nodes");
    }
  }

  void requireDurable() {
    if (!database.isDurable()) {
      throw new NotApplicable(options.store() + " dies with its process: there is nothing to find");
    }
  }

  /** Counts deliveries that were between the provider and the record when a fault struck. */
  void addInFlight(int count) {
    inFlight += count;
  }

  /** Says of which events a killed database may have forgotten something, besides those before. */
  void mayHaveForgotten(Predicate<Ledger.Event> events) {
    forgotten = forgotten.or(events);
  }

  void addLost(int count) {
    lost += count;
  }

  void addUnexpected(int count) {
    unexpected += count;
  }

  /** Waits until all is acknowledged and nothing waits any more. */
  void awaitDrained(Scene scene, Duration most) {
    long began = System.nanoTime();
    require(
        scene.awaitAcked(most),
        "%d of %d events were acknowledged within %s",
        scene.ledger.acked(),
        scene.ledger.asked(),
        most);
    require(scene.awaitDrained(most), "the queues did not drain within %s", most);
    note("drained %.1f s after the last fault", (System.nanoTime() - began) / 1e9);
  }

  /**
   * Compares the ledger with the store. An event is lost if it was acknowledged and has no terminal
   * state, or is accepted without the provider having been asked; unexpected if the provider or the
   * store knows what nobody asked for, or it ended as it must not.
   */
  void audit(Scene scene, Predicate<Delivery> endsWell) throws Exception {
    Map<String, Integer> ends = new TreeMap<>();
    scene.look(
        store -> {
          for (Ledger.Event event : scene.ledger.events()) {
            audit(store, event, endsWell, ends);
          }
          return ends;
        });
    unexpected += scene.ledger.strangers();
    note(
        "%d asked, %d acknowledged, %d sends failed and were repeated, %d calls of the provider,"
            + " ended %s",
        scene.ledger.asked(),
        scene.ledger.acked(),
        scene.failedSends(),
        scene.ledger.calls(),
        ends);
    if (excused > 0) {
      note("%d had been in hand so shortly before a kill that they may be lost", excused);
    }
  }

  private void audit(
      NotificationStore store,
      Ledger.Event event,
      Predicate<Delivery> endsWell,
      Map<String, Integer> ends) {
    UUID id = event.notificationId;
    if (id == null) {
      lose(event, "was never acknowledged");
      return;
    }
    List<Delivery> deliveries = store.log().deliveries("", id);
    if (deliveries.size() != 1) {
      if (deliveries.isEmpty()) {
        lose(event, "is not in the store");
      } else {
        surprise(event, "has " + deliveries.size() + " deliveries");
      }
      return;
    }
    Delivery delivery = deliveries.get(0);
    ends.merge(
        delivery.state() + (delivery.reason() == null ? "" : "/" + delivery.reason()),
        1,
        Integer::sum);
    if (!delivery.state().isTerminal()) {
      lose(event, "is still " + delivery.state());
    } else if (delivery.state() == DeliveryState.ACCEPTED && event.accepted() == 0) {
      lose(event, "is ACCEPTED, yet the provider never took it");
    } else if (!endsWell.test(delivery)) {
      surprise(event, "ended as " + delivery.state() + " " + delivery.reason());
    }
    if (event.calls.stream().anyMatch(call -> !call.delivery().equals(delivery.id()))) {
      surprise(event, "was sent as another delivery than the stored one");
    }
    countRepeats(store, event, delivery);
  }

  private void countRepeats(NotificationStore store, Ledger.Event event, Delivery delivery) {
    int repeats = (int) Math.max(0, event.accepted() - 1);
    duplicated += repeats;
    if (repeats > event.caught) {
      List<String> attempts =
          store.log().attempts("", delivery.id()).stream().map(Attempt::outcome).toList();
      long timeouts = attempts.stream().filter("Unknown"::equals).count();
      require(
          repeats <= event.caught + timeouts || forgotten.test(event),
          "event %d was sent %d times too often; a fault caught it in flight %d times; attempts %s;"
              + " calls %s",
          event.number,
          repeats,
          event.caught,
          attempts,
          event.calls.stream()
              .map(c -> c.worker() + "#" + c.attempt())
              .collect(Collectors.joining(" ")));
    }
  }

  private void lose(Ledger.Event event, String how) {
    lost++;
    excuse(event);
    if (lost <= 10) {
      note("LOST event %d %s", event.number, how);
    }
  }

  private void surprise(Ledger.Event event, String how) {
    unexpected++;
    excuse(event);
    if (unexpected <= 10) {
      note("UNEXPECTED event %d %s", event.number, how);
    }
  }

  private void excuse(Ledger.Event event) {
    excused += forgotten.test(event) ? 1 : 0;
  }

  int duplicated() {
    return duplicated;
  }

  boolean passed() {
    return failures.isEmpty() && lost + unexpected == excused;
  }

  String result() {
    return String.format(
        java.util.Locale.ROOT,
        "RESULT %s lost=%d unexpected=%d duplicated=%d inflight=%d seed=%d",
        options.fault(),
        lost,
        unexpected,
        duplicated,
        inFlight,
        options.seed());
  }

  @Override
  public void close() throws Exception {
    for (Scene scene : scenes) {
      scene.close();
    }
  }
}
