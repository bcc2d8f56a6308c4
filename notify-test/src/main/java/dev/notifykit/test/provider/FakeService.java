package dev.notifykit.test.provider;

import java.util.List;

/**
 * A stand-in for a provider's service that speaks its protocol on a real socket, as {@link
 * ProviderContract} drives it. Thread-safe. It listens on the loopback address, on a port of the
 * system's choice.
 */
public interface FakeService extends AutoCloseable {
  /**
   * Sets how every attempt from now on is treated; at the start {@link ServiceBehaviour#ACCEPT}.
   *
   * @param behaviour one that the contract's subclass did not declare as unsupported
   */
  void behave(ServiceBehaviour behaviour);

  /**
   * Throttles every attempt from now on, with this as the value of the {@code Retry-After} header.
   * Called only if the contract's subclass says that the service sends one.
   *
   * @param retryAfter the value, well formed or not
   */
  void throttle(String retryAfter);

  /** Accepts what {@link ServiceBehaviour#HANG} holds; what comes later is accepted too. */
  void release();

  /**
   * Returns how many attempts to hand over a message have reached the service: HTTP requests for
   * messages (not for access tokens), SMTP transactions.
   */
  int attempts();

  /**
   * Returns those attempts as they came over the wire, in order: request line or envelope, headers
   * and body, line ends kept. What did not come that far, such as the body after a refused
   * envelope, is left out.
   */
  List<String> received();

  /** Stops and frees the port. Idempotent. */
  @Override
  void close();
}
