package dev.notifykit.event;

/**
 * Gets told what happens. Called on the library's threads, after its locks are released: return
 * fast, and expect calls from several threads. Two events about one delivery may arrive in either
 * order; {@link dev.notifykit.Delivery#updatedAt} tells the later one. An exception is caught, logged
 * and changes nothing.
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
