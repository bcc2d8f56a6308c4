package dev.notifykit.store;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A notification to append with all its deliveries.
 *
 * @param notification the notification
 * @param dedupeWindow how long its event id is remembered, or null for an id that cannot repeat
 * @param deliveries its deliveries
 */
public record NewNotification(
    StoredNotification notification,
    @Nullable Duration dedupeWindow,
    List<NewDelivery> deliveries) {}
