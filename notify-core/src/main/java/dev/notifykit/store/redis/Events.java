package dev.notifykit.store.redis;

import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.StoredNotification;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Event ids that are remembered, as {@code events.lua} keeps them. */
final class Events {
  private static final int AT_ONCE = 1_000;

  private final Partitions partitions;

  Events(Partitions partitions) {
    this.partitions = partitions;
  }

  Optional<KnownEvent> find(String tenant, String eventId) {
    byte[] name = Keys.event(tenant, eventId);
    List<Object> reply = partitions.send(partitions.of(tenant, eventId), Script.KNOWN, name).list();
    return known((byte[]) reply.get(0));
  }

  private static Optional<KnownEvent> known(byte[] event) {
    return event.length == 0
        ? Optional.empty()
        : Optional.of(new KnownEvent(Packer.id(event, 0), fingerprint(event)));
  }

  /** Returns the fingerprint in what is kept of an event, which is after the notification's id. */
  static long fingerprint(byte[] event) {
    return ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN).getLong(16);
  }

  /** Some notifications of one partition, by their places in a list. */
  private record Part(int partition, List<Integer> places) {}

  private List<Part> parts(List<StoredNotification> notifications) {
    Map<Integer, List<Integer>> places = new TreeMap<>();
    for (int i = 0; i < notifications.size(); i++) {
      StoredNotification n = notifications.get(i);
      places.computeIfAbsent(partitions.of(n.tenant(), n.eventId()), p -> new ArrayList<>()).add(i);
    }
    List<Part> parts = new ArrayList<>();
    places.forEach(
        (p, all) -> {
          for (int from = 0; from < all.size(); from += AT_ONCE) {
            parts.add(new Part(p, all.subList(from, Math.min(from + AT_ONCE, all.size()))));
          }
        });
    return parts;
  }

  private static byte[] name(StoredNotification n) {
    return Keys.event(n.tenant(), n.eventId());
  }

  /** Returns what is remembered of these events, in their order. */
  List<Optional<KnownEvent>> known(List<StoredNotification> notifications) {
    List<Optional<KnownEvent>> all =
        new ArrayList<>(Collections.nCopies(notifications.size(), Optional.empty()));
    List<Part> parts = parts(notifications);
    List<Partitions.Sent> sent = new ArrayList<>();
    for (Part part : parts) {
      List<byte[]> names = part.places.stream().map(i -> name(notifications.get(i))).toList();
      sent.add(partitions.send(part.partition, Script.KNOWN, names));
    }
    for (int k = 0; k < parts.size(); k++) {
      List<Object> reply = sent.get(k).list();
      for (int i = 0; i < reply.size(); i++) {
        all.set(parts.get(k).places.get(i), known((byte[]) reply.get(i)));
      }
    }
    return all;
  }

  /** Remembers events for what is left of their windows, unless they are remembered. */
  void remember(List<NewNotification> stored, Duration age) {
    List<NewNotification> fresh =
        stored.stream().filter(n -> left(n, age).compareTo(Duration.ofMillis(1)) > 0).toList();
    List<StoredNotification> told = fresh.stream().map(NewNotification::notification).toList();
    List<Partitions.Sent> sent = new ArrayList<>();
    for (Part part : parts(told)) {
      List<byte[]> args = new ArrayList<>();
      for (int i : part.places) {
        StoredNotification n = told.get(i);
        args.add(name(n));
        args.add(new Packer(24).uuid(n.id()).i64(n.fingerprint()).toBytes());
        args.add(Packer.utf8(AppendPart.millis(left(fresh.get(i), age))));
      }
      sent.add(partitions.send(part.partition, Script.REMEMBER, args));
    }
    sent.forEach(Partitions.Sent::number);
  }

  private static Duration left(NewNotification n, Duration age) {
    Duration window = n.dedupeWindow();
    return window == null ? Duration.ZERO : window.minus(age);
  }
}
