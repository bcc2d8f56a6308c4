package dev.notifykit.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one run of the append script gets: notifications of one partition. Not thread-safe. */
final class AppendPart {
  /** A longer window is as good as this one. */
  private static final Duration LONGEST_WINDOW = Duration.ofDays(36_500);

  final int partition;
  final List<Integer> indexes = new ArrayList<>();
  final List<NewNotification> notifications = new ArrayList<>();
  private final Keys keys;
  private final Charges charges;
  private final List<byte[]> args = new ArrayList<>();
  private final int[] candidates = new int[Codes.ROUTES.size()];
  private int deliveries;

  AppendPart(Keys keys, int partition) {
    this.keys = keys;
    this.partition = partition;
    this.charges = new Charges(keys);
  }

  int deliveries() {
    return deliveries;
  }

  /**
   * Adds a notification.
   *
   * @param index its index in the batch
   * @param decided what each delivery met at the token buckets, or null for the script to ask them
   */
  void add(int index, NewNotification n, @Nullable Limited @Nullable [] decided) {
    indexes.add(index);
    notifications.add(n);
    StoredNotification stored = n.notification();
    Duration window = n.dedupeWindow();
    args.add(
        window == null ? new byte[0] : keys.event(partition, stored.tenant(), stored.eventId()));
    args.add(
        new Packer(36)
            .uuid(stored.id())
            .i64(stored.fingerprint())
            .number(window == null ? 0 : millis(window))
            .u32(n.deliveries().size())
            .toBytes());
    boolean solo = n.deliveries().size() == 1;
    args.add(
        NotificationBytes.write(
            stored, solo ? StoreCodec.address(n.deliveries().get(0).delivery()) : null));
    for (int i = 0; i < n.deliveries().size(); i++) {
      NewDelivery d = n.deliveries().get(i);
      Limited limit = decided == null ? null : decided[i];
      add(limit == null ? d : d.limited(limit), solo, decided == null);
    }
  }

  private void add(NewDelivery d, boolean solo, boolean charged) {
    QueuedDelivery q = d.delivery();
    byte[] person = StoredRow.person(q);
    Instant notBefore = d.notBefore();
    Packer first = new Packer(64).uuid(q.id());
    StoredRow.packHead(first, d, solo);
    first.u16(person.length).number(notBefore == null ? 0 : Micros.of(notBefore));
    if (charged) {
      charges.pack(first, d.charges());
    }
    args.add(first.toBytes());
    args.add(StoredRow.rest(d, person));
    if (!solo) {
      args.add(Packer.utf8(StoreCodec.address(q)));
    }
    deliveries++;
    if (d.state() == DeliveryState.READY) {
      candidates[Codes.of(q.route())]++;
    }
  }

  static long millis(Duration window) {
    Duration bounded = window.compareTo(LONGEST_WINDOW) < 0 ? window : LONGEST_WINDOW;
    return Math.max(1, bounded.plusNanos(999_999).toMillis());
  }

  /**
   * Returns the script's arguments but for the epoch, taking what it may hand off from the slots.
   */
  List<byte[]> args(Handoff handoff, int[] slots) {
    List<byte[]> all = new ArrayList<>(args.size() + 4 + 2 * charges.count());
    all.add(Packer.utf8(Micros.of(handoff.lease())));
    Packer mine = new Packer(10);
    for (Route route : Codes.ROUTES) {
      int r = Codes.of(route);
      int some = Math.min(Math.min(slots[r], candidates[r]), 0xFFFF);
      slots[r] -= some;
      candidates[r] = some;
      mine.u16(some);
    }
    all.add(mine.toBytes());
    charges.addTo(all);
    all.addAll(args);
    return all;
  }

  /** Returns what may be handed off, once {@link #args} shared out the slots. */
  List<QueuedDelivery> handoffCandidates() {
    List<QueuedDelivery> some = new ArrayList<>();
    for (NewNotification n : notifications) {
      for (NewDelivery d : n.deliveries()) {
        if (d.state() == DeliveryState.READY && candidates[Codes.of(d.delivery().route())] > 0) {
          some.add(d.delivery());
        }
      }
    }
    return some;
  }
}
