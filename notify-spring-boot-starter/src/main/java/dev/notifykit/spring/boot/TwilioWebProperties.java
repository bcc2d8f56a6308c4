package dev.notifykit.spring.boot;

import dev.notifykit.sms.TwilioWebhooks;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * What Twilio reports and recipients answer.
 *
 * @param enabled whether the endpoint is there
 * @param path where it is, below the public address
 * @param authToken the account's auth token, which requests are signed with; that of
 *     notify.sms.twilio unless set
 * @param tenant the tenant whose numbers these are; the default one unless set
 */
@ConfigurationProperties("notify.web.twilio")
record TwilioWebProperties(
    @DefaultValue("false") boolean enabled,
    @DefaultValue("/notify/webhooks/twilio") String path,
    @Nullable String authToken,
    @Nullable String tenant) {
  static final String PREFIX = "notify.web.twilio";

  TwilioWebhooks handler(Environment environment) {
    return Options.build(PREFIX, TwilioWebProperties.class, () -> build(environment));
  }

  private TwilioWebhooks build(Environment environment) {
    TwilioWebhooks.Builder builder = TwilioWebhooks.builder();
    String token =
        authToken == null ? environment.getProperty("notify.sms.twilio.auth-token") : authToken;
    Options.set(token, builder::authToken);
    Options.set(environment.getProperty("notify.sms.twilio.name"), builder::provider);
    Options.set(tenant, builder::tenant);
    return builder.build();
  }

  @Override
  public String toString() {
    return PREFIX;
  }
}
