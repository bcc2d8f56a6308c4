package dev.notifykit.spring.boot;

import dev.notifykit.email.MailchimpWebhooks;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What Mailchimp Transactional reports.
 *
 * @param enabled whether the endpoint is there
 * @param path where it is, below the public address
 * @param webhookKey the webhook's own key, which is not the API key
 */
@ConfigurationProperties("notify.web.mailchimp")
record MailchimpWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/webhooks/mailchimp") String path,
    @Nullable String webhookKey) {
  static final String PREFIX = "notify.web.mailchimp";

  MailchimpWebhooks handler(Environment environment) {
    return Options.build(PREFIX, MailchimpWebProperties.class, () -> build(environment));
  }

  private MailchimpWebhooks build(Environment environment) {
    MailchimpWebhooks.Builder builder = MailchimpWebhooks.builder();
    Options.set(webhookKey, builder::webhookKey);
    Options.set(environment.getProperty("notify.email.mailchimp.name"), builder::provider);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
