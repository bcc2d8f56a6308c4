package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import java.time.Duration;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

/**
 * Closes a client that could not drain, right before Spring does, who would wait once more. Not
 * sooner: beans that depend on it may still send as they are destroyed.
 */
final class ClientCloser implements DestructionAwareBeanPostProcessor {
  private volatile boolean drained = true;

  /** Says whether everything ended in time when the context was stopped. */
  void drained(boolean value) {
    drained = value;
  }

  @Override
  public boolean requiresDestruction(Object bean) {
    return bean instanceof NotificationClient;
  }

  @Override
  public void postProcessBeforeDestruction(Object bean, String beanName) {
    if (!drained && bean instanceof NotificationClient client) {
      client.close(Duration.ZERO);
    }
  }
}
