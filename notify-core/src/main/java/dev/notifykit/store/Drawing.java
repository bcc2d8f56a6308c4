package dev.notifykit.store;

import dev.notifykit.store.AppendResult.Appended;
import dev.notifykit.store.AppendResult.Limited;
import dev.notifykit.store.AppendResult.Verdict;
import dev.notifykit.store.DetachedRateLimits.Draw;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of a batch, taken before another store appends it. Not thread-safe. */
final class Drawing {
  private final List<NewNotification> batch;
  private final List<Place> places;
  private final Draw draw;
  private final List<List<Limited>> limited = new ArrayList<>();

  /** A delivery that draws. */
  private record Place(int notification, int index, NewDelivery delivery) {}

  private Drawing(List<NewNotification> batch, List<Place> places, Draw draw) {
    this.batch = batch;
    this.places = places;
    this.draw = draw;
    batch.forEach(n -> limited.add(new ArrayList<>()));
  }

  /** Takes the tokens; returns null if none is needed. */
  static @Nullable Drawing of(DetachedRateLimits limits, List<NewNotification> batch) {
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      List<NewDelivery> deliveries = batch.get(i).deliveries();
      for (int d = 0; d < deliveries.size(); d++) {
        if (!deliveries.get(d).charges().isEmpty()) {
          places.add(new Place(i, d, deliveries.get(d)));
        }
      }
    }
    return places.isEmpty()
        ? null
        : new Drawing(
            batch, places, limits.draw(places.stream().map(p -> p.delivery.charges()).toList()));
  }

  /** Returns the batch as it is to be stored, without charges. */
  List<NewNotification> decided(Instant now) {
    List<List<NewDelivery>> deliveries = new ArrayList<>();
    batch.forEach(
        n ->
            deliveries.add(
                new ArrayList<>(n.deliveries().stream().map(NewDelivery::charged).toList())));
    for (int k = 0; k < places.size(); k++) {
      Place p = places.get(k);
      Limited limit = limit(p, draw.waitOf(k), now);
      if (limit != null) {
        limited.get(p.notification).add(limit);
        deliveries.get(p.notification).set(p.index, p.delivery.limited(limit));
      }
    }
    List<NewNotification> decided = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      NewNotification n = batch.get(i);
      decided.add(new NewNotification(n.notification(), n.dedupeWindow(), deliveries.get(i)));
    }
    return decided;
  }

  private static @Nullable Limited limit(Place p, @Nullable Duration wait, Instant now) {
    if (wait == null) {
      return new Limited(p.index, null);
    }
    if (wait.isZero()) {
      return null;
    }
    Instant deferred = now.plus(wait);
    Instant notBefore = p.delivery.notBefore();
    boolean isLater = notBefore != null && notBefore.isAfter(deferred);
    return new Limited(p.index, isLater ? notBefore : deferred);
  }

  void giveBackRepeats(List<Appended> appended) {
    List<Integer> repeats = new ArrayList<>();
    for (int k = 0; k < places.size(); k++) {
      if (appended.get(places.get(k).notification).verdict() != Verdict.NEW) {
        repeats.add(k);
      }
    }
    if (!repeats.isEmpty()) {
      draw.giveBack(repeats);
    }
  }

  /** Returns what became of the batch, with the limits that were met. */
  List<Appended> limited(List<Appended> appended) {
    List<Appended> all = new ArrayList<>(appended.size());
    for (int i = 0; i < appended.size(); i++) {
      Appended a = appended.get(i);
      boolean isNew = a.verdict() == Verdict.NEW;
      all.add(
          isNew ? new Appended(a.notificationId(), a.verdict(), List.copyOf(limited.get(i))) : a);
    }
    return all;
  }
}
