package dev.notifykit.test.store;

import dev.notifykit.DeliveryState;
import java.util.UUID;

/**
 * A look at what a store keeps that does not go through the store: with SQL, with Redis commands.
 * It tells a store that forgets from one that only does not show.
 */
public interface RawState {
  /** Returns how many notifications there are, of all tenants. */
  long notifications();

  /** Returns how many deliveries there are, waiting and settled. */
  long deliveries();

  /**
   * Returns how many deliveries are in a state.
   *
   * @param state the state
   */
  long deliveries(DeliveryState state);

  /**
   * Returns whether a text stands anywhere in the data, in any table, column or key, as UTF-8 or as
   * JSON.
   *
   * @param text letters and digits
   */
  boolean contains(String text);

  /**
   * Spoils the stored content of a notification, so that it cannot be read any more.
   *
   * @param notificationId the notification
   */
  void corrupt(UUID notificationId);
}
