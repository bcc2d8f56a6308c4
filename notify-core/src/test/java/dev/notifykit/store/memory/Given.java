package dev.notifykit.store.memory;

import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.Target;
import dev.notifykit.internal.TimeOrderedUuids;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.BucketCharge;
import dev.notifykit.store.ClaimRequest;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Content;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A store with a clock that stands, and what tests put into it. */
final class Given {
  static final Duration LEASE = Duration.ofMinutes(1);

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
  final InstantSource clock = now::get;
  final TimeOrderedUuids ids = new TimeOrderedUuids(clock);

  InMemoryStore.Builder store() {
    return InMemoryStore.builder().clock(clock);
  }

  void advance(Duration by) {
    now.updateAndGet(t -> t.plus(by));
  }

  NewNotification mail(String recipient) {
    return mail(recipient, null, List.of());
  }

  NewNotification mail(String recipient, @Nullable String eventId, List<BucketCharge> charges) {
    return mails(List.of(recipient), eventId, charges);
  }

  NewNotification mails(
      List<String> recipients, @Nullable String eventId, List<BucketCharge> charges) {
    StoredNotification notification =
        new StoredNotification(
            ids.next(),
            "",
            eventId == null ? "e" : eventId,
            1,
            "t",
            "default",
            null,
            Priority.NORMAL,
            UnknownOutcome.PREFER_DUPLICATE,
            now.get(),
            null,
            new Content(Map.of("a", "secret"), Map.of(), List.of()));
    List<NewDelivery> deliveries = new ArrayList<>();
    for (String recipient : recipients) {
      QueuedDelivery delivery =
          new QueuedDelivery(
              ids.next(),
              notification,
              recipient,
              null,
              Target.email(recipient + "@example.com"),
              null,
              null);
      deliveries.add(new NewDelivery(delivery, DeliveryState.READY, null, null, charges));
    }
    return new NewNotification(
        notification, eventId == null ? null : Duration.ofDays(1), deliveries);
  }

  static void append(InMemoryStore store, NewNotification... batch) {
    store.queue().append(List.of(batch), Handoff.NONE, null);
  }

  static List<ClaimedDelivery> claim(InMemoryStore store, int max) {
    return store.queue().claim(new ClaimRequest(Route.EMAIL, "w", max, LEASE)).claimed();
  }

  static Settlement settlement(ClaimedDelivery claimed, DeliveryState to) {
    return new Settlement(claimed, to, null, Duration.ZERO, true, "p", null, null);
  }

  static void settle(InMemoryStore store, List<ClaimedDelivery> claimed, DeliveryState to) {
    store.queue().settle(claimed.stream().map(c -> settlement(c, to)).toList());
  }
}
