package dev.notifykit.spring.boot;

import dev.notifykit.fcm.FcmProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Makes the provider of pushes to Android and browsers from {@code notify.push.fcm.*}. */
@AutoConfiguration
@ConditionalOnClass(FcmProvider.class)
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
@ConditionalOnProperties(FcmProperties.PREFIX)
@EnableConfigurationProperties(FcmProperties.class)
public final class NotifyFcmAutoConfiguration {
  NotifyFcmAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  FcmProvider fcmProvider(FcmProperties properties) {
    return properties.provider();
  }
}
