package dev.notifykit.store.redis;

import dev.notifykit.StoreException;
import dev.notifykit.store.TrackingEvent;
import dev.notifykit.store.TrackingStore;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tracking events: a hash a delivery, which goes away some time after the last event. A report that
 * is repeated names the same delivery, so its id is looked for among that delivery's.
 */
final class RedisTracking implements TrackingStore {
  private static final Comparator<TrackingEvent> OLDEST_FIRST =
      Comparator.comparing(TrackingEvent::at).thenComparing(TrackingEvent::id);

  private final Redis redis;
  private final Keys keys;
  private final Duration kept;

  RedisTracking(Redis redis, Keys keys, Duration kept) {
    this.redis = redis;
    this.keys = keys;
    this.kept = kept;
  }

  @Override
  public boolean record(TrackingEvent e) {
    byte[] bytes =
        new Packer(64).text(e.kind().name()).i64(Micros.of(e.at())).text(e.detail()).toBytes();
    long added =
        redis.number(
            Script.TRACK,
            keys.tracking(e.tenant(), e.deliveryId()),
            Packer.utf8(e.id()),
            bytes,
            Packer.utf8(kept.toMillis()));
    return added == 1;
  }

  @Override
  public List<TrackingEvent> events(String tenant, UUID deliveryId) {
    byte[] key = keys.tracking(tenant, deliveryId);
    List<TrackingEvent> events = new ArrayList<>();
    for (Map.Entry<byte[], byte[]> e :
        redis.await(() -> redis.commands().hgetall(key)).entrySet()) {
      events.add(read(tenant, deliveryId, Packer.text(e.getKey()), e.getValue()));
    }
    events.sort(OLDEST_FIRST);
    return events;
  }

  /** In a cluster the keys are in many slots, and Lettuce sends each server its own. */
  @Override
  public void forget(String tenant, Collection<UUID> deliveryIds) {
    byte[][] names =
        deliveryIds.stream().map(id -> keys.tracking(tenant, id)).toArray(byte[][]::new);
    if (names.length > 0) {
      redis.await(() -> redis.commands().unlink(names));
    }
  }

  private static TrackingEvent read(String tenant, UUID deliveryId, String id, byte[] bytes) {
    try {
      return Unpacker.read(
          bytes,
          in -> {
            TrackingEvent.Kind kind = TrackingEvent.Kind.valueOf(in.text());
            long at = in.i64();
            @Nullable String detail = in.textOrNull();
            return new TrackingEvent(id, tenant, deliveryId, kind, detail, Micros.instant(at));
          });
    } catch (UnreadableException e) {
      throw new StoreException("a tracking event is unreadable", e);
    }
  }
}
