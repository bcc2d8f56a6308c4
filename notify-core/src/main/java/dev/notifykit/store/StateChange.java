package dev.notifykit.store;

import dev.notifykit.Delivery;
import dev.notifykit.DeliveryState;

/**
 * A transition the store made on its own or on request.
 *
 * @param from the state before
 * @param delivery the delivery after
 */
public record StateChange(DeliveryState from, Delivery delivery) {}
