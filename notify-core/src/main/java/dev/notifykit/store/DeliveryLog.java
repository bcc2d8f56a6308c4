package dev.notifykit.store;

import dev.notifykit.Attempt;
import dev.notifykit.Delivery;
import dev.notifykit.Route;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is and was: every delivery, waiting or settled, until it is purged. Thread-safe. */
public interface DeliveryLog {
  /**
   * Returns a notification's deliveries, in the order they were planned.
   *
   * @param tenant the tenant
   * @param notificationId the notification
   */
  List<Delivery> deliveries(String tenant, UUID notificationId);

  /**
   * Returns one delivery.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   */
  Optional<Delivery> find(String tenant, UUID deliveryId);

  /**
   * Returns the logged attempts of a delivery, oldest first.
   *
   * @param tenant the tenant
   * @param deliveryId the delivery
   */
  List<Attempt> attempts(String tenant, UUID deliveryId);

  /**
   * Returns a recipient's latest deliveries, newest first.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param limit at most so many
   */
  List<Delivery> ofRecipient(String tenant, String recipientId, int limit);

  /**
   * Hands over the ids of all of a recipient's deliveries, a thousand or so at a time, in any
   * order. What is sent while it runs may be left out.
   *
   * @param tenant the tenant
   * @param recipientId the recipient
   * @param page takes some of them, at least one; called outside of any lock or transaction of the
   *     store's, as often as it takes
   */
  void idsOfRecipient(String tenant, String recipientId, Consumer<List<UUID>> page);

  /**
   * Returns dead letters that were not discarded, oldest id first.
   *
   * @param tenant the tenant
   * @param route only of this route, or null for all
   * @param after only ids greater than this, or null to start
   * @param limit at most so many
   */
  List<Delivery> deadLetters(String tenant, @Nullable Route route, @Nullable UUID after, int limit);

  /**
   * Deletes settled deliveries, their attempts and content, in small batches. Dead letters that are
   * listed stay.
   *
   * @param olderThan settled at least so long ago
   * @return how many deliveries were deleted
   */
  long purge(Duration olderThan);
}
