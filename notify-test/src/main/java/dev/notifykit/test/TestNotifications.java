package dev.notifykit.test;

import dev.notifykit.Channel;
import dev.notifykit.ClientClosedException;
import dev.notifykit.DeliveryState;
import dev.notifykit.NotificationClient;
import dev.notifykit.Route;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.RouteDepth;
import dev.notifykit.store.memory.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A whole client for a test: the real pipeline over a store in memory, with a clock that is stepped
 * by hand and providers that only record. Thread-safe; close it after the test, or let {@link
 * NotifyTest} do so.
 *
 * <pre>{@code
 * try (TestNotifications notifications = TestNotifications.create()) {
 *   shop.use(notifications.client());
 *   shop.placeOrder("A-1001");
 *   notifications.awaitIdle();
 *   assertThat(notifications.email()).hasEmail().to("ann@example.com");
 * }
 * }</pre>
 *
 * <p>Inbox entries are written by the client itself: read them with {@code client().inbox(..)}.
 */
public final class TestNotifications implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Set<DeliveryState> SENT =
      EnumSet.of(DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.UNDELIVERED);
  private static final long QUIET_NANOS = 20_000_000;
  private static final long PAUSE_NANOS = 50_000;

  private final SettableClock clock = new SettableClock();
  private final ManualScheduler scheduler = new ManualScheduler(clock);
  private final NotificationStore store = InMemoryStore.builder().clock(clock).build();
  private final RecordingProvider email = provider(Channel.EMAIL);
  private final RecordingProvider sms = provider(Channel.SMS);
  private final RecordingProvider push = provider(Channel.PUSH);
  private final List<NotificationEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final NotificationClient client;

  private TestNotifications(Consumer<NotificationClient.Builder> options) {
    NotificationClient.Builder builder =
        NotificationClient.builder()
            .store(store)
            .clock(clock)
            .scheduler(scheduler)
            .provider(email)
            .provider(sms)
            .provider(push)
            .listener(events::add)
            // Nobody shares the store: looking once a minute keeps the steps of a day few.
            .pollInterval(Duration.ofMinutes(1));
    options.accept(builder);
    this.client = builder.build();
    Stream.of(email, sms, push).forEach(provider -> provider.belongsTo(this));
    scheduler.whenSettled(this::awaitIdle);
  }

  private RecordingProvider provider(Channel channel) {
    return RecordingProvider.builder(channel).scheduler(scheduler).build();
  }

  /** Returns a client with every default, which takes ready content but has no templates. */
  public static TestNotifications create() {
    return create(builder -> {});
  }

  /**
   * Returns a client with options of the test's.
   *
   * @param options sets templates, limits, retries and whatever else the application sets; store,
   *     clock, scheduler and providers are set already
   */
  public static TestNotifications create(Consumer<NotificationClient.Builder> options) {
    return new TestNotifications(options);
  }

  /** Returns the client to give to what is tested. */
  public NotificationClient client() {
    return client;
  }

  /** Returns the clock of the store; move it with {@link #advance}. */
  public SettableClock clock() {
    return clock;
  }

  /** Returns the scheduler of the client. */
  public ManualScheduler scheduler() {
    return scheduler;
  }

  /** Returns the store. */
  public NotificationStore store() {
    return store;
  }

  /** Returns the provider of mails. */
  public RecordingProvider email() {
    return email;
  }

  /** Returns the provider of text messages. */
  public RecordingProvider sms() {
    return sms;
  }

  /** Returns the provider of pushes, on all routes. */
  public RecordingProvider push() {
    return push;
  }

  /** Returns what was sent so far: mails, then text messages, then pushes, each oldest first. */
  public List<SendRequest> sent() {
    List<SendRequest> all = new ArrayList<>(email.sent());
    all.addAll(sms.sent());
    all.addAll(push.sent());
    return all;
  }

  /** Returns the events so far. */
  public List<NotificationEvent> events() {
    return List.copyOf(events);
  }

  /**
   * Lets time pass: everything scheduled for that time happens, in order, at its own time. Returns
   * when nothing is at work any more.
   *
   * @param by how long; weeks take no longer than it takes to do what falls into them
   */
  public void advance(Duration by) {
    scheduler.advance(by);
    awaitIdle();
  }

  /**
   * Lets time pass until a moment; see {@link #advance}.
   *
   * @param moment not before the clock's
   */
  public void advanceTo(Instant moment) {
    advance(Duration.between(clock.instant(), moment));
  }

  /**
   * Waits until everything that is due is done. Requests that a recording provider was told to
   * leave without an answer are not waited for.
   *
   * @throws AssertionError if that takes more than 20 seconds
   */
  public void awaitIdle() {
    long start = System.nanoTime();
    long quietSince = start;
    Object before = activity();
    while (!client.isIdle()) {
      long now = System.nanoTime();
      Object after = activity();
      if (!after.equals(before)) {
        before = after;
        quietSince = now;
      }
      if (now - quietSince > QUIET_NANOS && onlyHangs()) {
        return;
      }
      if (now - start > PATIENCE.toNanos()) {
        throw new AssertionError("still at work after " + PATIENCE + ": " + before);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Tells, a line each, what became of deliveries that no provider took. */
  List<String> unsent() {
    try {
      return notifications().stream()
          .flatMap(each -> tenant(each.tenant).deliveries(each.id).stream())
          .filter(delivery -> !SENT.contains(delivery.state()))
          .map(Sent::show)
          .toList();
    } catch (ClientClosedException e) {
      return List.of();
    }
  }

  private record Told(String tenant, UUID id) {}

  /** What listeners were told of; events may be out of order, so the states are the store's. */
  private Set<Told> notifications() {
    return events().stream()
        .filter(DeliveryChanged.class::isInstance)
        .map(event -> ((DeliveryChanged) event).delivery())
        .map(delivery -> new Told(delivery.tenant(), delivery.notificationId()))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private NotificationClient tenant(String name) {
    return name.isEmpty() ? client : client.forTenant(name);
  }

  /** What is claimed and not with a provider is still being prepared or written. */
  private boolean onlyHangs() {
    int hanging = email.inFlight() + sms.inFlight() + push.inFlight();
    long claimed = store.queue().depths().values().stream().mapToLong(RouteDepth::inFlight).sum();
    return hanging > 0 && claimed <= hanging;
  }

  private Object activity() {
    Map<Route, RouteDepth> depths = store.queue().depths();
    return List.of(depths, events.size(), email.inFlight(), sms.inFlight(), push.inFlight());
  }

  /** Closes the client; what hangs is not waited for. */
  @Override
  public void close() {
    client.close(Duration.ZERO);
  }
}
