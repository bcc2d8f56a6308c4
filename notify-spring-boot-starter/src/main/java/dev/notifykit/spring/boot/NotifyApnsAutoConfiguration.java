package dev.notifykit.spring.boot;

import dev.notifykit.apns.ApnsProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;

/** Makes the provider of pushes to Apple devices from {@code notify.push.apns.*}. */
@AutoConfiguration
@ConditionalOnClass(ApnsProvider.class)
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
@ConditionalOnProperties(ApnsProperties.PREFIX)
@EnableConfigurationProperties(ApnsProperties.class)
public final class NotifyApnsAutoConfiguration {
  NotifyApnsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ApnsProvider apnsProvider(ApnsProperties properties, ObjectProvider<SslBundles> bundles) {
    return properties.provider(new Tls(bundles));
  }
}
