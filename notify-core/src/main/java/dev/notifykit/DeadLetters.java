package dev.notifykit;

import dev.notifykit.internal.Checks;
import dev.notifykit.store.NotificationStore;
import dev.notifykit.store.StateChange;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Deliveries of one tenant that were given up. Thread-safe. */
public final class DeadLetters {
  private static final int MAX_PAGE = 1_000;

  private final NotificationStore store;
  private final String tenant;
  private final Consumer<StateChange> publish;

  DeadLetters(NotificationStore store, String tenant, Consumer<StateChange> publish) {
    this.store = store;
    this.tenant = tenant;
    this.publish = publish;
  }

  /** Returns the first dead letters, at most 1,000, oldest first. */
  public List<Delivery> list() {
    return list(null, null, MAX_PAGE);
  }

  /**
   * Returns a page of dead letters, oldest first.
   *
   * @param route only of this route, or null for all
   * @param after the last id of the page before, or null to start
   * @param limit 1 to 1,000
   */
  public List<Delivery> list(@Nullable Route route, @Nullable UUID after, int limit) {
    if (limit < 1 || limit > MAX_PAGE) {
      throw new InvalidNotificationException(
          "limit", "is " + limit + "; it must be 1 to " + MAX_PAGE);
    }
    return store.log().deadLetters(tenant, route, after, limit);
  }

  /**
   * Sends a dead letter again, with its attempts counted from zero.
   *
   * @return whether it was listed and its content is still there
   */
  public boolean replay(UUID deliveryId) {
    var change = store.queue().replay(tenant, Checks.notNull("deliveryId", deliveryId));
    change.ifPresent(publish);
    return change.isPresent();
  }

  /**
   * Sends again what is listed, oldest first, as when an outage is over or its cause is mended. One
   * that dies again meanwhile is listed anew and left alone.
   *
   * @param route only of this route, or null for all
   * @return how many were sent again
   */
  public int replayAll(@Nullable Route route) {
    int replayed = 0;
    UUID last = null;
    List<Delivery> page;
    do {
      page = list(route, last, MAX_PAGE);
      for (Delivery dead : page) {
        replayed += replay(dead.id()) ? 1 : 0;
        last = dead.id();
      }
    } while (page.size() == MAX_PAGE);
    return replayed;
  }

  /**
   * Takes a dead letter off the list; the log keeps it as dead.
   *
   * @return whether it was listed
   */
  public boolean discard(UUID deliveryId) {
    return store.queue().discard(tenant, Checks.notNull("deliveryId", deliveryId));
  }
}
