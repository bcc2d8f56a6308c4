package dev.notifykit.spring.boot;

import dev.notifykit.sms.TwilioProvider;
import dev.notifykit.sms.VonageProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes providers of text messages from {@code notify.sms.*}. */
@AutoConfiguration
@ConditionalOnClass(TwilioProvider.class)
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
public final class NotifySmsAutoConfiguration {
  NotifySmsAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperties(TwilioProperties.PREFIX)
  @EnableConfigurationProperties(TwilioProperties.class)
  static class Twilio {
    @Bean
    @ConditionalOnMissingBean
    TwilioProvider twilioProvider(TwilioProperties properties) {
      return properties.provider();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperties(VonageProperties.PREFIX)
  @EnableConfigurationProperties(VonageProperties.class)
  static class Vonage {
    @Bean
    @ConditionalOnMissingBean
    VonageProvider vonageProvider(VonageProperties properties) {
      return properties.provider();
    }
  }
}
