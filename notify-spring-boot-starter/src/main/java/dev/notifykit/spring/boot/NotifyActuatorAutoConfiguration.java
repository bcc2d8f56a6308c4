package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.provider.Provider;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Lets operators see and steer: metrics, traces, health, and the endpoint {@code notify}. */
@AutoConfiguration(after = NotifyAutoConfiguration.class)
@ConditionalOnBean(NotificationClient.class)
@Import(Boot4Health.class)
public final class NotifyActuatorAutoConfiguration {
  NotifyActuatorAutoConfiguration() {}

  @Bean
  StatsLook notifyStatsLook(NotificationClient client) {
    return new StatsLook(client::stats, System::nanoTime);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = Boot3Health.INDICATOR)
  @Import(Boot3Health.class)
  static class OnBoot3 {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class Metrics {
    @Bean
    @ConditionalOnMissingBean
    NotificationMetrics notifyMetrics(ObjectProvider<StatsLook> look) {
      return new NotificationMetrics(look::getObject);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ObservationRegistry.class)
  static class Observations {
    @Bean
    ProviderStep notifyObservedProviders(ObjectProvider<ObservationRegistry> registry) {
      return providers ->
          registry.getIfAvailable(() -> ObservationRegistry.NOOP).isNoop()
              ? providers
              : providers.stream()
                  .<Provider>map(p -> new ObservedProvider(p, registry.getObject()))
                  .toList();
    }

    @Bean
    NotificationClientCustomizer notifySendingTrace(ObjectProvider<ObservationRegistry> registry) {
      return builder -> registry.ifAvailable(r -> builder.context(new SendingTrace(r)));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
  static class Endpoints {
    @Bean
    SanitizingFunction notifySecretSanitizer() {
      return new SecretSanitizer();
    }

    // A client of the parent's that the starter does not run has no pauses to steer.
    @Bean
    @ConditionalOnAvailableEndpoint
    @ConditionalOnMissingBean
    @ConditionalOnBean(RoutePauses.class)
    NotifyEndpoint notifyEndpoint(NotificationClient client, RoutePauses pauses) {
      return new NotifyEndpoint(client, pauses);
    }
  }
}
