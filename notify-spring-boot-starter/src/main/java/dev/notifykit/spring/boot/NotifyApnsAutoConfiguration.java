package dev.notifykit.spring.boot;

import dev.notifykit.apns.ApnsProvider;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/** Makes the provider of pushes to Apple devices from {@code notify.push.apns.*}. */
@AutoConfiguration
@ConditionalOnClass(ApnsProvider.class)
@ConditionalOnProperty(name = "notify.enabled", matchIfMissing = true)
@ConditionalOnProperties(ApnsProperties.PREFIX)
@EnableConfigurationProperties(ApnsProperties.class)
public final class NotifyApnsAutoConfiguration {
  private static final String OF_NETTY_4_2 = "io.netty.channel.MultiThreadIoEventLoopGroup";

  NotifyApnsAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  ApnsProvider apnsProvider(ApnsProperties properties, ObjectProvider<SslBundles> bundles) {
    if (!ClassUtils.isPresent(OF_NETTY_4_2, ApnsProvider.class.getClassLoader())) {
      throw new PropertyRefusedException(
          List.of(ApnsProperties.PREFIX),
          "notify-apns needs Netty 4.2, and Spring Boot 3.5 manages 4.1; set the build's property"
              + " netty.version, or import netty-bom, as docs/spring-boot.md tells",
          null);
    }
    return properties.provider(new Tls(bundles));
  }
}
