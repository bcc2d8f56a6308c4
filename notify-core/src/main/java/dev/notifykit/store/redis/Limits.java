package dev.notifykit.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.StoreException;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.DeliveryQueue.KnownEvent;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.StoredNotification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the token buckets said to a batch, where they are in another slot than what is appended. All
 * buckets are in one slot, as a delivery takes from several at once, all or none. Not thread-safe.
 */
final class Limits {
  private static final Logger LOG = LoggerFactory.getLogger(Limits.class);

  private final Partitions partitions;
  private final Redis redis;
  private final Keys keys;
  private final List<NewNotification> batch;

  /** By notification and delivery: what it met, null for nothing. */
  private final @Nullable Limited[][] met;

  /** The notifications for which tokens were asked for. */
  private final BitSet asked = new BitSet();

  /** The deliveries that drew, in the order of the draw. */
  private List<Drawing> drawings = List.of();

  private @Nullable RedisDraw draw;

  private Limits(Partitions partitions, List<NewNotification> batch) {
    this.partitions = partitions;
    this.redis = partitions.redis;
    this.keys = partitions.keys;
    this.batch = batch;
    this.met = new Limited[batch.size()][];
    for (int i = 0; i < batch.size(); i++) {
      met[i] = new Limited[batch.get(i).deliveries().size()];
    }
  }

  static Limits take(Partitions partitions, List<NewNotification> batch) {
    Limits limits = new Limits(partitions, batch);
    limits.findWhoDraws();
    if (!limits.asked.isEmpty()) {
      limits.take();
    }
    return limits;
  }

  /** Those with charges, but for repeats: a repeat takes no token. */
  private void findWhoDraws() {
    List<Integer> drawing = new ArrayList<>();
    List<StoredNotification> asking = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      if (batch.get(i).deliveries().stream().anyMatch(d -> !d.charges().isEmpty())) {
        drawing.add(i);
        asking.add(batch.get(i).notification());
      }
    }
    List<Optional<KnownEvent>> known = new Events(partitions).known(asking);
    for (int k = 0; k < drawing.size(); k++) {
      int i = drawing.get(k);
      asked.set(i, known.get(k).isEmpty() || batch.get(i).dedupeWindow() == null);
    }
  }

  /** A delivery that draws on buckets. */
  private record Drawing(int notification, int index, NewDelivery delivery) {}

  private List<Drawing> drawings(int notification) {
    List<Drawing> drawings = new ArrayList<>();
    List<NewDelivery> deliveries = batch.get(notification).deliveries();
    for (int d = 0; d < deliveries.size(); d++) {
      if (!deliveries.get(d).charges().isEmpty()) {
        drawings.add(new Drawing(notification, d, deliveries.get(d)));
      }
    }
    return drawings;
  }

  private void take() {
    drawings = asked.stream().mapToObj(this::drawings).flatMap(List::stream).toList();
    RedisDraw taken =
        RedisDraw.of(redis, keys, drawings.stream().map(d -> d.delivery.charges()).toList());
    for (int k = 0; k < drawings.size(); k++) {
      Drawing d = drawings.get(k);
      met[d.notification][d.index] = limited(d, taken.now(), taken.waitOf(k));
    }
    draw = taken;
  }

  private static @Nullable Limited limited(Drawing d, long now, @Nullable Duration wait) {
    if (wait == null) {
      return new Limited(d.index, null);
    }
    if (wait.isZero()) {
      return null;
    }
    Instant deferred = Micros.instant(now).plus(wait);
    Instant notBefore = d.delivery.notBefore();
    boolean isLater =
        d.delivery.state() == DeliveryState.SCHEDULED
            && notBefore != null
            && notBefore.isAfter(deferred);
    return new Limited(d.index, isLater ? notBefore : deferred);
  }

  /** Returns what each delivery of a notification met. */
  @Nullable Limited[] of(int notification) {
    return met[notification];
  }

  List<Limited> limited(int notification) {
    return new ArrayList<>(Arrays.stream(met[notification]).filter(Objects::nonNull).toList());
  }

  /** Gives back the tokens of those that somebody else stored in the meantime. */
  void giveBack(List<Integer> repeats) {
    RedisDraw taken = draw;
    if (taken == null) {
      return;
    }
    List<Integer> drew = new ArrayList<>();
    for (int k = 0; k < drawings.size(); k++) {
      if (repeats.contains(drawings.get(k).notification)) {
        drew.add(k);
      }
    }
    try {
      taken.giveBack(drew);
    } catch (StoreException e) {
      // What is stored by now is not to fail for some tokens, which a limit may well be short of.
      LOG.warn("The tokens of repeated events are lost: {}", e.getMessage());
    }
  }
}
