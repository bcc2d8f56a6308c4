package dev.notifykit.store;

import java.time.InstantSource;

/**
 * Everything the library keeps. Thread-safe; nodes that share a store share all of it. The client
 * that was given a store closes it.
 *
 * <p>Whatever the tenant, recipient or id, what belongs to another tenant is not found.
 */
public interface NotificationStore extends AutoCloseable {
  /** Returns the clock that due times and leases are read against. */
  InstantSource clock();

  /**
   * Returns whether other processes may append to the queues, so that they have to be polled;
   * default true. One that is not shared is taken to answer out of this process' memory: outcomes
   * are then written to it by the thread that sends.
   */
  default boolean isShared() {
    return true;
  }

  /** Returns the durable queues. */
  DeliveryQueue queue();

  /** Returns the log of deliveries and attempts. */
  DeliveryLog log();

  /** Returns the profiles. */
  RecipientStore recipients();

  /** Returns the preferences and suppressed addresses. */
  PreferenceStore preferences();

  /** Returns the token buckets. */
  RateLimitStore rateLimits();

  /** Returns the stored templates. */
  TemplateStore templates();

  /** Returns the inboxes. */
  InboxStore inbox();

  /** Returns the tracking events. */
  TrackingStore tracking();

  /** Returns the values that are set once. */
  OnceStore once();

  /** Releases what the store itself opened; never a DataSource or client passed in. Idempotent. */
  @Override
  void close();
}
