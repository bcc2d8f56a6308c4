package dev.notifykit.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The parent's end of one worker: its process, its link, and what it has in hand. Thread-safe. */
final class WorkerHandle {
  private static final Duration START = Duration.ofMinutes(2);
  private static final Duration ANSWER = Duration.ofMinutes(5);

  final String id;
  final CompletableFuture<Link> ready = new CompletableFuture<>();
  final CompletableFuture<Boolean> left = new CompletableFuture<>();
  final CompletableFuture<Void> gone = new CompletableFuture<>();

  /** Events it was asked to send and did not answer for. */
  final Set<Integer> outstanding = ConcurrentHashMap.newKeySet();

  /** Every call it made, oldest first. */
  final ConcurrentLinkedQueue<Ledger.Call> calls = new ConcurrentLinkedQueue<>();

  final AtomicInteger callCount = new AtomicInteger();
  private final Map<String, CompletableFuture<String>> commands = new ConcurrentHashMap<>();
  private final AtomicInteger tags = new AtomicInteger();
  private @Nullable Process process;
  private @Nullable Worker local;
  volatile boolean frozen;
  private volatile boolean ending;

  WorkerHandle(String id) {
    this.id = id;
  }

  void runs(Process started) {
    this.process = started;
    started
        .onExit()
        .thenAccept(
            p ->
                ready.completeExceptionally(
                    new IllegalStateException(id + " ended before it began; see its log")));
  }

  void runs(Worker started) {
    this.local = started;
  }

  Link awaitReady() {
    try {
      return ready.get(START.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(id + " did not start", e);
    }
  }

  /** Returns whether it takes work. */
  boolean isUp() {
    return !ending && ready.isDone() && !ready.isCompletedExceptionally() && !gone.isDone();
  }

  void say(Object... words) {
    awaitReady().say(words);
  }

  /** Says {@code command tag arguments}; the answer comes as {@code DONE tag}. */
  CompletableFuture<String> ask(String command, Object... arguments) {
    String tag = id + "-" + tags.incrementAndGet();
    CompletableFuture<String> answer = new CompletableFuture<>();
    commands.put(tag, answer);
    Object[] words = new Object[arguments.length + 2];
    words[0] = command;
    words[1] = tag;
    System.arraycopy(arguments, 0, words, 2, arguments.length);
    say(words);
    if (gone.isDone()) {
      answer.completeExceptionally(new IllegalStateException(id + " is gone"));
    }
    return answer;
  }

  String answer(String command, Object... arguments) {
    try {
      return ask(command, arguments).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(id + " did not answer " + command, e);
    }
  }

  void done(String tag, List<String> words) {
    CompletableFuture<String> answer = commands.remove(tag);
    if (answer != null) {
      answer.complete(String.join(" ", words));
    }
  }

  /** Called once its connection has ended: nothing it said is still on the way. */
  void ended() {
    gone.complete(null);
    commands.values().forEach(a -> a.completeExceptionally(new IllegalStateException("gone")));
  }

  /** kill -9; returns when it is dead and all it said was heard. */
  void kill() {
    ending = true;
    process().destroyForcibly();
    awaitGone();
  }

  /** SIGTERM; returns whether it said that everything in flight had ended. */
  boolean terminate() {
    ending = true;
    process().destroy();
    awaitGone();
    return left.getNow(false);
  }

  /** Returns whether it has stopped itself, at the step it was told. */
  boolean isFrozen() {
    return frozen && process().isAlive();
  }

  void freeze() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void thaw() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", name, Long.toString(process().pid())).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill " + name + " failed with " + code);
    }
  }

  private Process process() {
    if (process == null) {
      throw new IllegalStateException(id + " is no process of its own");
    }
    return process;
  }

  /** Waits for an end that it comes to by itself; returns its exit code. */
  int awaitExit() {
    ending = true;
    awaitGone();
    return process().exitValue();
  }

  private void awaitGone() {
    try {
      process().onExit().get(START.toSeconds(), TimeUnit.SECONDS);
      if (ready.isDone() && !ready.isCompletedExceptionally()) {
        gone.get(START.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      throw new IllegalStateException(id + " did not end", e);
    }
  }

  /** Ends it however it can be ended. */
  void dispose() {
    ending = true;
    try {
      if (local != null) {
        local.close();
      } else if (process != null) {
        process.destroyForcibly();
        process.onExit().get(START.toSeconds(), TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      System.err.println(id + " did not end: " + e);
    }
  }
}
