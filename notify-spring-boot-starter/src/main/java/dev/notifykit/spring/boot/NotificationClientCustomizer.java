package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;

/**
 * Sets what no property sets on the auto-configured client. Beans of this type are asked in their
 * order, after the properties and beans have been applied, once, while the context starts.
 */
@FunctionalInterface
public interface NotificationClientCustomizer {
  /**
   * Changes the builder.
   *
   * @param builder everything set but what this changes
   */
  void customize(NotificationClient.Builder builder);
}
