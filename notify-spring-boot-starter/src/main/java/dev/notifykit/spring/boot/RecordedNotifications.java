package dev.notifykit.spring.boot;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.NotificationClient;
import dev.notifykit.RouteStats;
import dev.notifykit.event.NotificationEvent;
import dev.notifykit.event.NotificationEvent.DeliveryChanged;
import dev.notifykit.provider.Outcome;
import dev.notifykit.provider.Provider;
import dev.notifykit.provider.SendRequest;
import dev.notifykit.test.Await;
import dev.notifykit.test.RecordingProvider;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;

/** What a test's application would have sent; see {@link RecordNotifications}. Thread-safe. */
public final class RecordedNotifications {
  private final RecordingProvider email = recorder(Channel.EMAIL);
  private final RecordingProvider sms = recorder(Channel.SMS);
  private final RecordingProvider push = recorder(Channel.PUSH);
  private final Set<Told> told = ConcurrentHashMap.newKeySet();
  private final ObjectProvider<NotificationClient> client;

  private record Told(String tenant, UUID notificationId) {}

  RecordedNotifications(ObjectProvider<NotificationClient> client) {
    this.client = client;
    all().forEach(provider -> provider.whenSettled(this::awaitIdle));
  }

  /** With room for all that a test sends: what hangs keeps nothing else from being sent. */
  private static RecordingProvider recorder(Channel channel) {
    return RecordingProvider.builder(channel).maxInFlight(100_000).build();
  }

  List<Provider> providers() {
    return List.of(email, sms, push);
  }

  private Stream<RecordingProvider> all() {
    return Stream.of(email, sms, push);
  }

  /** Returns what takes mails, to be asked what it got or told what to answer. */
  public RecordingProvider email() {
    return email;
  }

  /** Returns what takes text messages. */
  public RecordingProvider sms() {
    return sms;
  }

  /** Returns what takes pushes. */
  public RecordingProvider push() {
    return push;
  }

  /** Returns everything that was sent, by channel. */
  public List<SendRequest> sent() {
    return all().flatMap(p -> p.sent().stream()).toList();
  }

  /**
   * Waits until nothing is due, in flight or unwritten; what waits for its time or for a retry, is
   * on a paused route or was told to get no answer is not waited for. An assertion about one of the
   * providers does so before it looks.
   *
   * @throws AssertionError if that takes longer than {@link Await} has patience
   */
  public void awaitIdle() {
    NotificationClient running = client.getObject();
    Await.until("nothing is due or in flight", () -> isIdle(running));
  }

  /** What hangs stays claimed and keeps the client at work; all else is written by then. */
  private boolean isIdle(NotificationClient running) {
    Collection<RouteStats> routes = running.stats().routes().values();
    long claimed = routes.stream().mapToLong(RouteStats::inFlight).sum();
    long unanswered = all().mapToLong(RecordingProvider::inFlight).sum();
    return routes.stream().allMatch(route -> route.ready() == 0 || route.paused())
        && claimed <= unanswered
        && (unanswered > 0 || running.isIdle());
  }

  void on(NotificationEvent event) {
    if (event instanceof DeliveryChanged changed) {
      Delivery delivery = changed.delivery();
      told.add(new Told(delivery.tenant(), delivery.notificationId()));
    }
  }

  /**
   * Cancels what waits and answers what hangs: it would be sent, or time out and be sent again,
   * during a later test.
   */
  void reset() {
    all().forEach(RecordingProvider::acceptAll);
    all().forEach(provider -> provider.release(new Outcome.Accepted("reset")));
    awaitIdle();
    told.forEach(this::cancel);
    told.clear(); // after what the cancelling was told of
    all().forEach(RecordingProvider::reset);
  }

  private void cancel(Told notification) {
    NotificationClient running = client.getObject();
    String tenant = notification.tenant();
    (tenant.isEmpty() ? running : running.forTenant(tenant)).cancel(notification.notificationId());
  }
}
