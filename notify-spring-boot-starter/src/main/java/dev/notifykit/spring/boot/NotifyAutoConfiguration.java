package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.store.NotificationStore;
import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/**
 * Makes the {@link NotificationClient} from {@code notify.*} and from beans: any {@code Provider},
 * {@code NotificationStore}, {@code TemplateSource}, {@code TemplateRenderer}, {@code
 * NotificationListener} and {@link NotificationClientCustomizer}.
 */
@AutoConfiguration(
    afterName = {
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
    })
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
@EnableConfigurationProperties({NotifyProperties.class, StoreProperties.class})
@Import({
  StoreConfiguration.Jdbc.class,
  StoreConfiguration.Redis.class,
  StoreConfiguration.Memory.class
})
public final class NotifyAutoConfiguration {
  NotifyAutoConfiguration() {}

  @Bean
  @Lazy(false)
  static MissingModules notifyMissingModules(ApplicationContext context) {
    return new MissingModules(context.getEnvironment(), context.getClassLoader());
  }

  @Bean
  @ConditionalOnMissingBean
  NotificationClient notificationClient(
      NotifyProperties properties, NotificationStore store, ApplicationContext context) {
    return new ClientFactory(properties, context).client(store);
  }

  /** Endpoints that could not be there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnProperties(WebProperties.PREFIX)
  @Lazy(false)
  static class WithoutMvc {
    WithoutMvc() {
      throw new PropertyRefusedException(
          List.of(WebProperties.PREFIX),
          "its endpoints are for Spring MVC, and this is a reactive application; hand requests to"
              + " NotificationClient.receive instead, and set no property of it",
          null);
    }
  }

  @Bean
  static ClientCloser notifyClientCloser() {
    return new ClientCloser();
  }

  // A client of the parent context starts, stops and ends with that.

  @Bean
  @ConditionalOnBean(value = NotificationClient.class, search = SearchStrategy.CURRENT)
  RoutePauses notifyRoutePauses(NotificationClient client) {
    return new RoutePauses(client);
  }

  @Bean
  @ConditionalOnBean(value = NotificationClient.class, search = SearchStrategy.CURRENT)
  ClientLifecycle notifyClientLifecycle(
      NotificationClient client,
      RoutePauses routes,
      ClientCloser closer,
      NotifyProperties properties) {
    return new ClientLifecycle(
        client, routes, closer, properties.drainTimeout(), properties.autoStartup());
  }
}
