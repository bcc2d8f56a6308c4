package dev.notifykit.store.redis;

import dev.notifykit.Route;
import dev.notifykit.policy.PreferenceSet;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewDelivery;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.QueuedDelivery;
import dev.notifykit.store.UnrestrictedAppend.Refused;
import dev.notifykit.store.UnrestrictedAppend.Result;
import dev.notifykit.store.UnrestrictedAppend.Stored;
import dev.notifykit.store.codec.UnreadableException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Appends notifications.
 *
 * <h2>On one server</h2>
 *
 * Event ids, token buckets, rows and the hand-off are one script, so one round trip; a large batch
 * is several, sent together. For one notification the script also looks up what restricts it, and
 * does nothing if something does; whatever is handed off by it needs no other look.
 *
 * <h2>In a cluster</h2>
 *
 * An event id and all its deliveries are in one slot and stored by one script; the token buckets
 * are in another. So in this order: look which event ids are known already, take tokens for the
 * rest, append, and give back what was taken for those that turned out to be repeats in the
 * meantime. A crash in between loses tokens, never deliveries: a limit may then admit fewer than it
 * allows, never more, and nothing is stored or sent twice under one event id.
 */
final class Appender {
  private static final byte[] ANYTHING = new byte[0];

  /** What the script says in place of a lot. */
  private static final long REFUSED = -1;

  /** The same where the one delivery is a claimed row. */
  private static final long ROW = -2;

  private static final long FIRST_TOKEN = 1;

  private final Partitions partitions;
  private final Redis redis;
  private final Keys keys;

  Appender(Partitions partitions) {
    this.partitions = partitions;
    this.redis = partitions.redis;
    this.keys = partitions.keys;
  }

  AppendResult append(List<NewNotification> batch, Handoff handoff) {
    Limits limits = redis.isCluster() ? Limits.take(partitions, batch) : null;
    List<AppendPart> parts = parts(batch, limits);
    int[] slots = slots(handoff);
    List<Partitions.Sent> sent = new ArrayList<>();
    List<@Nullable LateChecks> checks = new ArrayList<>();
    for (AppendPart part : parts) {
      sent.add(partitions.send(part.partition, Script.APPEND, part.args(handoff, slots, ANYTHING)));
      checks.add(redis.isCluster() ? null : ask(part));
    }
    Results results = new Results(batch, limits);
    for (int i = 0; i < parts.size(); i++) {
      List<Handed> handed = results.read(parts.get(i), sent.get(i).list());
      if (!handed.isEmpty()) {
        LateChecks asked = checks.get(i);
        boolean isLate = asked != null && !sent.get(i).ranLate();
        results.hand(handed, (isLate ? asked : ask(handed)).answered());
      }
    }
    if (limits != null) {
      limits.giveBack(results.repeats());
    }
    return results.toResult();
  }

  private static int[] slots(Handoff handoff) {
    int[] slots = new int[Codes.ROUTES.size()];
    handoff.slots().forEach((route, free) -> slots[Codes.of(route)] = Math.max(0, free));
    return slots;
  }

  /**
   * Appends one notification in a script that first looks up what restricts it. Not in a cluster,
   * where that is in other slots.
   */
  Result append(NewNotification n, Collection<String> targetKeys, Handoff handoff) {
    String tenant = n.notification().tenant();
    int partition = partitions.of(tenant, n.notification().eventId());
    AppendPart part = new AppendPart(keys, partition, n.deliveries().size());
    part.add(0, n, null);
    LateChecks checks = LateChecks.about(redis, keys, n, targetKeys);
    List<byte[]> args = part.args(handoff, slots(handoff), checks.packed());
    List<Object> reply = partitions.send(partition, Script.APPEND, args).list();
    if ((Long) reply.get(1) == REFUSED) {
      return new Refused(checks.found(reply, 3).restrictions(tenant, recipients(n), targetKeys));
    }
    Results results = new Results(List.of(n), null);
    results.hand(results.read(part, reply), checks); // of which nothing was found
    return new Stored(results.toResult());
  }

  private static Set<String> recipients(NewNotification n) {
    return n.deliveries().stream().map(d -> d.delivery().recipientId()).collect(Collectors.toSet());
  }

  private List<AppendPart> parts(List<NewNotification> batch, @Nullable Limits limits) {
    List<AppendPart> parts = new ArrayList<>();
    Map<Integer, AppendPart> open = new HashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      NewNotification n = batch.get(i);
      int p = partitions.of(n.notification().tenant(), n.notification().eventId());
      AppendPart part = open.get(p);
      if (part == null || !part.hasRoomFor(n)) {
        part = new AppendPart(keys, p, batch.size());
        open.put(p, part);
        parts.add(part);
      }
      part.add(i, n, limits == null ? null : limits.of(i));
    }
    return parts;
  }

  /** Asked right behind the script on the same connection, so answered after it. */
  private @Nullable LateChecks ask(AppendPart part) {
    List<QueuedDelivery> candidates = part.handoffCandidates();
    return candidates.isEmpty() ? null : LateChecks.ask(redis, keys, candidates);
  }

  private LateChecks ask(List<Handed> handed) {
    return LateChecks.ask(redis, keys, handed.stream().map(Handed::delivery).toList());
  }

  /** A delivery that the script claimed for the caller. */
  record Handed(QueuedDelivery delivery, long token) {
    ClaimedDelivery claimed(PreferenceSet preferences, boolean suppressed) {
      return new ClaimedDelivery(delivery, token, 1, preferences, suppressed);
    }
  }

  /** The results in the making. */
  private static final class Results {
    private final List<NewNotification> batch;
    private final Verdict[] verdicts;
    private final UUID[] ids;
    private final List<List<Limited>> limited = new ArrayList<>();
    private final List<ClaimedDelivery> handedOff = new ArrayList<>();

    Results(List<NewNotification> batch, @Nullable Limits limits) {
      this.batch = batch;
      this.verdicts = new Verdict[batch.size()];
      this.ids = new UUID[batch.size()];
      Arrays.fill(verdicts, Verdict.NEW);
      for (int i = 0; i < batch.size(); i++) {
        ids[i] = batch.get(i).notification().id();
        limited.add(limits == null ? new ArrayList<>() : limits.limited(i));
      }
    }

    /** Reads what the script says, as its first lines describe it. */
    List<Handed> read(AppendPart part, List<Object> reply) {
      List<Handed> handed = handed(part, reply);
      int at = 3;
      while (at < reply.size()) {
        int kind = number(reply, at);
        int index = part.indexes.get(number(reply, at + 1));
        switch (kind) {
          case 1 -> {
            meets(index, (byte[]) reply.get(at + 2));
            at += 3;
          }
          default -> {
            long due = (Long) reply.get(at + 3);
            limited
                .get(index)
                .add(new Limited(number(reply, at + 2), due < 0 ? null : Micros.instant(due)));
            at += 4;
          }
        }
      }
      return handed;
    }

    private List<Handed> handed(AppendPart part, List<Object> reply) {
      long lot = (Long) reply.get(1);
      if (lot == 0) {
        return List.of();
      }
      if (lot == ROW) {
        QueuedDelivery only = part.notifications.get(0).deliveries().get(0).delivery();
        return List.of(new Handed(only, FIRST_TOKEN));
      }
      byte[] some = (byte[]) reply.get(2);
      if (some.length == 0) {
        return allHanded(part, lot);
      }
      Unpacker places = new Unpacker(some);
      List<Handed> handed = new ArrayList<>();
      for (int place = 0; places.hasMore(); place++) {
        NewNotification n = batch.get(part.indexes.get((int) places.u32()));
        QueuedDelivery delivery = n.deliveries().get((int) places.u32()).delivery();
        handed.add(new Handed(delivery, Lots.token(lot, place)));
      }
      return handed;
    }

    private static List<Handed> allHanded(AppendPart part, long lot) {
      List<Handed> handed = new ArrayList<>();
      for (NewNotification n : part.notifications) {
        QueuedDelivery delivery = n.deliveries().get(0).delivery();
        handed.add(new Handed(delivery, Lots.token(lot, handed.size())));
      }
      return handed;
    }

    private static int number(List<Object> reply, int at) {
      return (int) (long) (Long) reply.get(at);
    }

    private void meets(int index, byte[] known) {
      ids[index] = Packer.id(known, 0);
      long fingerprint = Events.fingerprint(known);
      verdicts[index] =
          fingerprint == batch.get(index).notification().fingerprint()
              ? Verdict.DUPLICATE
              : Verdict.CONFLICT;
      limited.get(index).clear();
    }

    void hand(List<Handed> handed, LateChecks checks) {
      for (Handed h : handed) {
        try {
          handedOff.add(h.claimed(checks.preferences(h.delivery), checks.isSuppressed(h.delivery)));
        } catch (UnreadableException e) {
          // The preferences cannot be read: its lease lapses, and the claim after that says so.
        }
      }
    }

    List<Integer> repeats() {
      List<Integer> repeats = new ArrayList<>();
      for (int i = 0; i < verdicts.length; i++) {
        if (verdicts[i] != Verdict.NEW) {
          repeats.add(i);
        }
      }
      return repeats;
    }

    AppendResult toResult() {
      List<Appended> appended = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        appended.add(new Appended(ids[i], verdicts[i], List.copyOf(limited.get(i))));
      }
      return new AppendResult(appended, handedOff);
    }
  }

  /** Returns the routes on which something new waits. */
  static List<Route> routesWithWork(List<NewNotification> batch, AppendResult result) {
    int[] waiting = new int[Codes.ROUTES.size()];
    for (int i = 0; i < batch.size(); i++) {
      if (result.notifications().get(i).verdict() == Verdict.NEW) {
        for (NewDelivery d : batch.get(i).deliveries()) {
          waiting[Codes.of(d.delivery().route())] += d.state().isWaiting() ? 1 : 0;
        }
      }
    }
    result.handedOff().forEach(c -> waiting[Codes.of(c.delivery().route())]--);
    return Codes.ROUTES.stream().filter(route -> waiting[Codes.of(route)] > 0).toList();
  }
}
