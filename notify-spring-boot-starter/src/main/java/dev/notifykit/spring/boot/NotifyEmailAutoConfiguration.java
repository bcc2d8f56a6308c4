package dev.notifykit.spring.boot;

import dev.notifykit.email.MailchimpProvider;
import dev.notifykit.email.SendGridProvider;
import dev.notifykit.email.SmtpProvider;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes providers of mail from {@code notify.email.*}. */
@AutoConfiguration
@ConditionalOnClass(SmtpProvider.class)
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
public final class NotifyEmailAutoConfiguration {
  NotifyEmailAutoConfiguration() {}

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperties(SmtpProperties.PREFIX)
  @EnableConfigurationProperties(SmtpProperties.class)
  static class Smtp {
    @Bean
    @ConditionalOnMissingBean
    SmtpProvider smtpProvider(SmtpProperties properties, ObjectProvider<SslBundles> bundles) {
      return properties.provider(new Tls(bundles));
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperties(SendGridProperties.PREFIX)
  @EnableConfigurationProperties(SendGridProperties.class)
  static class SendGrid {
    @Bean
    @ConditionalOnMissingBean
    SendGridProvider sendGridProvider(SendGridProperties properties) {
      return properties.provider();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperties(MailchimpProperties.PREFIX)
  @EnableConfigurationProperties(MailchimpProperties.class)
  static class Mailchimp {
    @Bean
    @ConditionalOnMissingBean
    MailchimpProvider mailchimpProvider(MailchimpProperties properties) {
      return properties.provider();
    }
  }
}
