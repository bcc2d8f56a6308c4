package dev.notifykit.store.redis;

import dev.notifykit.DeliveryState;
import dev.notifykit.store.Settlement;
import dev.notifykit.store.StoredNotification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Acceptances of what is kept in lots, as first attempts are: a write a lot, instead of some for
 * each delivery. A lot's acceptances are written together or refused together; what is refused is
 * settled one by one then. Not thread-safe.
 */
final class Lots {
  /** As {@code lot.lua} has it. */
  private static final long MOST_IN_A_LOT = 512;

  private static final int LOTS_A_SCRIPT = 100;

  private final Partitions partitions;
  private final byte[] nonce;
  private final Map<Name, Lot> lots = new LinkedHashMap<>();
  private final List<Sending> sent = new ArrayList<>();

  Lots(Partitions partitions, long nonce) {
    this.partitions = partitions;
    this.nonce = Packer.utf8(nonce);
  }

  /** Returns the token of a claim in a lot, which tells where in which lot the delivery is. */
  static long token(long lot, int place) {
    return lot * MOST_IN_A_LOT + place;
  }

  private record Name(int partition, long number) {}

  private record Sending(List<Lot> lots, Partitions.Sent script) {}

  /** What one lot is told. */
  private static final class Lot {
    final List<Settlement> settlements = new ArrayList<>();
    private final long number;
    private final Packer refs = new Packer(512);
    private final int[] routes = new int[Codes.ROUTES.size()];
    private final Packer kept = new Packer(1024);
    private final List<byte[]> found = new ArrayList<>();

    Lot(long number) {
      this.number = number;
    }

    void add(Settlement s) {
      settlements.add(s);
      byte[] id = Packer.id(s.claimed().delivery().id());
      int place = (int) (s.claimed().token() % MOST_IN_A_LOT);
      String provider = s.provider();
      String message = Settler.providerMessageId(s.providerMessageId());
      refs.u16(place).bytes(id);
      routes[Codes.of(s.claimed().delivery().route())]++;
      kept.u16(place).text(provider).text(message);
      if (provider != null && message != null) {
        found.add(Packer.utf8(provider + "\0" + message));
        found.add(id);
      }
    }

    void addTo(List<byte[]> args) {
      Packer counts = new Packer(2 * routes.length);
      for (int count : routes) {
        counts.u16(count);
      }
      args.add(Packer.utf8(number));
      args.add(refs.toBytes());
      args.add(counts.toBytes());
      args.add(kept.toBytes());
      args.add(Packer.utf8(found.size() / 2));
      args.addAll(found);
    }
  }

  /** Takes a settlement that it can write, and returns whether it did. */
  boolean take(Settlement s) {
    if (!isPlain(s) || s.claimed().token() < MOST_IN_A_LOT) {
      return false;
    }
    StoredNotification n = s.claimed().delivery().notification();
    Name name =
        new Name(partitions.of(n.tenant(), n.eventId()), s.claimed().token() / MOST_IN_A_LOT);
    lots.computeIfAbsent(name, key -> new Lot(key.number)).add(s);
    return true;
  }

  /** What needs more said than an acceptance has a row, and so has a later attempt. */
  private static boolean isPlain(Settlement s) {
    return s.to() == DeliveryState.ACCEPTED
        && s.claimed().attempt() == 1
        && s.spendsAttempt()
        && s.reason() == null
        && s.attempt() == null;
  }

  void send() {
    Map<Integer, List<Lot>> byPartition = new LinkedHashMap<>();
    lots.forEach(
        (name, lot) ->
            byPartition.computeIfAbsent(name.partition, p -> new ArrayList<>()).add(lot));
    byPartition.forEach(
        (p, some) -> {
          for (int from = 0; from < some.size(); from += LOTS_A_SCRIPT) {
            send(p, some.subList(from, Math.min(from + LOTS_A_SCRIPT, some.size())));
          }
        });
  }

  private void send(int partition, List<Lot> some) {
    List<byte[]> args = new ArrayList<>();
    args.add(nonce);
    some.forEach(lot -> lot.addTo(args));
    sent.add(new Sending(some, partitions.send(partition, Script.ACCEPT, args)));
  }

  /** Waits, and returns what was not written. */
  List<Settlement> refused() {
    List<Settlement> refused = new ArrayList<>();
    for (Sending sending : sent) {
      for (Object number : sending.script.list()) {
        refused.addAll(sending.lots.get((int) (long) (Long) number).settlements);
      }
    }
    return refused;
  }
}
