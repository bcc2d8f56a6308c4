package dev.notifykit.store.redis;

import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.StoreCodec;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A notification as it is kept once for all its deliveries: the length of a head, the head, and its
 * content as JSON to the end. Before that comes the address of a delivery that is its only one.
 */
final class NotificationBytes {
  private static final long NEVER = Long.MIN_VALUE;

  private NotificationBytes() {}

  static byte[] write(StoredNotification n, @Nullable String address) {
    Instant expiresAt = n.expiresAt();
    byte[] head =
        new Packer(128)
            .text(n.tenant())
            .text(n.eventId())
            .i64(n.fingerprint())
            .text(n.template())
            .text(n.category())
            .text(n.topic())
            .u8(Codes.of(n.priority()))
            .u8(n.unknownOutcome() == UnknownOutcome.PREFER_SILENCE ? 1 : 0)
            .i64(Micros.of(n.createdAt()))
            .i64(expiresAt == null ? NEVER : Micros.of(expiresAt))
            .toBytes();
    byte[] content = Packer.utf8(StoreCodec.content(n.content()));
    Packer out = new Packer(256 + head.length + content.length);
    if (address != null) {
      out.text(address);
    }
    return out.u16(head.length).bytes(head).bytes(content).toBytes();
  }

  /**
   * Reads a notification.
   *
   * @throws UnreadableException if it is gone or not what this version writes
   */
  static StoredNotification read(UUID id, byte[] bytes) throws UnreadableException {
    return Unpacker.read(bytes, in -> read(id, in));
  }

  /** A notification and the address of its only delivery. */
  record Solo(String address, StoredNotification notification) {}

  /**
   * Reads a notification and the address of its only delivery.
   *
   * @throws UnreadableException if it is gone or not what this version writes
   */
  static Solo readSolo(UUID id, byte[] bytes) throws UnreadableException {
    return Unpacker.read(bytes, in -> new Solo(in.text(), read(id, in)));
  }

  private static StoredNotification read(UUID id, Unpacker in) throws UnreadableException {
    in.u16(); // length of the head
    return new StoredNotification(
        id,
        in.text(),
        in.text(),
        in.i64(),
        in.text(),
        in.text(),
        in.textOrNull(),
        Codes.PRIORITIES.get(in.u8()),
        in.u8() == 1 ? UnknownOutcome.PREFER_SILENCE : UnknownOutcome.PREFER_DUPLICATE,
        Micros.instant(in.i64()),
        instantOrNull(in.i64()),
        StoreCodec.content(in.rest()));
  }

  private static @Nullable Instant instantOrNull(long micros) {
    return micros == NEVER ? null : Micros.instant(micros);
  }
}
