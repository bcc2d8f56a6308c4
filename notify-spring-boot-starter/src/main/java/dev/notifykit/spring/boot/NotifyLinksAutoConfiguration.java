package dev.notifykit.spring.boot;

import dev.notifykit.tracking.TrackingLinks;
import dev.notifykit.tracking.UnsubscribeLinks;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Signs the links in what is sent, of any application, whether or not it is the one that answers
 * them: {@link NotifyWebAutoConfiguration} does that.
 */
@AutoConfiguration
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
@EnableConfigurationProperties(WebProperties.class)
public final class NotifyLinksAutoConfiguration {
  NotifyLinksAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(TrackingWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(TrackingWebProperties.class)
  static class Tracking {
    @Bean
    @ConditionalOnMissingBean
    TrackingLinks trackingLinks(TrackingWebProperties properties, WebProperties web) {
      return properties.links(web);
    }

    @Bean
    NotificationClientCustomizer notifyTrackedLinks(TrackingLinks links) {
      return builder -> builder.links(links);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(UnsubscribeWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(UnsubscribeWebProperties.class)
  static class Unsubscribe {
    @Bean
    @ConditionalOnMissingBean
    UnsubscribeLinks unsubscribeLinks(UnsubscribeWebProperties properties, WebProperties web) {
      return properties.links(web);
    }

    @Bean
    NotificationClientCustomizer notifyUnsubscribeLinks(UnsubscribeLinks links) {
      return builder -> builder.unsubscribe(links);
    }
  }
}
