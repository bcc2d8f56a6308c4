package dev.notifykit.store.redis;

import dev.notifykit.Attempt;
import dev.notifykit.DeliveryState;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import dev.notifykit.store.codec.UnreadableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Writes the ends of claims. The fence is in the script: a row is only written while it is {@code
 * CLAIMED} under the token of the claim.
 */
final class Settler {
  private static final String STALE = "Stale";
  private static final int A_SCRIPT = 500;
  private static final int LONGEST_CODE = 200;
  private static final int LONGEST_PROVIDER_ID = 255;

  private final Partitions partitions;
  private final InstantSource clock;

  Settler(Partitions partitions, InstantSource clock) {
    this.partitions = partitions;
    this.clock = clock;
  }

  /** The settlements that go to one run of the script. */
  private static final class Part {
    final int partition;
    final List<Settlement> settlements = new ArrayList<>();
    final List<byte[]> args = new ArrayList<>();

    Part(int partition, long nonce) {
      this.partition = partition;
      args.add(Packer.utf8(nonce));
    }

    void add(Settlement s) {
      settlements.add(s);
      args.add(end(s));
      Attempt attempt = s.attempt();
      args.add(attempt == null ? new byte[0] : attempt(attempt));
    }
  }

  List<Settlement> settle(List<Settlement> settlements) {
    settlements.forEach(Settler::check);
    long nonce = nonce();
    Lots lots = new Lots(partitions, nonce);
    List<Settlement> others = settlements.stream().filter(s -> !lots.take(s)).toList();
    lots.send();
    List<Settlement> refused = new ArrayList<>(write(others, nonce));
    refused.addAll(write(lots.refused(), nonce));
    List<Settlement> unlogged = refused.stream().filter(s -> s.attempt() == null).toList();
    if (!unlogged.isEmpty()) {
      // Refused again, and now logged.
      write(unlogged.stream().map(this::withAttempt).toList(), nonce());
    }
    return refused;
  }

  /** An acceptance has no attempt to log, but one that came too late is told by nothing else. */
  private Settlement withAttempt(Settlement s) {
    Attempt attempt =
        new Attempt(
            s.claimed().delivery().id(),
            s.claimed().attempt(),
            s.provider(),
            STALE,
            s.reason(),
            clock.instant(),
            Duration.ZERO);
    return new Settlement(
        s.claimed(),
        s.to(),
        s.reason(),
        s.delay(),
        s.spendsAttempt(),
        s.provider(),
        s.providerMessageId(),
        attempt);
  }

  /** Returns what was refused. */
  private List<Settlement> write(List<Settlement> settlements, long nonce) {
    List<Part> parts = parts(settlements, nonce);
    List<Partitions.Sent> sent = new ArrayList<>();
    for (Part part : parts) {
      sent.add(partitions.send(part.partition, Script.SETTLE, part.args));
    }
    List<Settlement> refused = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      sent.get(i).list().forEach(n -> refused.add(part.settlements.get((int) (long) (Long) n)));
    }
    return refused;
  }

  private static void check(Settlement s) {
    if (!DeliveryState.CLAIMED.canBecome(s.to())) {
      throw new IllegalArgumentException("a claim cannot end as " + s.to());
    }
  }

  private List<Part> parts(List<Settlement> settlements, long nonce) {
    List<Part> parts = new ArrayList<>();
    @Nullable Part[] open = new Part[partitions.count()];
    for (Settlement s : settlements) {
      StoredNotification n = s.claimed().delivery().notification();
      int p = partitions.of(n.tenant(), n.eventId());
      Part part = open[p];
      if (part == null || part.settlements.size() == A_SCRIPT) {
        part = new Part(p, nonce);
        open[p] = part;
        parts.add(part);
      }
      part.add(s);
    }
    return parts;
  }

  /** Tells one call from the next, so that a call repeated by the connection is known as such. */
  static long nonce() {
    return ThreadLocalRandom.current().nextLong(1, 1L << 32);
  }

  private static byte[] end(Settlement s) {
    Duration delay = s.delay();
    return end(
        s.claimed().delivery().id(),
        s.claimed().token(),
        s.to(),
        s.spendsAttempt(),
        delay == null ? 0 : Micros.of(delay),
        s.reason(),
        s.provider(),
        s.providerMessageId());
  }

  /** Writes one end as the script reads it. */
  static byte[] end(
      UUID id,
      long token,
      DeliveryState to,
      boolean spendsAttempt,
      long delay,
      @Nullable String reason,
      @Nullable String provider,
      @Nullable String providerMessageId) {
    return new Packer(96)
        .uuid(id)
        .number(token)
        .u8(Codes.of(to))
        .u8(spendsAttempt ? 1 : 0)
        .number(delay)
        .text(code(reason))
        .text(provider)
        .text(providerMessageId(providerMessageId))
        .toBytes();
  }

  static @Nullable String code(@Nullable String code) {
    return shortened(code, LONGEST_CODE);
  }

  static @Nullable String providerMessageId(@Nullable String id) {
    return shortened(id, LONGEST_PROVIDER_ID);
  }

  /** Providers write what they like; nothing in a row is without bounds. */
  private static @Nullable String shortened(@Nullable String text, int longest) {
    return text == null || text.length() <= longest ? text : text.substring(0, longest);
  }

  // ---- the log of attempts

  private static byte[] attempt(Attempt a) {
    return new Packer(64)
        .u32(a.number())
        .i64(Micros.of(a.startedAt()))
        .i64(Micros.of(a.took()))
        .text(a.outcome())
        .text(a.provider())
        .text(code(a.code()))
        .toBytes();
  }

  /**
   * Reads a logged attempt; the script writes before it whether its claim was lost.
   *
   * @throws UnreadableException if it is not what this version writes
   */
  static Attempt attempt(UUID deliveryId, byte[] bytes) throws UnreadableException {
    return Unpacker.read(bytes, in -> attempt(deliveryId, in));
  }

  private static Attempt attempt(UUID deliveryId, Unpacker in) {
    boolean isStale = in.u8() == 1;
    int number = (int) in.u32();
    long startedAt = in.i64();
    long took = in.i64();
    String outcome = in.text();
    return new Attempt(
        deliveryId,
        number,
        in.textOrNull(),
        isStale ? STALE : outcome,
        in.textOrNull(),
        Micros.instant(startedAt),
        Micros.duration(took));
  }
}
