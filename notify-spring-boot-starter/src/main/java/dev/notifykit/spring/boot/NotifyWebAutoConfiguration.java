package dev.notifykit.spring.boot;

import dev.notifykit.NotificationClient;
import dev.notifykit.email.MailchimpWebhooks;
import dev.notifykit.email.SendGridWebhooks;
import dev.notifykit.remote.SendApi;
import dev.notifykit.sms.TwilioWebhooks;
import dev.notifykit.sms.VonageWebhooks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;

/**
 * Mounts endpoints for the outside world in Spring MVC, each where its {@code notify.web.*.enabled}
 * is true. What makes them backs off to beans of the user's.
 */
@AutoConfiguration(after = {NotifyAutoConfiguration.class, NotifyLinksAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({HttpRequestHandler.class, SimpleUrlHandlerMapping.class})
@ConditionalOnBean(NotificationClient.class)
@EnableConfigurationProperties(WebProperties.class)
public final class NotifyWebAutoConfiguration {
  /** After actuator's, before controllers', of which one may catch all. */
  private static final int ORDER = -50;

  NotifyWebAutoConfiguration() {}

  @Bean
  SimpleUrlHandlerMapping notifyWebEndpoints(ObjectProvider<WebEndpoint> endpoints) {
    Map<String, HttpRequestHandler> handlers = new LinkedHashMap<>();
    for (WebEndpoint endpoint : endpoints.orderedStream().toList()) {
      if (handlers.put(endpoint.path(), endpoint.handler()) != null) {
        throw new PropertyRefusedException(
            List.of("notify.web"), "two endpoints have the path " + endpoint.path(), null);
      }
    }
    return new SimpleUrlHandlerMapping(handlers, ORDER);
  }

  @Bean
  WebMount notifyWebMount(WebProperties web, NotificationClient client) {
    return new WebMount(web, client);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(TwilioWebhooks.class)
  @ConditionalOnProperty(TwilioWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(TwilioWebProperties.class)
  static class Twilio {
    @Bean
    @ConditionalOnMissingBean
    TwilioWebhooks twilioWebhooks(TwilioWebProperties properties, Environment environment) {
      return properties.handler(environment);
    }

    @Bean
    WebEndpoint notifyTwilioEndpoint(
        TwilioWebProperties properties, TwilioWebhooks handler, WebMount mount) {
      return mount.webhooks(TwilioWebProperties.PREFIX, properties.path(), handler);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(VonageWebhooks.class)
  @ConditionalOnProperty(VonageWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(VonageWebProperties.class)
  static class Vonage {
    @Bean
    @ConditionalOnMissingBean
    VonageWebhooks vonageWebhooks(VonageWebProperties properties, Environment environment) {
      return properties.handler(environment);
    }

    @Bean
    WebEndpoint notifyVonageEndpoint(
        VonageWebProperties properties, VonageWebhooks handler, WebMount mount) {
      return mount.webhooks(VonageWebProperties.PREFIX, properties.path(), handler);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(SendGridWebhooks.class)
  @ConditionalOnProperty(SendGridWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(SendGridWebProperties.class)
  static class SendGrid {
    @Bean
    @ConditionalOnMissingBean
    SendGridWebhooks sendGridWebhooks(SendGridWebProperties properties, Environment environment) {
      return properties.handler(environment);
    }

    @Bean
    WebEndpoint notifySendGridEndpoint(
        SendGridWebProperties properties, SendGridWebhooks handler, WebMount mount) {
      return mount.webhooks(SendGridWebProperties.PREFIX, properties.path(), handler);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MailchimpWebhooks.class)
  @ConditionalOnProperty(MailchimpWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(MailchimpWebProperties.class)
  static class Mailchimp {
    @Bean
    @ConditionalOnMissingBean
    MailchimpWebhooks mailchimpWebhooks(
        MailchimpWebProperties properties, Environment environment) {
      return properties.handler(environment);
    }

    @Bean
    WebEndpoint notifyMailchimpEndpoint(
        MailchimpWebProperties properties, MailchimpWebhooks handler, WebMount mount) {
      return mount.webhooks(MailchimpWebProperties.PREFIX, properties.path(), handler);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(TrackingWebProperties.PREFIX + ".enabled")
  static class Tracking {
    @Bean
    WebEndpoint notifyLinkEndpoint(
        TrackingWebProperties properties, NotificationClient client, WebMount mount) {
      return mount.below(TrackingWebProperties.PREFIX, properties.path(), client.linkEndpoint());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(UnsubscribeWebProperties.PREFIX + ".enabled")
  static class Unsubscribe {
    @Bean
    WebEndpoint notifyUnsubscribeEndpoint(
        UnsubscribeWebProperties properties, NotificationClient client, WebMount mount) {
      return mount.below(
          UnsubscribeWebProperties.PREFIX, properties.path(), client.unsubscribeEndpoint());
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(SendWebProperties.PREFIX + ".enabled")
  @EnableConfigurationProperties(SendWebProperties.class)
  static class Send {
    @Bean
    @ConditionalOnMissingBean
    SendApi sendApi(SendWebProperties properties) {
      return properties.api();
    }

    @Bean
    WebEndpoint notifySendEndpoint(
        SendWebProperties properties, SendApi api, NotificationClient client, WebMount mount) {
      String tenant = properties.tenant();
      NotificationClient sender = tenant == null ? client : client.forTenant(tenant);
      return mount.at(SendWebProperties.PREFIX, properties.path(), sender.sendEndpoint(api));
    }
  }
}
