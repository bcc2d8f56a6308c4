package dev.notifykit.benchmarks.faults;

import dev.notifykit.DeliveryState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * F14: the application's clock is off by an hour or a day, either way, while the database's is
 * right. A library that is loaded before the C library's own tells the worker the wrong time.
 */
final class WrongClock implements Fault {
  private static final Map<String, Duration> OFFSETS =
      Map.of(
          "hour_behind", Duration.ofHours(-1),
          "hour_ahead", Duration.ofHours(1),
          "day_behind", Duration.ofDays(-1),
          "day_ahead", Duration.ofDays(1));

  private static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdlib.h>
      #include <sys/time.h>
      #include <time.h>
      static long off(void) { return atol(getenv("CLOCK_OFF_SECONDS")); }
      int clock_gettime(clockid_t id, struct timespec *t) {
        static int (*real)(clockid_t, struct timespec *);
        if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
        int r = real(id, t);
        if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) t->tv_sec += off();
        return r;
      }
      int gettimeofday(struct timeval *restrict t, void *restrict zone) {
        static int (*real)(struct timeval *restrict, void *restrict);
        if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
        int r = real(t, zone);
        t->tv_sec += off();
        return r;
      }
      """;

  @Override
  public void run(Trial trial) throws Exception {
    if (!trial.database.isShared()) {
      throw new NotApplicable("the clock of " + trial.options.store() + " is the application's own");
    }
    Path library = compile(trial.directory);
    int sends = trial.options.number("sends", 400);
    for (Map.Entry<String, Duration> offset : OFFSETS.entrySet()) {
      run(trial, library, offset.getKey(), offset.getValue(), sends);
    }
    trial.require(trial.duplicated() == 0, "%d were sent twice", trial.duplicated());
  }

  private static Path compile(Path directory) throws IOException, InterruptedException {
    Path source = Files.writeString(directory.resolve("clock.c"), SOURCE);
    Path library = directory.resolve("clock.so");
    try {
      int code =
          new ProcessBuilder(
                  "cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
              .inheritIO()
              .start()
              .waitFor();
      if (code == 0) {
        return library;
      }
    } catch (IOException e) {
      // No compiler.
    }
    throw new NotApplicable("a C compiler, cc, is needed to give a process a clock of its own");
  }

  private static void run(Trial trial, Path library, String name, Duration offset, int sends)
      throws Exception {
    Scene scene = trial.scene("f14_" + name);
    // Every second first attempt fails, so that a backoff is waited for, too.
    scene.answers(
        call ->
            new Scene.Answer(call.attempt() == 1 && call.event() % 8 == 0 ? "503" : "accepted", 0));
    WorkerHandle worker =
        scene.start(
            WorkerConfig.DEFAULT.with("ttl", Duration.ofMinutes(5).toMillis()),
            "sh:CLOCK_OFF_SECONDS=" + offset.toSeconds() + " LD_PRELOAD=" + library);
    worker.awaitReady();
    long off = Long.parseLong(worker.answer("CLOCK")) - System.currentTimeMillis();
    trial.require(
        Math.abs(off - offset.toMillis()) < 60_000, "the worker's clock is off by %d ms", off);
    long due = System.currentTimeMillis() + 3_000;
    for (int event = 0; event < sends; event++) {
      scene.ask(event, "user-" + event, "EMAIL", "default", isLater(event) ? due : 0);
    }
    trial.awaitDrained(scene, Trial.PATIENCE);
    trial.audit(scene, d -> d.state() == DeliveryState.ACCEPTED);
    judge(trial, scene, due);
    repeat(trial, scene, worker, sends);
    scene.endWorkers();
  }

  private static boolean isLater(int event) {
    return event % 2 == 1;
  }

  private static void judge(Trial trial, Scene scene, long due) {
    long monotonicDue = System.nanoTime() - (System.currentTimeMillis() - due) * 1_000_000;
    long slack = Duration.ofMillis(5).toNanos(); // between two readings of two clocks
    for (Ledger.Event event : scene.ledger.events()) {
      for (Ledger.Call call : event.calls) {
        trial.require(
            !isLater(event.number) || call.arrived() + slack >= monotonicDue,
            "event %d was sent %d ms early",
            event.number,
            (monotonicDue - call.arrived()) / 1_000_000);
      }
    }
  }

  /** A node whose clock is right asks for the same events: they are known. */
  private static void repeat(Trial trial, Scene scene, WorkerHandle wrong, int sends)
      throws Exception {
    wrong.terminate();
    WorkerHandle right =
        scene.start(WorkerConfig.DEFAULT.with("ttl", Duration.ofMinutes(5).toMillis()));
    right.awaitReady();
    int before = scene.ledger.calls();
    for (int event = 0; event < sends; event += 10) {
      String receipt = right.answer("BURST", event, 1);
      String known =
          "DUPLICATE/" + Objects.requireNonNull(scene.ledger.event(event)).notificationId;
      trial.require(isLater(event) || receipt.equals(known), "event %d again: %s", event, receipt);
    }
    trial.require(scene.ledger.calls() == before, "a repeated event was sent again");
  }
}
