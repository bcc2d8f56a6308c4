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

  /** So that a script stays within some milliseconds, and others' with it. */
  private static final int DELIVERIES_A_SCRIPT = 500;

  /** What leaves a lot has the contents of all of it read. */
  private static final int BYTES_A_SCRIPT = 1 << 20;

  final int partition;
  final List<Integer> indexes = new ArrayList<>();
  final List<NewNotification> notifications = new ArrayList<>();
  private final Charges charges;
  private final Packer ids;
  private final Packer entries;
  private final Packer texts;
  private final Packer plans;
  private final Packer extras;
  private final List<byte[]> args = new ArrayList<>();
  private final int[] candidates = new int[Codes.ROUTES.size()];
  private final int[] lastPriorities = new int[Codes.ROUTES.size()];
  private boolean isPlain = true;
  private int deliveries;

  /**
   * Creates a part.
   *
   * @param expected how many deliveries may come, for the first size of what they are written to
   */
  AppendPart(Keys keys, int partition, int expected) {
    this.partition = partition;
    this.charges = new Charges(keys);
    int some = Math.min(Math.max(expected, 1), 128);
    this.ids = new Packer(16 * some);
    this.entries = new Packer(128 * some);
    this.texts = new Packer(1024 * some);
    this.plans = new Packer(22 * some);
    this.extras = new Packer(8 * some);
  }

  boolean hasRoomFor(NewNotification n) {
    return deliveries + n.deliveries().size() <= DELIVERIES_A_SCRIPT
        && texts.size() < BYTES_A_SCRIPT;
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
    args.add(window == null ? new byte[0] : Keys.event(stored.tenant(), stored.eventId()));
    args.add(
        new Packer(36)
            .uuid(stored.id())
            .i64(stored.fingerprint())
            .number(window == null ? 0 : millis(window))
            .u32(n.deliveries().size())
            .toBytes());
    boolean solo = n.deliveries().size() == 1;
    if (!solo) {
      args.add(NotificationBytes.write(stored, null));
    }
    isPlain &= solo;
    for (int i = 0; i < n.deliveries().size(); i++) {
      NewDelivery d = n.deliveries().get(i);
      Limited limit = decided == null ? null : decided[i];
      add(limit == null ? d : d.limited(limit), solo, decided == null);
    }
  }

  private void add(NewDelivery d, boolean solo, boolean charged) {
    QueuedDelivery q = d.delivery();
    byte[] person = StoredRow.person(q);
    String address = StoreCodec.address(q);
    byte[] text = solo ? NotificationBytes.write(q.notification(), address) : Packer.utf8(address);
    ids.uuid(q.id());
    texts.u32(text.length).bytes(text);
    int entry = entries.size();
    StoredRow.packEntry(entries, d, solo, person);
    int extra = extras.size();
    if (charged) {
      charges.pack(extras, d.charges());
    }
    int drawn = extras.size() - extra;
    extras.text(d.reason() == null ? null : d.reason().name());
    Instant notBefore = d.notBefore();
    plans.u8(Codes.of(d.state())).bytes(entries.slice(entry, 3));
    plans
        .number(notBefore == null ? 0 : Micros.of(notBefore))
        .u16(entries.size() - entry)
        .u32(text.length)
        .u16(drawn)
        .u16(extras.size() - extra - drawn);
    args.add(Keys.latest(person));
    isPlain &= d.state() == DeliveryState.READY && notBefore == null && drawn == 0;
    count(d);
  }

  private void count(NewDelivery d) {
    deliveries++;
    if (d.state() == DeliveryState.READY) {
      int route = Codes.of(d.delivery().route());
      int priority = Codes.of(d.delivery().notification().priority());
      candidates[route]++;
      lastPriorities[route] = Math.max(lastPriorities[route], priority);
    }
  }

  static long millis(Duration window) {
    Duration bounded = window.compareTo(LONGEST_WINDOW) < 0 ? window : LONGEST_WINDOW;
    return Math.max(1, bounded.plusNanos(999_999).toMillis());
  }

  /**
   * Returns the script's arguments but for the epoch, taking what it may hand off from the slots.
   *
   * @param unless what must not be there, as {@link LateChecks#packed} has it; empty for anything
   */
  List<byte[]> args(Handoff handoff, int[] slots, byte[] unless) {
    List<byte[]> all = new ArrayList<>(args.size() + 11 + 2 * charges.count());
    all.add(Packer.utf8(Micros.of(handoff.lease())));
    byte[] plain = plain();
    Packer mine = new Packer(10);
    for (Route route : Codes.ROUTES) {
      int r = Codes.of(route);
      int some = Math.min(Math.min(slots[r], candidates[r]), 0xFFFF);
      slots[r] -= some;
      candidates[r] = some;
      mine.u16(some);
    }
    all.add(mine.toBytes());
    all.add(unless);
    charges.addTo(all);
    for (Packer packer : List.of(ids, entries, texts, plans, extras)) {
      all.add(packer.toBytes());
    }
    all.add(plain);
    all.addAll(args);
    return all;
  }

  /** Returns what a script needs to know to hand off all of it, if that may be. */
  private byte[] plain() {
    Packer out = new Packer(3 * candidates.length);
    for (int route = 0; isPlain && route < candidates.length; route++) {
      out.u16(candidates[route]).u8(lastPriorities[route]);
    }
    return out.toBytes();
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
