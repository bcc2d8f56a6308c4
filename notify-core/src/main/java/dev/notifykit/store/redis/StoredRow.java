package dev.notifykit.store.redis;

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
 * A delivery's row, as {@code base.lua} describes it, without its id, which is its field's name.
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
    long token = in.micros();
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
        route.channel(),
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

  /** Returns what tenant and recipient take, which is the name of the recipient's index. */
  static byte[] person(QueuedDelivery d) {
    return person(d.notification().tenant(), d.recipientId());
  }

  static byte[] person(String tenant, String recipientId) {
    return new Packer(64).text(tenant).text(recipientId).toBytes();
  }

  /** Writes what a lot has of a delivery: what its row begins with, and then from the expiry on. */
  static void packEntry(Packer out, NewDelivery d, boolean solo, byte[] person) {
    QueuedDelivery q = d.delivery();
    StoredNotification n = q.notification();
    Instant expiresAt = n.expiresAt();
    out.u8(Codes.of(q.route())).u8(Codes.of(n.priority())).u8(flags(q, solo));
    out.number(expiresAt == null ? 0 : Micros.of(expiresAt)).uuid(n.id());
    int length = out.size();
    out.u16(0).bytes(person).text(q.target().key());
    out.text(n.template()).text(n.category()).i64(Micros.of(n.createdAt()));
    out.u16At(length, out.size() - length - 2);
  }

  private static int flags(QueuedDelivery d, boolean solo) {
    StoredNotification n = d.notification();
    int flags = n.unknownOutcome() == UnknownOutcome.PREFER_SILENCE ? SILENCE : 0;
    flags |= n.expiresAt() == null ? 0 : EXPIRES;
    flags |= solo ? SOLO : 0;
    return flags | (d.isStandIn() ? STAND_IN : 0);
  }
}
