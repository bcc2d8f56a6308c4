package dev.notifykit.store.redis;

import dev.notifykit.Channel;
import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;
import dev.notifykit.Priority;
import dev.notifykit.Route;
import dev.notifykit.policy.UnknownOutcome;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery's row, as {@code rows.lua} describes it, without its id, which is its field's name.
 */
record StoredRow(
    DeliveryState state,
    Route route,
    Priority priority,
    boolean solo,
    int attempts,
    long token,
    long due,
    long updated,
    UUID notificationId,
    String tenant,
    String recipientId,
    String targetKey,
    String template,
    String category,
    long createdAt,
    @Nullable String reason,
    @Nullable String provider,
    @Nullable String providerMessageId) {
  private static final int SILENCE = 1;
  private static final int EXPIRES = 2;
  private static final int SOLO = 16;
  private static final int STAND_IN = 32;

  static StoredRow read(byte[] bytes) throws UnreadableException {
    return Unpacker.read(bytes, StoredRow::read);
  }

  private static StoredRow read(Unpacker in) {
    DeliveryState state = Codes.STATES.get(in.u8());
    Route route = Codes.ROUTES.get(in.u8());
    Priority priority = Codes.PRIORITIES.get(in.u8());
    boolean solo = (in.u8() & SOLO) != 0;
    in.u8(); // recoveries
    int attempts = (int) in.u32();
    long token = in.u32();
    in.u32(); // nonce
    long due = in.micros();
    in.micros(); // deadline
    long updated = in.micros();
    in.micros(); // expires
    UUID notificationId = in.uuid();
    in.u16(); // length of what follows until the reason
    return new StoredRow(
        state,
        route,
        priority,
        solo,
        attempts,
        token,
        due,
        updated,
        notificationId,
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.i64(),
        in.textOrNull(),
        in.textOrNull(),
        in.textOrNull());
  }

  Delivery toDelivery(UUID id) {
    return new Delivery(
        id,
        notificationId,
        tenant,
        recipientId,
        channel(route),
        route,
        targetKey,
        template,
        category,
        state,
        reason,
        attempts,
        provider,
        providerMessageId,
        state.isTerminal() ? null : Micros.instant(due),
        Micros.instant(createdAt),
        Micros.instant(updated));
  }

  StoredRow after(DeliveryState next, @Nullable String why) {
    return new StoredRow(
        next,
        route,
        priority,
        solo,
        attempts,
        token,
        due,
        updated,
        notificationId,
        tenant,
        recipientId,
        targetKey,
        template,
        category,
        createdAt,
        why,
        provider,
        providerMessageId);
  }

  static Channel channel(Route route) {
    return switch (route) {
      case APNS, FCM -> Channel.PUSH;
      case SMS -> Channel.SMS;
      case EMAIL -> Channel.EMAIL;
      case INBOX -> Channel.INBOX;
    };
  }

  /** Writes the first 17 bytes of a new row. */
  static void packHead(Packer out, NewDelivery d, boolean solo) {
    StoredNotification n = d.delivery().notification();
    int flags = n.unknownOutcome() == UnknownOutcome.PREFER_SILENCE ? SILENCE : 0;
    flags |= n.expiresAt() == null ? 0 : EXPIRES;
    flags |= solo ? SOLO : 0;
    flags |= d.delivery().isStandIn() ? STAND_IN : 0;
    out.u8(Codes.of(d.state()))
        .u8(Codes.of(d.delivery().route()))
        .u8(Codes.of(n.priority()))
        .u8(flags)
        .u8(0)
        .u32(0)
        .u32(0)
        .u32(0);
  }

  /** Returns what tenant and recipient take, which is the name of the recipient's index. */
  static byte[] person(QueuedDelivery d) {
    return person(d.notification().tenant(), d.recipientId());
  }

  static byte[] person(String tenant, String recipientId) {
    return new Packer(64).text(tenant).text(recipientId).toBytes();
  }

  /** Returns a new row from the expiry on. */
  static byte[] rest(NewDelivery d, byte[] person) {
    QueuedDelivery q = d.delivery();
    StoredNotification n = q.notification();
    Packer fixed = new Packer(128).bytes(person).text(q.target().key());
    fixed.text(n.template()).text(n.category()).i64(Micros.of(n.createdAt()));
    Instant expiresAt = n.expiresAt();
    return new Packer(fixed.size() + 40)
        .number(expiresAt == null ? 0 : Micros.of(expiresAt))
        .uuid(n.id())
        .u16(fixed.size())
        .bytes(fixed.toBytes())
        .text(d.reason() == null ? null : d.reason().name())
        .u16(Packer.NULL)
        .u16(Packer.NULL)
        .toBytes();
  }
}
