package dev.notifykit.test;

import dev.notifykit.Channel;
import dev.notifykit.Route;
import dev.notifykit.Scheduler;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A provider that sends nothing, remembers what it was asked to send, and answers as it is told.
 * Without being told it accepts everything at once. Thread-safe.
 *
 * <pre>{@code
 * RecordingProvider email = RecordingProvider.of(Channel.EMAIL);
 * email.then(new Outcome.Retryable("451")).then(new Outcome.Accepted("m-1"));
 * email.when(request -> request.recipientId().equals("bob")).answer(new Outcome.Rejected("550"));
 * }</pre>
 *
 * <p>The answer to a request is that of the rule added last that fits it, else the next one queued
 * with {@code then}, else the default.
 */
public final class RecordingProvider implements Provider {
  private final String name;
  private final Channel channel;
  private final Set<Route> routes;
  private final @Nullable Scheduler scheduler;
  private final int maxInFlight;
  private final Duration timeout;
  private final List<SendRequest> sent = new ArrayList<>(); // guarded by this
  private final Deque<Answer> queue = new ArrayDeque<>(); // guarded by this
  private final Deque<Rule> rules = new ArrayDeque<>(); // guarded by this
  private final List<CompletableFuture<Outcome>> held = new ArrayList<>(); // guarded by this
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger peak = new AtomicInteger();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private Answer otherwise = this::accept; // guarded by this
  private volatile Runnable settle = () -> {};
  private volatile Supplier<List<String>> unsent = List::of;

  private interface Answer {
    CompletionStage<Outcome> to(SendRequest request);
  }

  private record Rule(Predicate<SendRequest> applies, Answer answer) {}

  private RecordingProvider(Builder b) {
    this.channel = b.channel;
    this.name = b.name == null ? "recording-" + channel.name().toLowerCase(Locale.ROOT) : b.name;
    this.routes = b.routes;
    this.scheduler = b.scheduler;
    this.maxInFlight = b.maxInFlight;
    this.timeout = b.timeout;
  }

  /**
   * Returns a provider that accepts everything.
   *
   * @param channel whose messages it takes
   */
  public static RecordingProvider of(Channel channel) {
    return builder(channel).build();
  }

  /**
   * Starts a provider.
   *
   * @param channel whose messages it takes
   */
  public static Builder builder(Channel channel) {
    return new Builder(channel);
  }

  // ---- what it answers

  /**
   * Answers one request so, after what was queued before.
   *
   * @param outcome the answer
   * @return this
   */
  public RecordingProvider then(Outcome outcome) {
    return queue(request -> CompletableFuture.completedFuture(outcome));
  }

  /**
   * Answers the next requests so.
   *
   * @param times how many of them
   * @param outcome the answer
   * @return this
   */
  public RecordingProvider then(int times, Outcome outcome) {
    for (int i = 0; i < times; i++) {
      then(outcome);
    }
    return this;
  }

  /**
   * Answers one request so, but late.
   *
   * @param delay how late, by the scheduler
   * @param outcome the answer
   * @return this
   * @throws IllegalStateException if the provider was built without a scheduler
   */
  public RecordingProvider thenAfter(Duration delay, Outcome outcome) {
    Scheduler timer = timer();
    return queue(request -> delayed(timer, delay, outcome));
  }

  /**
   * Makes one call of {@code send} throw, as no provider should.
   *
   * @param failure what is thrown
   * @return this
   */
  public RecordingProvider thenThrow(RuntimeException failure) {
    return queue(
        request -> {
          throw failure;
        });
  }

  /**
   * Makes one stage complete exceptionally, as it does only for a bug.
   *
   * @param failure what it fails with
   * @return this
   */
  public RecordingProvider thenFail(Throwable failure) {
    return queue(request -> CompletableFuture.failedFuture(failure));
  }

  /**
   * Leaves one request without an answer, until {@link #release}.
   *
   * @return this
   */
  public RecordingProvider thenHang() {
    return queue(request -> hold());
  }

  /**
   * Answers every request so that nothing else is said about.
   *
   * @param outcome the answer
   * @return this
   */
  public synchronized RecordingProvider otherwise(Outcome outcome) {
    otherwise = request -> CompletableFuture.completedFuture(outcome);
    return this;
  }

  /**
   * Leaves every request without an answer that nothing else is said about, until {@link #release}.
   *
   * @return this
   */
  public synchronized RecordingProvider otherwiseHang() {
    otherwise = request -> hold();
    return this;
  }

  /**
   * Starts a rule for some requests; it holds until {@link #reset}.
   *
   * @param applies whether it is about a request
   */
  public When when(Predicate<SendRequest> applies) {
    return new When(applies);
  }

  /** The second half of a rule. */
  public final class When {
    private final Predicate<SendRequest> applies;

    private When(Predicate<SendRequest> applies) {
      this.applies = applies;
    }

    /**
     * Answers so.
     *
     * @param outcome the answer
     * @return the provider
     */
    public RecordingProvider answer(Outcome outcome) {
      return rule(request -> CompletableFuture.completedFuture(outcome));
    }

    /**
     * Answers so, but late.
     *
     * @param delay how late, by the scheduler
     * @param outcome the answer
     * @return the provider
     */
    public RecordingProvider answerAfter(Duration delay, Outcome outcome) {
      Scheduler timer = timer();
      return rule(request -> delayed(timer, delay, outcome));
    }

    /**
     * Does not answer until {@link RecordingProvider#release}.
     *
     * @return the provider
     */
    public RecordingProvider hang() {
      return rule(request -> hold());
    }

    private RecordingProvider rule(Answer answer) {
      synchronized (RecordingProvider.this) {
        rules.addFirst(new Rule(applies, answer));
      }
      return RecordingProvider.this;
    }
  }

  /**
   * Answers all requests that hang.
   *
   * @param outcome the answer
   * @return how many there were
   */
  public int release(Outcome outcome) {
    List<CompletableFuture<Outcome>> released;
    synchronized (this) {
      released = List.copyOf(held);
      held.clear();
    }
    released.forEach(stage -> stage.complete(outcome));
    return released.size();
  }

  /**
   * Ends whatever was told: accepts everything again, as after an outage. What was sent stays.
   *
   * @return this
   */
  public synchronized RecordingProvider acceptAll() {
    queue.clear();
    rules.clear();
    otherwise = this::accept;
    return this;
  }

  /** Forgets what was sent and what was told; accepts everything again. */
  public synchronized void reset() {
    sent.clear();
    acceptAll();
    peak.set(inFlight.get());
  }

  private synchronized RecordingProvider queue(Answer answer) {
    queue.add(answer);
    return this;
  }

  private Scheduler timer() {
    Scheduler timer = scheduler;
    if (timer == null) {
      throw new IllegalStateException(
          "answers can be late only with a scheduler: RecordingProvider.builder(..).scheduler(..)");
    }
    return timer;
  }

  private CompletionStage<Outcome> accept(SendRequest request) {
    return CompletableFuture.completedFuture(
        new Outcome.Accepted(name + "-" + ids.incrementAndGet()));
  }

  private static CompletionStage<Outcome> delayed(
      Scheduler timer, Duration delay, Outcome outcome) {
    CompletableFuture<Outcome> late = new CompletableFuture<>();
    timer.schedule(delay, () -> late.complete(outcome));
    return late;
  }

  private synchronized CompletionStage<Outcome> hold() {
    CompletableFuture<Outcome> stage = new CompletableFuture<>();
    held.add(stage);
    return stage;
  }

  // ---- what assertions about it wait for

  /**
   * Sets what an assertion about this provider waits for before it looks: it returns when nothing
   * is at work any more. Default nothing.
   *
   * @param wait called on the asserting thread
   */
  public void whenSettled(Runnable wait) {
    this.settle = wait;
  }

  /** Says whose pipeline it is at the end of, which assertions wait for and ask. */
  void belongsTo(TestNotifications owner) {
    whenSettled(owner::awaitIdle);
    unsent = owner::unsent;
  }

  SentAssert settled() {
    settle.run();
    return new SentAssert(sent(), unsent);
  }

  // ---- what it saw

  /** Returns the requests so far, oldest first. */
  public synchronized List<SendRequest> sent() {
    return List.copyOf(sent);
  }

  /**
   * Waits at most 20 seconds of real time for requests.
   *
   * @param count how many there are to be, at least
   * @return the requests so far
   * @throws AssertionError if there are fewer
   */
  public List<SendRequest> await(int count) {
    Supplier<List<SendRequest>> seen = this::sent;
    Await.until(
        count + " sends by " + name + "; there were " + seen.get().size() + " at first",
        () -> seen.get().size() >= count);
    return sent();
  }

  /** Returns how many requests are without an answer. */
  public int inFlight() {
    return inFlight.get();
  }

  /** Returns the most requests that were without an answer at once. */
  public int peakInFlight() {
    return peak.get();
  }

  /** Returns whether it was closed. */
  public boolean isClosed() {
    return closed.get();
  }

  // ---- the provider

  @Override
  public String name() {
    return name;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public Set<Route> routes() {
    return routes.isEmpty() ? Provider.super.routes() : routes;
  }

  @Override
  public int maxInFlight() {
    return maxInFlight;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public CompletionStage<Outcome> send(SendRequest request) {
    CompletionStage<Outcome> stage;
    try {
      stage = answered(request);
    } catch (RuntimeException | Error e) { // a rule may well assert
      inFlight.decrementAndGet();
      throw e;
    }
    return stage.whenComplete((outcome, failure) -> inFlight.decrementAndGet());
  }

  /** In one step: whoever sees a request that hangs can release it. */
  private synchronized CompletionStage<Outcome> answered(SendRequest request) {
    return record(request).to(request);
  }

  private synchronized Answer record(SendRequest request) {
    sent.add(request);
    peak.accumulateAndGet(inFlight.incrementAndGet(), Math::max); // what is in flight is recorded
    for (Rule rule : rules) {
      if (rule.applies.test(request)) {
        return rule.answer;
      }
    }
    Answer next = queue.poll();
    return next == null ? otherwise : next;
  }

  /** Answers what hangs as unknown. */
  @Override
  public void close() {
    closed.set(true);
    release(new Outcome.Unknown("closed"));
  }

  @Override
  public String toString() {
    return "RecordingProvider[" + name + "]";
  }

  /** Builds a {@link RecordingProvider}. Not thread-safe. */
  public static final class Builder {
    private final Channel channel;
    private @Nullable String name;
    private Set<Route> routes = Set.of();
    private @Nullable Scheduler scheduler;
    private int maxInFlight = 64;
    private Duration timeout = Duration.ofSeconds(30);

    private Builder(Channel channel) {
      this.channel = channel;
    }

    /**
     * Sets the name; default {@code recording-} and the channel.
     *
     * @param value the name
     * @return this
     */
    public Builder name(String value) {
      this.name = value;
      return this;
    }

    /**
     * Sets the routes; default all of the channel.
     *
     * @param values the routes
     * @return this
     */
    public Builder routes(Route... values) {
      this.routes = Set.of(values);
      return this;
    }

    /**
     * Sets what late answers wait on; default nothing, and no late answers.
     *
     * @param value the client's scheduler
     * @return this
     */
    public Builder scheduler(Scheduler value) {
      this.scheduler = value;
      return this;
    }

    /**
     * Sets how many sends may be in flight; default 64.
     *
     * @param value at least 1
     * @return this
     */
    public Builder maxInFlight(int value) {
      this.maxInFlight = value;
      return this;
    }

    /**
     * Sets how long a send may take; default 30 seconds.
     *
     * @param value positive
     * @return this
     */
    public Builder timeout(Duration value) {
      this.timeout = value;
      return this;
    }

    /** Returns the provider. */
    public RecordingProvider build() {
      return new RecordingProvider(this);
    }
  }
}
