package dev.notifykit.event;

/**
 * Gets told what happens. Called after the library's locks are released, on its own threads or on
 * one that handed it a notification or a request: return fast, and expect calls from several
 * threads. Two events about one delivery may arrive in either order; {@link
 * dev.notifykit.Delivery#updatedAt} tells the later one. An exception is caught, logged and changes
 * nothing.
 */
@FunctionalInterface
public interface NotificationListener {
  /**
   * Takes one event.
   *
   * @param event what happened
   */
  void on(NotificationEvent event);
}
