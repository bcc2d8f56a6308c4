package dev.notifykit.store.jdbc;

import dev.notifykit.DeliveryState;
import dev.notifykit.Route;
import dev.notifykit.store.AppendResult;
import dev.notifykit.store.ClaimedDelivery;
import dev.notifykit.store.Handoff;
import dev.notifykit.store.NewNotification;
import dev.notifykit.store.codec.StoreCodec;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One caller's append: what it wants, encoded before it joins others so that what cannot be encoded
 * fails alone, and what becomes of it.
 */
final class AppendUnit {
  private final List<NewNotification> batch;
  private final List<String> contents;
  private final List<List<String>> addresses;
  final Handoff handoff;

  AppendUnit(List<NewNotification> batch, Handoff handoff) {
    this.batch = List.copyOf(batch);
    this.handoff = handoff;
    this.contents = new ArrayList<>(batch.size());
    this.addresses = new ArrayList<>(batch.size());
    for (NewNotification n : batch) {
      contents.add(StoreCodec.content(n.notification().content()));
      addresses.add(n.deliveries().stream().map(d -> StoreCodec.address(d.delivery())).toList());
    }
  }

  int size() {
    return batch.size();
  }

  int deliveries() {
    return batch.stream().mapToInt(n -> n.deliveries().size()).sum();
  }

  /** Whether it is one notification none of whose deliveries is suppressed or needs tokens. */
  boolean isOneStatement() {
    return batch.size() == 1
        && batch.get(0).deliveries().stream()
            .allMatch(d -> d.state() != DeliveryState.SUPPRESSED && d.charges().isEmpty());
  }

  /** Begins a try; a transaction that is run again begins with nothing decided. */
  Progress begin() {
    return new Progress();
  }

  /** One try at storing the unit. */
  final class Progress {
    final List<Entry> entries = new ArrayList<>(batch.size());
    final List<Entry.Item> handedOff = new ArrayList<>();
    private final Map<Route, Integer> slots = new EnumMap<>(Route.class);

    Progress() {
      slots.putAll(handoff.slots());
      for (int i = 0; i < batch.size(); i++) {
        entries.add(new Entry(batch.get(i), contents.get(i), addresses.get(i)));
      }
    }

    /** Takes a place at the caller's dispatcher, if there is one left. */
    boolean takeSlot(Route route) {
      Integer left = slots.get(route);
      if (left == null || left < 1) {
        return false;
      }
      slots.put(route, left - 1);
      return true;
    }

    /** Takes back what was picked before its event id turned out to be taken. */
    void forgetRepeats() {
      handedOff.removeIf(item -> !item.isNew());
    }

    Handoff handoff() {
      return handoff;
    }

    AppendResult result(LateChecks checks) {
      List<ClaimedDelivery> claimed = new ArrayList<>(handedOff.size());
      for (Entry.Item item : handedOff) {
        claimed.add(item.claimed(checks));
      }
      return new AppendResult(entries.stream().map(Entry::appended).toList(), claimed);
    }
  }
}
