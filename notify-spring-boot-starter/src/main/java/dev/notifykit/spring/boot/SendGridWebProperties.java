package dev.notifykit.spring.boot;

import dev.notifykit.email.SendGridWebhooks;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What SendGrid reports.
 *
 * @param enabled whether the endpoint is there
 * @param path where it is, below the public address
 * @param verificationKey the verification key of the signed event webhook, in Base64
 */
@ConfigurationProperties("notify.web.sendgrid")
record SendGridWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/webhooks/sendgrid") String path,
    @Nullable String verificationKey) {
  static final String PREFIX = "notify.web.sendgrid";

  SendGridWebhooks handler(Environment environment) {
    return Options.build(PREFIX, SendGridWebProperties.class, () -> build(environment));
  }

  private SendGridWebhooks build(Environment environment) {
    SendGridWebhooks.Builder builder = SendGridWebhooks.builder();
    Options.set(verificationKey, builder::verificationKey);
    Options.set(environment.getProperty("notify.email.sendgrid.name"), builder::provider);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
