package dev.notifykit.test.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes notifications of one mail each. */
public final class Sends {
  private static final TimeOrderedUuids IDS = new TimeOrderedUuids(InstantSource.system());

  private Sends() {}

  /** Returns a mail to append, with a window of a day. */
  public static NewNotification mail(
      NotificationStore store, String eventId, BucketCharge... charges) {
    return several(store, eventId, 1, charges);
  }

  /** The same with some mails to one person. */
  static NewNotification several(
      NotificationStore store, String eventId, int mails, BucketCharge... charges) {
    StoredNotification n = notification(store, eventId);
    Target target = Target.email("ann@example.com");
    List<NewDelivery> deliveries = new ArrayList<>();
    for (int i = 0; i < mails; i++) {
      QueuedDelivery d = new QueuedDelivery(IDS.next(), n, "user-1", null, target, null, null);
      deliveries.add(new NewDelivery(d, DeliveryState.READY, null, null, List.of(charges)));
    }
    return new NewNotification(n, Duration.ofDays(1), deliveries);
  }

  /** Returns what a notification stores, without its deliveries. */
  public static StoredNotification notification(NotificationStore store, String eventId) {
    return notification(store, eventId, Map.of("orderNo", "A-1001"));
  }

  static StoredNotification notification(
      NotificationStore store, String eventId, Map<String, Object> data) {
    return new StoredNotification(
        IDS.next(),
        "",
        eventId,
        1,
        "order-shipped",
        "orders",
        null,
        Priority.NORMAL,
        UnknownOutcome.PREFER_DUPLICATE,
        store.clock().instant(),
        null,
        new Content(data, Map.of(), List.of()));
  }

  /** Appends a mail. */
  public static Appended send(NotificationStore store, String eventId, BucketCharge... charges) {
    return append(store, mail(store, eventId, charges));
  }

  /** Appends a notification. */
  public static Appended append(NotificationStore store, NewNotification notification) {
    return store.queue().append(List.of(notification), Handoff.NONE, null).notifications().get(0);
  }

  /** Asks for mails. */
  public static ClaimRequest claim(int max) {
    return new ClaimRequest(Route.EMAIL, "worker-1", max, Duration.ofMinutes(1));
  }

  /** Claims all that waits; returns the events, one of them twice if it was claimed twice. */
  static List<String> claimAll(NotificationStore store) {
    List<String> events = new ArrayList<>();
    List<ClaimedDelivery> some = store.queue().claim(claim(1_000)).claimed();
    while (!some.isEmpty()) {
      some.forEach(c -> events.add(c.delivery().notification().eventId()));
      some = store.queue().claim(claim(1_000)).claimed();
    }
    return events;
  }
}
