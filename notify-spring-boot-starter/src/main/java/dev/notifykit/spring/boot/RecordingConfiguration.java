package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.event.NotificationListener;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Puts recording providers in the place of all others, before anything wraps them. */
@Configuration(proxyBeanMethods = false)
class RecordingConfiguration {
  @Bean
  RecordedNotifications recordedNotifications(ObjectProvider<NotificationClient> client) {
    return new RecordedNotifications(client);
  }

  @Bean
  NotificationListener recordedEvents(RecordedNotifications recorded) {
    return recorded::on;
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  ProviderStep recordingProviders(RecordedNotifications recorded) {
    return providers -> recorded.providers();
  }
}
